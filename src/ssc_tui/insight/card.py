"""The card of a record: every field in words, needs beside capacities, and links both ways, as blocks for any medium."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from ssc_tui.catalogue.codes import BESIDE_EXCHANGE, label
from ssc_tui.catalogue.countries import countries, country_name
from ssc_tui.catalogue.kinds import ref
from ssc_tui.catalogue.projection import DEPENDENT, TITLED_BY_NAME
from ssc_tui.catalogue.typed import MOST_MONTHS, MOST_PERSONS, not_counted
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.blocks import Block, Line, Target, web
from ssc_tui.insight.card_fields import EXPECTED, FIELDS, HEADINGS, Form
from ssc_tui.insight.edited import Unsent, unsent_blocks
from ssc_tui.insight.figures import figure_words, newest_first, year_words
from ssc_tui.insight.naming import naming_blocks
from ssc_tui.insight.saying import both, money, not_stated, objects, raw, rest, say, shown, since
from ssc_tui.insight.views import leads_to
from ssc_tui.store.reader import Group, Linked, Note
from ssc_tui.text import clean, one_line, sort_key


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


def build_card(
    kind: str,
    title: str,
    document: Mapping[str, Any],
    named: Sequence[Linked],
    naming: Sequence[Group],
    totals: Mapping[str, int] | None = None,
    notes: Sequence[Note] = (),
    exchanged: Sequence[Block] = (),
    modalities: Mapping[str, int] | None = None,
    follows: str | None = None,
    unsent: Unsent | None = None,
    items: Mapping[str, str] = MappingProxyType({}),
) -> Card:
    """The card of a document.

    Args:
        kind: the kind of the record.
        title: the title that lists show.
        document: the document as shown.
        named: the records that it names, for their titles.
        naming: the records that name it.
        totals: how many records of each kind `list_query` finds; without it, those that name the record are counted.
        notes: what the user wrote about it, newest first.
        exchanged: what was sent and hosted, of a partner or project.
        modalities: how many of the projects that `list_query` finds are of each modality.
        follows: of a project, the modality that follows from the countries of its partners.
        unsent: what of it others do not see yet.
        items: of an exchange, what the items are about that it names by their ids, by field.
    """
    titles = {(link.kind, link.id): shown(link.title) for link in named}
    builder = _Builder(kind, document, titles, follows, items)
    blocks = [
        *(unsent_blocks(kind, document, unsent) if unsent else ()),
        builder.fields(),
        *builder.texts(),
        builder.capacities(),
        *exchanged,
        *naming_blocks(kind, str(document["id"]), naming, totals or {}, modalities or {}),
    ]
    lists, sources = tuple(builder.lists()), builder.sources()
    blocks += [*lists, _notes(notes), builder.found_as(), builder.others(), sources]
    return Card(
        kind, str(document["id"]), shown(title), tuple(block for block in blocks if block and (block.lines or block.second or block.table))
    )


class _Builder:
    """Reads one document field by field; `told` remembers which fields found a place."""

    def __init__(
        self, kind: str, document: Mapping[str, Any], titles: Mapping[tuple[str, str], str], follows: str | None, items: Mapping[str, str]
    ) -> None:
        self.kind = kind
        self.items = items
        self.follows = follows
        self.document = document
        self.titles = titles
        self.cited = list(dict.fromkeys(shown(item.get("ref")) for item in objects(document.get("sources"))))
        self.told = {"id", "name" if kind in TITLED_BY_NAME else "title", "last_modified"}
        if kind in DEPENDENT:
            self.told.discard("title")

    def fields(self) -> Block:
        """What is said in a line each; what such a record should say and does not is named too."""
        lines: list[Line] = []
        for field, heading, form in FIELDS[self.kind]:
            value = self._take(field)
            if form is Form.CODE_MODALITY and self.follows and self.follows != value:
                lines.append(self._modality(_(heading), value))
                continue
            if value in (None, "", [], {}):
                if field in EXPECTED[self.kind]:
                    lines.append(Line(_(heading), not_stated()))
                continue
            values = value if isinstance(value, list) else [value]
            if form is Form.MONEY:
                lines.append(Line(_(heading), money(value, self._take("currency"))))
            elif form in (Form.PARTNER, Form.PROJECT, Form.FUND, Form.AREA, Form.REF):
                for place, each in enumerate(values):
                    lines.append(self._link(_(heading) if not place else "", form, each))
            elif topic := self.items.get(field):
                lines.append(Line(_(heading), topic, say(form, value)))
            elif form is Form.NAMES and isinstance(value, dict):
                lines.append(Line(_(heading), ", ".join(f"{shown(name)} ({shown(language)})" for language, name in value.items())))
            else:
                said = ", ".join(say(form, each) for each in values)
                lines.append(
                    Line(_(heading), said, self._left_out(field, value), _sheet(values) if form in PLACES else _web(form, values[0]))
                )
        return Block("", (*lines, *self._areas_of_capacities()))

    def _left_out(self, field: str, value: Any) -> str:
        """Why a figure of an exchange does not count, so that its balance says "not stated"; empty where it does."""
        if self.kind != "exchanges" or not not_counted(field, value):
            return ""
        most = MOST_MONTHS if field == "months" else MOST_PERSONS
        if isinstance(value, int | float) and value > most:
            return _("does not count: more than {most:,} is taken for a slip of the pen").format(most=most)
        return _("does not count: it is no number from 0 on") if field == "months" else _("does not count: it is no whole number from 0 on")

    def _modality(self, heading: str, stated: Any) -> Line:
        """The modality that follows from the partners' countries, beside the one that is stated: neither takes the other's place."""
        follows = label("modality", self.follows or "")
        if stated in (None, "", [], {}):
            return Line(heading, follows, _("not stated; follows from the countries of the partners"))
        said = _("{modality} by the countries of the partners").format(modality=follows)
        return Line(heading, say(Form.CODE_MODALITY, stated), _("as stated; {what}").format(what=said))

    def _areas_of_capacities(self) -> Iterator[Line]:
        """Areas that the record is not filed under, although it brings or seeks something in them."""
        filed = self.document.get("areas")
        seen = set(filed) if isinstance(filed, list) and all(isinstance(area, str) for area in filed) else set()
        for side, said in (("brings", _("brings something here")), ("seeks", _("wants to learn something here"))):
            for item in objects(self.document.get(side)):
                if (area := shown(item.get("area"))) and area not in seen:
                    seen.add(area)
                    yield self._link("", Form.AREA, area, said)

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
                    shown(item.get("topic")) or self.titles.get(("areas", str(item.get("area"))), "") or not_stated(),
                    self._about_capacity(item),
                )
                for item in objects(self._take(side))
            )
            for side in ("brings", "seeks")
        ]
        if not any(sides):
            return None
        brings, seeks = (side or (Line("", not_stated()),) for side in sides)
        return Block(_("Brings"), brings, second_heading=_("Wants to learn"), second=seeks)

    def _about_capacity(self, item: Mapping[str, Any]) -> str:
        area = str(item.get("area") or "")
        parts = [self.titles.get(("areas", area)) or area, shown(item.get("sector")), shown(item.get("level"))]
        if language := item.get("language"):
            parts.append(label("language", shown(language)))
        if until := item.get("valid_until"):
            parts.append(_("until {year}").format(year=until))
        if source := item.get("source"):
            parts.append(self._stated_by(source))
        parts.append(rest(item, "id", "topic", "area", "sector", "level", "language", "valid_until", "source"))
        return ", ".join(shown(part) for part in parts if part)

    def lists(self) -> Iterator[Block]:
        """What is a list of things of its own: partners and their roles, cross-cutting issues, replications, history, figures."""
        partners = tuple(
            self._link(
                label("project_role", shown(item.get("role")) or "partner"),
                Form.PARTNER,
                item.get("partner"),
                _joined(since(item), rest(item, "partner", "role", "since")),
            )
            for item in sorted(objects(self._take("partners")), key=self._equal_terms)
        )
        yield Block(_("Partners"), partners)
        issues = tuple(
            self._link(
                "",
                Form.AREA,
                item.get("area"),
                _joined(
                    label("significance", shown(item["significance"])) if "significance" in item else "", rest(item, "area", "significance")
                ),
            )
            for item in objects(self._take("cross_cutting"))
        )
        yield Block(_("Cross-cutting issues"), issues)
        assessment = self._take("assessment")
        if isinstance(assessment, dict):
            present = assessment.get("present")
            were_there = [self._link("", Form.PARTNER, each) for each in (present if isinstance(present, list) else [])]
            date = Line(_("Date"), shown(assessment.get("date")) or not_stated(), rest(assessment, "date", "present"))
            yield Block(_("Joint assessment"), (date, *were_there, *self._absent(present)))
        elif assessment:
            yield Block(_("Joint assessment"), (Line("", raw(assessment)),))
        replications = tuple(self._replication(item) for item in objects(self._take("replications")))
        yield Block(_("Replications"), replications)
        history = tuple(
            Line(
                shown(item.get("on")),
                label("solution_stage", shown(item.get("stage"))),
                _joined(both(item, "by", "reason"), rest(item, "stage", "on", "by", "reason")),
            )
            for item in objects(self._take("history"))
        )
        yield Block(_("History"), history)
        figures = tuple(
            Line(
                year_words(item),
                figure_words(item),
                _joined(
                    self._stated_by(item.get("source")),
                    rest(item, "year", "measure", "value", "unit", "source"),
                ),
            )
            for item in newest_first(self._take("figures"))
        )
        yield Block(_("Figures stated by sources"), figures)

    def found_as(self) -> Block:
        """The other words under which an area is found, each in all its languages."""
        synonyms = self._take("synonyms")
        said = [say(Form.SYNONYM, each) for each in (synonyms if isinstance(synonyms, list) else [synonyms] if synonyms else [])]
        return Block(_("Also found as"), (Line("", ", ".join(said)),) if said else ())

    def _replication(self, item: Mapping[str, Any]) -> Line:
        """Where, when and by whom something was taken up, and what came of it."""
        beside = _joined(both(item, "changes", "result"), rest(item, "year", "country", "partner", "changes", "result"))
        country = country_name(shown(item.get("country")))
        if "partner" not in item:
            return Line(shown(item.get("year")), country or not_stated(), beside)
        return self._link(shown(item.get("year")), Form.PARTNER, item["partner"], _joined(country, beside))

    def _absent(self, present: object) -> Iterator[Line]:
        """Who exchanges and took no part in the joint assessment, where it is stated who did."""
        if not isinstance(present, list) or not present:
            return
        roles = sorted(objects(self.document.get("partners")), key=self._equal_terms)
        exchanging = [str(item["partner"]) for item in roles if item.get("partner") and item.get("role") not in BESIDE_EXCHANGE]
        for partner in dict.fromkeys(exchanging):
            if partner not in present:
                yield self._link(_("Absent"), Form.PARTNER, partner, _("the assessment is incomplete"))

    def _equal_terms(self, item: Mapping[str, Any]) -> tuple[bool, bool, str]:
        """The coordinator first, those who pay last, else by name: nobody stands above others because of money."""
        partner = str(item.get("partner") or "")
        return item.get("role") != "coordinator", item.get("role") == "funder", sort_key(self.titles.get(("partners", partner), partner))

    def sources(self) -> Block:
        """Where the record comes from and when it was looked at; the numbers are those by which figures and capacities name them."""
        lines: list[Line] = []
        checked, by = self._take("checked_on"), self._take("checked_by")
        if checked or by:
            lines.append(Line(_("Checked"), " ".join(shown(part) for part in (checked, by) if part)))
        about = {shown(item.get("ref")): item for item in objects(self._take("sources"))}
        for place, source in enumerate(self.cited, 1):
            item = about.get(source, {})
            seen = _("seen on {date}").format(date=shown(item["seen_on"])) if item.get("seen_on") else _("date not stated")
            lines.append(Line(str(place), source, _joined(seen, rest(item, "ref", "seen_on")), web(source)))
        return Block(_("Sources"), tuple(lines))

    def _stated_by(self, source: object) -> str:
        """Who states something, by the numbers of the sources; sources that the record does not list are added to them."""
        numbers: list[str] = []
        for each in shown(source).split("; "):
            if each and each not in self.cited:
                self.cited.append(each)
            if each:
                numbers.append(str(self.cited.index(each) + 1))
        if not numbers:
            return _("no source stated")
        return ngettext("stated by source {numbers}", "stated by sources {numbers}", len(numbers)).format(numbers=", ".join(numbers))

    def others(self) -> Block:
        """Fields that this program does not know, as they came."""
        left = [field for field in self.document if field not in self.told]
        return Block(_("Other fields"), tuple(Line(one_line(field), raw(self.document[field])) for field in left))

    def _take(self, field: str) -> Any:
        self.told.add(field)
        return self.document.get(field)

    def _link(self, heading: str, form: Form, record_id: object, beside: str = "") -> Line:
        """A line that leads to another record; one that the copy does not hold is named by its id."""
        kind, _slash, target = str(record_id).rpartition("/") if form is Form.REF else (form.value, "/", str(record_id))
        title = self.titles.get((kind, target), "")
        return Line(heading, shown(title or target), beside, Target("record", ref(kind, target)) if title else None)


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _notes(notes: Sequence[Note]) -> Block:
    return Block(_("My notes"), tuple(Line(note.written_at[:10], clean(note.text)) for note in notes))


PLACES = (Form.COUNTRY, Form.COUNTRIES)


def _sheet(codes: Sequence[object]) -> Target | None:
    """The sheet of a country, where one alone is named."""
    return leads_to("country", shown(codes[0])) if len(codes) == 1 and shown(codes[0]) in countries() else None


def _web(form: Form, value: object) -> Target | None:
    if form is Form.MAIL:
        return Target("web", f"mailto:{shown(value)}")
    return web(shown(value)) if form is Form.WEB else None
