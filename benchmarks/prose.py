"""Text that reads like the descriptions of the real seed from afar: its words follow each other as they do there, its names are made up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from random import Random

_END = "."
_NAME = "<name>"
_LONGEST = 24
"""Words of a sentence."""


class Prose:
    """Writes sentences in the manner of texts: each word is one that followed the word before it there."""

    def __init__(self, texts: Iterable[str]) -> None:
        sentences = [sentence.strip(" .;!?").split() for text in texts for sentence in re.split(r"(?<=[.;!?])\s+", text)]
        common = {word for sentence in sentences for word in sentence if word.islower()}
        self._after: dict[str, list[str]] = {}
        for sentence in sentences:
            before = _END
            for number, word in enumerate(sentence):
                # Names in the texts are those of real bodies and places, which a made-up record must not speak of.
                is_name = word[:1].isupper() and (number > 0 or word.lower() not in common)
                follower = _NAME if is_name else word.lower()
                if follower != before:
                    self._after.setdefault(before, []).append(follower)
                before = follower
            self._after.setdefault(before, []).append(_END)

    def sentence(self, dice: Random, name: Callable[[], str]) -> str:
        """One sentence; `name` is asked for each name in it."""
        words: list[str] = []
        word = dice.choice(self._after[_END])
        while word != _END and len(words) < _LONGEST:
            words.append(name() if word == _NAME else word)
            word = dice.choice(self._after[word])
        text = " ".join(words)
        return text[:1].upper() + text[1:] + "."
