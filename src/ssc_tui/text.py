"""What happens to text from outside: made safe to show, and folded so that it can be found and sorted.

Folding goes beyond SQLite's own, which leaves ł, ø, đ and æ as they are and knows nothing of the Arabic article or of scripts that put no
space between words.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from itertools import chain
from typing import Any

_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # control sequences
    # Strings such as OSC 52, where they end; the next one's beginning stops the search, so that it is made once.
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x1b\x07\x90\x98\x9c-\x9f]*(?:\x1b\\|\x07|\x9c)"
    r"|\x1b[ -/]*[0-~]"  # all other escapes
)
_LINE_ENDS = re.compile(r"\r\n|[\r\x85\u2028\u2029]")
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_SUSPECT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Whatever one of the patterns above begins with: nearly every text has none and is done after one look."""


def clean(text: str) -> str:
    """The text without anything that could drive a terminal or turn its reading order.

    Escape sequences, control characters and bidi overrides go; tab and newline stay, other line ends become newlines; half surrogates,
    which no file can hold, become U+FFFD. Joiners and direction marks stay: Persian, Indic scripts and emoji need them. The result is NFC.
    """
    if text.isascii() and text.isprintable():
        return text
    if not _SUSPECT.search(text):
        return unicodedata.normalize("NFC", text)
    text = _LINE_ENDS.sub("\n", _ESCAPES.sub("", text))
    return unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", _UNSAFE.sub("", text)))


def takes_out(text: str) -> bool:
    """Whether `clean` leaves characters out, or puts U+FFFD in their place; other line ends and composed letters say the same as before."""
    return _SUSPECT.search(_LINE_ENDS.sub("\n", text)) is not None


def one_line(text: str) -> str:
    """The cleaned text with every run of white space made one space, for a cell, a title or a column."""
    return " ".join(clean(text).split())


def clean_all(value: Any) -> Any:
    """A JSON value with every string in it cleaned, names of fields too; deeper than a thousand levels is refused by the parser before."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_all(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): clean_all(item) for key, item in value.items()}
    return value


def as_json(value: Any) -> str:
    """A JSON value as it is kept.

    Raises:
        ValueError: a number in it is none.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


_ESCAPED = re.compile(r"\\[bfru]")


def is_clean_json(text: str) -> bool:
    """Whether the JSON text (not limited to ASCII) is that of a value that `clean_all` leaves as it is; now and then False where it is.

    Characters that drive a terminal stand in JSON as escapes, and a part of a text in NFC is in NFC too.
    """
    return not _SUSPECT.search(text) and not _ESCAPED.search(text) and unicodedata.is_normalized("NFC", text)


