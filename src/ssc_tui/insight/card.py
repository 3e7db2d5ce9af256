"""The card of a record: every field in words, needs beside capacities, and links both ways, as blocks of lines that any medium can show."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.countries import countries, country_name
from ssc_tui.catalogue.kinds import KINDS, SECTIONS, ref
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.card_fields import EXPECTED, FIELDS, HEADINGS, ROLES_BACK, Form
from ssc_tui.insight.subtitle import span
from ssc_tui.store.reader import Group, Linked, Note
from ssc_tui.text import clean, one_line, sort_key


class Target(NamedTuple):
    """Where a line leads.

    Attributes:
        what: `record` (value is `kind/id`), `list` (value is `kind?query`), or `web` (value is an address).
        value: see above.
    """

    what: str
    value: str


class Line(NamedTuple):
    """One line: a label, which may be empty, what it says, what it says beside that, and where it leads."""

    label: str
    value: str
    beside: str = ""
    target: Target | None = None


class Block(NamedTuple):
    """Lines under a heading. `second` holds the right one of two columns, under its own heading; None where there is one column."""

    heading: str
    lines: tuple[Line, ...]
    target: Target | None = None
    second_heading: str = ""
    second: tuple[Line, ...] | None = None


class Card(NamedTuple):
    """What there is to know about a record, in the order in which it is read."""

    kind: str
    id: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def ref(self) -> str:
        """The reference `kind/id`."""
        return ref(self.kind, self.id)


def not_stated() -> str:
    """The words for what no source says."""
    return _("not stated")


def build_card(
    kind: str, title: str, document: Mapping[str, Any], named: Sequence[Linked], naming: Sequence[Group], notes: Sequence[Note] = ()
) -> Card:
    """The card of a document.

    Args:
        kind: the kind of the record.
        title: the title that lists show.
        document: the document as shown.
        named: the records that it names, for their titles.
        naming: the records that name it.
        notes: what the user wrote about it, newest first.
    """
    titles = {(link.kind, link.id): link.title for link in named}
    builder = _Builder(kind, document, titles)
    blocks = [builder.fields(), *builder.texts(), builder.capacities(), *_groups(kind, str(document["id"]), naming)]
    lists, sources = tuple(builder.lists()), builder.sources()
    blocks += [*lists, _notes(notes), builder.others(), sources]
    return Card(kind, str(document["id"]), title, tuple(block for block in blocks if block and (block.lines or block.second)))


class _Builder:
    """Reads one document field by field; `shown` remembers which fields found a place."""

    def __init__(self, kind: str, document: Mapping[str, Any], titles: Mapping[tuple[str, str], str]) -> None:
        self.kind = kind
        self.document = document
        self.titles = titles
        self.shown = {"id", "name", "title", "last_modified"}

    def fields(self) -> Block:
        """What is said in a line each; what such a record should say and does not is named too."""
        lines: list[Line] = []
        for field, heading, form in FIELDS[self.kind]:
            value = self._take(field)
            if value in (None, "", [], {}):
                if field in EXPECTED[self.kind]:
                    lines.append(Line(_(heading), not_stated()))
                continue
            values = value if isinstance(value, list) else [value]
            if form is Form.MONEY:
                lines.append(Line(_(heading), _money(value, self._take("currency"))))
            elif form in (Form.PARTNER, Form.PROJECT, Form.FUND, Form.AREA, Form.REF):
                for number, each in enumerate(values):
                    lines.append(self._link(_(heading) if not number else "", form, each))
            elif form is Form.NAMES and isinstance(value, dict):
                lines.append(Line(_(heading), ", ".join(f"{_shown(name)} ({language})" for language, name in value.items())))
            else:
                said = ", ".join(_say(form, each) for each in values)
                lines.append(Line(_(heading), said, target=_web(form, values[0])))
        return Block("", tuple(lines))

    def texts(self) -> Iterator[Block]:
        """What is said in sentences."""
        for field in ("description", "abstract", "challenge", "note"):
            if text := self._take(field):
                yield Block(_(HEADINGS[field]), (Line("", clean(str(text))),))

    def capacities(self) -> Block | None:
        """What the record brings beside what it seeks: both columns, since everybody has both."""
        if self.kind != "partners":
            return None
        sides = [
            tuple(
                Line(
                    "",
                    _shown(item.get("topic")) or self.titles.get(("areas", str(item.get("area"))), "") or not_stated(),
                    self._about_capacity(item),
                    Target("record", ref("areas", item["area"])) if isinstance(item.get("area"), str) else None,
                )
                for item in _objects(self._take(side))
            )
            for side in ("brings", "seeks")
        ]
        if not any(sides):
            return None
        brings, seeks = (side or (Line("", not_stated()),) for side in sides)
        return Block(_("Brings"), brings, second_heading=_("Wants to learn"), second=seeks)

    def _about_capacity(self, item: Mapping[str, Any]) -> str:
        area = str(item.get("area") or "")
        parts = [self.titles.get(("areas", area)) or area, *(_shown(item.get(field)) for field in ("sector", "level", "language"))]
        if until := item.get("valid_until"):
            parts.append(_("until {year}").format(year=until))
        return ", ".join(_shown(part) for part in parts if part)

    def lists(self) -> Iterator[Block]:
        """What is a list of things of its own: partners and their roles, cross-cutting issues, replications, history, figures."""
        partners = tuple(
            self._link(label("project_role", str(item.get("role") or "partner")), Form.PARTNER, item.get("partner"), _since(item))
            for item in sorted(_objects(self._take("partners")), key=self._equal_terms)
        )
        yield Block(_("Partners"), partners)
        issues = tuple(
            self._link("", Form.AREA, item.get("area"), label("significance", item["significance"]) if "significance" in item else "")
            for item in _objects(self._take("cross_cutting"))
        )
        yield Block(_("Cross-cutting issues"), issues)
        assessment = self._take("assessment")
        if isinstance(assessment, dict):
            present = [self._link("", Form.PARTNER, each) for each in assessment.get("present") or ()]
            yield Block(_("Joint assessment"), (Line(_("Date"), _shown(assessment.get("date")) or not_stated()), *present))
        replications = tuple(
            Line(_shown(item.get("year")), country_name(_shown(item.get("country"))), _both(item, "changes", "result"))
            for item in _objects(self._take("replications"))
        )
        yield Block(_("Replications"), replications)
        history = tuple(
            Line(_shown(item.get("on")), label("solution_stage", _shown(item.get("stage"))), _both(item, "by", "reason"))
            for item in _objects(self._take("history"))
        )
        yield Block(_("History"), history)
        figures = tuple(
            Line(
                _shown(item.get("year")) or _("no year"),
                f"{_shown(item.get('measure'))}: {_number(item.get('value'))} {_shown(item.get('unit'))}".strip(),
                _("stated by {source}").format(source=_shown(item.get("source"))) if item.get("source") else _("no source stated"),
            )
            for item in sorted(_objects(self._take("figures")), key=lambda item: str(item.get("year") or ""), reverse=True)
        )
        yield Block(_("Figures stated by sources"), figures)

    def _equal_terms(self, item: Mapping[str, Any]) -> tuple[bool, str]:
        """The coordinator first, then by name: never by money."""
        partner = str(item.get("partner") or "")
        return item.get("role") != "coordinator", self.titles.get(("partners", partner), partner)

    def sources(self) -> Block:
        """Where the record comes from and when it was looked at."""
        lines = [
            Line(
                "",
                _shown(item.get("ref")),
                _("seen on {date}").format(date=_shown(item["seen_on"])) if item.get("seen_on") else _("date not stated"),
                _web(Form.WEB, item.get("ref")),
            )
            for item in _objects(self._take("sources"))
        ]
        checked, by = self._take("checked_on"), self._take("checked_by")
        if checked or by:
            lines.insert(0, Line(_("Checked"), " ".join(_shown(part) for part in (checked, by) if part)))
        return Block(_("Sources"), tuple(lines))

    def others(self) -> Block:
        """Fields that this program does not know, as they came."""
        left = [field for field in self.document if field not in self.shown]
        return Block(_("Other fields"), tuple(Line(one_line(field), _raw(self.document[field])) for field in left))

    def _take(self, field: str) -> Any:
        self.shown.add(field)
        return self.document.get(field)

    def _link(self, heading: str, form: Form, record_id: object, beside: str = "") -> Line:
        """A line that leads to another record; one that the copy does not hold is named by its id."""
        kind, _slash, target = str(record_id).rpartition("/") if form is Form.REF else (form.value, "/", str(record_id))
        title = self.titles.get((kind, target), "")
        return Line(heading, _shown(title or target), beside, Target("record", ref(kind, target)) if title else None)


_FIRST = ("projects", "exchanges")
"""What is looked for first on any card."""


def _groups(kind: str, record_id: str, naming: Sequence[Group]) -> Iterator[Block]:
    """The records that name this one: a block for each kind, its heading leading to the whole list where a list can show it."""
    for section in dict.fromkeys((*_FIRST, *KINDS)):
        if groups := [group for group in naming if group.kind == section]:
            yield _group(kind, record_id, section, groups)


def _group(kind: str, record_id: str, section: str, groups: Sequence[Group]) -> Block:
    """One line for each record, with everything that it says of this one."""
    said: dict[str, tuple[Linked, list[str]]] = {}
    for group in groups:
        for linked in group.first:
            said.setdefault(linked.id, (linked, []))[1].append(_(ROLES_BACK.get(group.role, group.role)))
    lines = tuple(
        Line("", _shown(linked.title), _about(linked, roles), Target("record", ref(section, linked.id)))
        for linked, roles in sorted(said.values(), key=lambda pair: sort_key(pair[0].title))
    )
    total = len(lines) if all(group.total == len(group.first) for group in groups) else sum(group.total for group in groups)
    field = {"partners": "partner", "projects": "project", "funds": "fund", "areas": "area"}.get(kind)
    whole = Target("list", f"{section}?{field}:{record_id}") if field and section in SECTIONS and section != kind else None
    return Block(f"{label('record_kinds', section)} ({total:,})", lines, whole)


def _about(linked: Linked, roles: list[str]) -> str:
    """What the record is to this one, how many went, and when."""
    parts = [", ".join(dict.fromkeys(roles))]
    if linked.kind == "exchanges":
        parts.append(ngettext("{n} person", "{n} persons", linked.persons) if linked.persons is not None else _("persons not stated"))
    return " · ".join(part for part in (*parts, span(linked.start, linked.finish)) if part)


def _notes(notes: Sequence[Note]) -> Block:
    return Block(_("My notes"), tuple(Line(note.written_at[:10], clean(note.text)) for note in notes))


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _shown(value: object) -> str:
    return "" if value is None else one_line(str(value))


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else _shown(value)


def _money(value: object, currency: object) -> str:
    return f"{_shown(currency) or _('currency not stated')} {_number(value)}"


def _raw(value: object) -> str:
    return one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _since(item: Mapping[str, Any]) -> str:
    return _("since {year}").format(year=_shown(item["since"])) if item.get("since") else ""


def _both(item: Mapping[str, Any], *fields: str) -> str:
    return "; ".join(_shown(item[field]) for field in fields if item.get(field))


def _web(form: Form, value: object) -> Target | None:
    address = _shown(value)
    if form is Form.MAIL:
        return Target("web", f"mailto:{address}")
    if form is Form.WEB and address.startswith(("http://", "https://")):
        return Target("web", address.split("; ")[0])
    return None


def _say(form: Form, value: object) -> str:
    """A value in words."""
    if form.name.startswith("CODE_"):
        return label(form.value, _shown(value))
    match form:
        case Form.COUNTRY:
            code = _shown(value)
            known = countries().get(code)
            return f"{known.name} ({known.region})" if known and known.region else country_name(code)
        case Form.COUNTRIES:
            return country_name(_shown(value))
        case Form.NUMBER:
            return _number(value)
        case Form.PERSONS:
            return _("{n} persons").format(n=_number(value))
        case Form.PLACE if isinstance(value, dict):
            return f"{_shown(value.get('lat'))}, {_shown(value.get('lon'))}"
        case Form.SYNONYM if isinstance(value, dict):
            return " / ".join(dict.fromkeys(_shown(name) for name in value.values()))
        case Form.YESNO:
            return _("yes") if value is True else _("no") if value is False else _shown(value)
        case _:
            return _raw(value)
