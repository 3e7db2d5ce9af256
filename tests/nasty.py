"""Strings that do harm where text is taken at its word: one set for all tests, loaded by `tests/conftest.py`."""

from __future__ import annotations

NASTY: dict[str, str] = {
    # What Textual and Rich would take for markup.
    "markup closing": "[/x]",
    "markup cut off": "[/",
    "markup colour": "[red]x[/red]",
    "markup action": "[@click=app.quit]quit[/]",
    # What a terminal would obey.
    "escape csi": "before\x1b[31;1mred\x1b[0m\x1b[2J\x1b[Hafter",
    "escape osc 52 st": "before\x1b]52;c;cm0gLXJmIH4=\x1b\\after",
    "escape osc 52 bel": "before\x1b]52;c;cm0gLXJmIH4=\x07after",
    "escape osc 52 unterminated": "before\x1b]52;c;cm0gLXJmIH4=",
    "escape lone": "before\x1b",
    "c1 csi": "before\x9b31mafter",
    "c1 osc": "before\x9d52;c;cm0gLXJmIH4=\x9cafter",
    "nul": "before\x00after",
    "bell": "before\x07after",
    "newline tab return": "one\ntwo\tthree\rfour\r\nfive",
    "line separators": "one\u2028two\u2029three\x85four",
    # What turns the reading order or hides characters.
    "bidi override": "invoice\u202egpj.exe\u202c",
    "bidi isolates": "a\u2066b\u2067c\u2068d\u2069e",
    "bidi marks": "a\u200eb\u200fc",
    "byte order mark": "\ufeffname",
    "lone surrogate": "high\ud83dlow\ude00end",
    # What is hard to measure, cut or fold.
    "long": "x" * 10_000,
    "long without ends": "\x9d" * 2_000,
    "family": "👨\u200d👩\u200d👧\u200d👦",
    "flag": "🇲🇼",
    "marks": "Z" + "\u0301\u0316\u0334\u0362" * 40,
    "marks alone": "\u0301\u0301",
    "cjk": "北京大学南南合作",
    "arabic": "الهيئة الوطنية للتعاون، القاهرة",
    "devanagari": "नेपाल स्वास्थ्य अनुसन्धान परिषद्",
    "thai": "กรมความร่วมมือระหว่างประเทศ",
    "wide letters": "ＮＯＲＥＣ　ｎｏｒｅｃ",
    "empty": "",
    "blanks": "   ",
    "odd blanks": "\u00a0\u2003\u3000\u200b",
    # What another program would run.
    "formula": "=cmd|' /C calc'!A0",
    "sql": "'; DROP TABLE entry; --",
    "full text": '"* NEAR( ) : ^ AND OR NOT',
    "full text columns": '{name body} : x" OR tags : "kind_partners',
    "quotes": "\"'`´''\"\"’",
    "backslashes": "\\n\\x1b\\\\",
    "wildcards": "100%_[a-z]?*",
    "format": "{0} {name} %s %(x)s $HOME `id`",
    "path": "../../etc/passwd",
}