_LETTERS = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t",
        "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɛ": "e", "ɔ": "o", "ɣ": "g", "ə": "e",
        "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ء": None, "ـ": None,
        "\u200b": None, "\u200c": None, "\u200d": None, "\u200e": None, "\u200f": None, "\u00ad": None,
    }
)  # fmt: skip
_APOSTROPHES = "'’‘ʼʻ`´′"
_INSIDE = re.compile(rf"[{_APOSTROPHES}./&‐‑‒–—_-]+")
_SIGNS = "\u0900-\u0963\u0966-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"
"""Scripts from Devanagari to Khmer, whose vowel signs `\\w` leaves out."""
_OUTSIDE = re.compile(rf"[^\w{_SIGNS}{_APOSTROPHES}./&‐‑‒–—-]+")
_BLANKS = {number: " " for number in range(128) if _OUTSIDE.match(chr(number))}
_ELISION = re.compile(rf"(?<!\w)\w{{1,2}}[{_APOSTROPHES}]+(?=\w)")
_APOSTROPHE = re.compile(rf"[{_APOSTROPHES}]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_ARTICLE = re.compile(r"(?:[وبفك]?ال|لل)(?=\w{2})")


def _plain(text: str) -> str:
    """Lower case without marks, with the letters of `_LETTERS` spelled out and digits of every script as 0-9."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return text.translate(_PLAIN)


class _PlainChars(dict[int, str | None]):
    """What becomes of each character that has been met so far, by its number."""

    def __missing__(self, number: int) -> str | None:
        self[number] = found = self._plain(chr(number))
        return found

    @staticmethod
    def _plain(char: str) -> str | None:
        """Nothing for a mark, a digit as 0-9, a sign of punctuation of any script as a blank, any other character spelled out."""
        if unicodedata.combining(char):
            return None
        if char.isdecimal():
            return str(unicodedata.decimal(char))
        if char > "\x7f" and unicodedata.category(char)[0] in "PS" and not _INSIDE.match(char):
            return " "
        return char.translate(_LETTERS)


_PLAIN = _PlainChars()


def _pieces(part: str, *, asked: bool) -> list[str]:
    """The tokens of one word: pairs of characters where a script puts no spaces, the word without its Arabic article, else the word."""
    if part.isascii():
        return [part] if part else []
    tokens: list[str] = []
    end = 0
    for run in _UNSPACED.finditer(part):
        if run.start() > end:
            tokens.append(part[end : run.start()])
        chars = run.group()
        pairs = [chars[i : i + 2] for i in range(len(chars))]
        tokens += pairs[:-1] if asked and len(pairs) > 1 else pairs
        end = run.end()
    if end < len(part):
        rest = part[end:]
        tokens += [rest] if asked else dict.fromkeys((rest, _bare(rest)))
    return tokens


def _bare(word: str) -> str:
    """The word without an Arabic article."""
    return _ARTICLE.sub("", word, count=1) if _ARTICLE.match(word) else word


def words(text: str) -> list[str]:
    """The tokens under which the text is indexed, each once, in order.

    A word with an apostrophe, hyphen, dot or slash inside is indexed in its parts and as one: N'Djamena as `n`, `djamena`, `ndjamena`.
    """
    return list(dict.fromkeys(chain.from_iterable(map(_chunk_words, _chunks(_plain(text))))))


def _chunks(plain: str) -> list[str]:
    """What stands between blanks and other signs that part words."""
    # Most texts are ASCII, and this way takes a third of the time.
    return plain.translate(_BLANKS).split() if plain.isascii() else _OUTSIDE.split(plain)


@lru_cache(maxsize=50_000)
def _chunk_words(chunk: str) -> tuple[str, ...]:
    """The tokens of what stands between two blanks; most of a catalogue is the same few words."""
    parts = [part for part in _INSIDE.split(chunk) if part]
    if len(parts) > 1:
        parts.append("".join(parts))
    return tuple(token for part in parts for token in _pieces(part, asked=False))


Term = tuple[tuple[str, ...], ...]
"""One asked word: alternatives, of which one must match; each is a group of tokens that must all begin some word of the record."""


def terms(text: str) -> list[Term]:
    """The words of a search: what `words` would have to hold for the text to be found.

    A word with an inner apostrophe or hyphen matches as one or in its parts, without a leading elision: `d'énergie` finds énergie.
    """
    asked: dict[Term, None] = {}
    for chunk in _OUTSIDE.split(_plain(text)):
        whole = [part for part in _INSIDE.split(chunk) if part]
        if not whole:
            continue
        kept = [part for part in _INSIDE.split(_ELISION.sub("", chunk)) if part]
        ways = [_pieces("".join(whole), asked=True)]
        if len(whole) > 1:
            ways.append([token for part in kept for token in _pieces(part, asked=True)])
        # What looks like an article may be the word's own beginning, so both are tried.
        ways += [[_bare(token) for token in way] for way in ways]
        asked[tuple(dict.fromkeys(tuple(way) for way in ways if way))] = None
    return list(asked)


SORT_LENGTH = 120
"""Characters of a name that decide its place among the others."""


@lru_cache(maxsize=1024)
def sort_key(text: str) -> str:
    """The folded name, by which lists are ordered and against which a typed beginning is held; at most `SORT_LENGTH` characters."""
    return folded(text[: SORT_LENGTH * 4])[:SORT_LENGTH]


def folded(text: str) -> str:
    """The folded words of the text in their order, one blank between two."""
    plain = _APOSTROPHE.sub("", _plain(text))
    return " ".join(part for chunk in _chunks(plain) for part in _INSIDE.split(chunk) if part)


def slug(text: str) -> str:
    """The folded words joined by hyphens: `Eastern Africa` as `eastern-africa`."""
    return sort_key(text).replace(" ", "-")


def cell_width(text: str) -> int:
    """Columns that the text takes in a terminal: two for wide characters, none for marks and joiners."""
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fit(text: str, width: int) -> str:
    """The text in exactly `width` columns: filled with blanks, or cut with an ellipsis at the end."""
    taken = cell_width(text)
    if taken <= width:
        return text + " " * (width - taken)
    cut = _head(text, width - 1) + "…" * (width > 0)
    return cut + " " * (width - cell_width(cut))


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns, broken between words; a longer word than a line behind a hyphen, or anywhere."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, taken = "", 0
        for word in paragraph.split() or [""]:
            needed = cell_width(word)
            if line and taken + 1 + needed <= width:
                line, taken = f"{line} {word}", taken + 1 + needed
                continue
            if line:
                lines.append(line)
            if needed > width:
                *heads, word = _cut(word, width)
                lines += heads
                needed = cell_width(word)
            line, taken = word, needed
        lines.append(line)
    return lines


def _cut(word: str, width: int) -> list[str]:
    """The word in pieces of at most `width` columns and at least one character."""
    pieces: list[str] = []
    start = taken = 0
    for number, char in enumerate(word):
        needed = _char_width(char)
        if number > start and taken + needed > width:
            # Where it has a hyphen, as person-months does, there rather than inside the part that follows; an address has no such parts.
            end = number if "/" in word else word.rfind("-", start, number) + 1 or number
            pieces.append(word[start:end])
            start, taken = end, cell_width(word[end:number])
        taken += needed
    return [*pieces, word[start:]]


def _head(word: str, width: int) -> str:
    """As many characters of the word as fit."""
    number = 0
    while number < len(word) and (width := width - _char_width(word[number])) >= 0:
        number += 1
    return word[:number]
