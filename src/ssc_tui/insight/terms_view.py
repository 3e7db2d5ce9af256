"""Equal terms as a view: the six rules for one project, or which projects they hold for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.kinds import ref
from ssc_tui.catalogue.query import parse
from ssc_tui.errors import UsageError
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.naming import list_query
from ssc_tui.insight.report import Asked, Report, bar, restricted
from ssc_tui.insight.saying import not_stated, shown
from ssc_tui.insight.terms import RULES, SOURCE, Facts, Held, Rule, Verdict, tally, verdicts
from ssc_tui.insight.views import leads_to
from ssc_tui.store import reader, terms
from ssc_tui.store.flows import named
from ssc_tui.store.search import ids_found
from ssc_tui.store.terms import Project

MOST = 1000
"""Projects that are judged at once; more would keep the reader waiting."""

NAMED = 20
"""Projects that are named for each answer to each question, unless one question is asked alone."""


def terms_view(copy: Connection, asked: Asked) -> Report:
    """The six rules for one project; without one, which projects each of them holds for.

    Args:
        copy: the local copy.
        asked: `subject` is a project, an exchange of it, empty for all, or another record for the projects that have to do with it;
            `query` restricts the projects; `options`: `rule`, the id of the only rule that is asked for.

    Raises:
        NotFound: the copy does not hold the record.
        UsageError: there is no such rule.
    """
    rules = _rules(asked.options.get("rule", ""))
    kind, record_id = reader.resolve(copy, asked.subject) if asked.subject else ("", "")
    if kind == "exchanges":
        kind, record_id = "projects", str(reader.document(copy, kind, record_id).get("project") or "")
    if kind == "projects" and record_id:
        reader.document(copy, kind, record_id)
        return _one(_facts(copy, terms.projects(copy, [record_id]))[0], rules)
    own = list_query(kind, record_id) if kind else ""
    query = " ".join(filter(None, (own, asked.query)))
    ids, total = terms.projects_matching(copy, parse(query), MOST)
    if kind and not own:
        # No qualifier asks for what has to do with such a record.
        linked, found = _linked(copy, kind, record_id), ids_found(copy, parse(query), "projects")
        among = linked if found is None else [each for each in linked if each in found]
        ids, total = among[:MOST], len(among)
    row = reader.row_of(copy, kind, record_id) if kind else None
    title = _("Equal terms: projects of {name}").format(name=shown(row.title)) if row else _("Equal terms")
    return _many(_facts(copy, terms.projects(copy, ids)), total, rules, query)._replace(title=restricted(title, asked.query))


def _linked(copy: Connection, kind: str, record_id: str) -> list[str]:
    """The projects that a record names, and those that name it."""
    named = reader.links_from(copy, kind, record_id)
    naming = [link for group in reader.links_to(copy, kind, record_id, most=None) for link in group.first]
    return sorted({link.id for link in (*named, *naming) if link.kind == "projects"})


def _rules(asked: str) -> Sequence[Rule]:
    found = [rule for rule in RULES if asked in ("", rule.id)]
    if not found:
        known = ", ".join(rule.id for rule in RULES)
        raise UsageError(_("There is no rule {rule}; there are {known}.").format(rule=shown(asked), known=known))
    return found


def _facts(copy: Connection, projects: Sequence[Project]) -> list[Facts]:
    ids = [project.id for project in projects]
    senders: dict[str, set[str]] = {}
    hosts: dict[str, set[str]] = {}
    for each in terms.went(copy, ids):
        senders.setdefault(each.project, set()).add(each.sender)
        hosts.setdefault(each.project, set()).add(each.host)
    partners = {role.partner for project in projects for role in project.roles}
    partners |= {project.requested_by for project in projects if project.requested_by}
    known = named(copy, "partners", partners)
    names = {partner: shown(about.title) for partner, about in known.items()}
    sorts = {partner: about.sort for partner, about in known.items()}
    homes = {partner: about.country for partner, about in known.items() if about.country}
    states = terms.sides(copy, partners)
    nobody: set[str] = set()
    return [
        Facts(
            project,
            names,
            sorts,
            homes,
            states,
            frozenset(senders.get(project.id, nobody)) - {""},
            frozenset(hosts.get(project.id, nobody)) - {""},
        )
        for project in projects
    ]


def _one(facts: Facts, rules: Sequence[Rule]) -> Report:
    """The rules for one project."""
    found = verdicts(facts)
    project = facts.project
    asked_by = facts.name(project.requested_by) if project.requested_by else not_stated()
    blocks = [
        Block(
            "",
            (
                Line(_("Project"), shown(project.title), target=Target("record", ref("projects", project.id))),
                Line(_("Rules"), tally([found[rule.id] for rule in rules])),
                Line(_("Requested by"), asked_by, target=_partner(facts, project.requested_by)),
                Line(_("Requested on"), shown(project.requested_on) or not_stated()),
            ),
        )
    ]
    for rule in rules:
        verdict = found[rule.id]
        lines = [Line("", f"{_(verdict.held.value)}: {verdict.sentence}", f"Norec: “{rule.quoted}”")]
        lines += [Line("", facts.name(partner), target=_partner(facts, partner)) for partner in verdict.partners]
        blocks.append(Block(_(rule.question), tuple(lines)))
    blocks.append(Block(_("Source of the rules"), (Line("", _(SOURCE)),)))
    data = {
        "project": ref("projects", project.id),
        "title": shown(project.title),
        "requested_by": project.requested_by or None,
        "requested_on": project.requested_on or None,
        "rules": [_rule_data(rule, found[rule.id]) for rule in rules],
    }
    title = _("Equal terms in {project}").format(project=shown(project.title))
    return Report(f"terms/{project.id}", title, tuple(blocks), data)


def _partner(facts: Facts, partner: str) -> Target | None:
    return Target("record", ref("partners", partner)) if partner in facts.names else None


def _rule_data(rule: Rule, verdict: Verdict) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "question": _(rule.question),
        "verdict": verdict.held.name.lower(),
        "sentence": verdict.sentence,
        "partners": [ref("partners", partner) for partner in verdict.partners],
        "says": rule.quoted,
        "source": _(SOURCE),
    }


def _many(every: Sequence[Facts], total: int, rules: Sequence[Rule], query: str) -> Report:
    """Which projects the rules hold for."""
    found = [(facts, verdicts(facts)) for facts in every]
    most = None if len(rules) == 1 else NAMED
    lines = [Line(_("Projects"), f"{total:,}", _("among {query}").format(query=shown(query)) if query else "")]
    if total > len(every):
        lines.append(Line("", _("The first {n} of them by name are judged; / restricts them.").format(n=f"{len(every):,}")))
    blocks = [Block("", tuple(lines))]
    data: list[dict[str, Any]] = []
    for rule in rules:
        answers = {held: [facts for facts, verdict in found if verdict[rule.id].held is held] for held in Held}
        blocks.append(Block(_(rule.question), tuple(_answers(answers, found, rule, most))))
        data.append(
            {
                "rule": rule.id,
                "question": _(rule.question),
                "says": rule.quoted,
                "source": _(SOURCE),
                **{held.name.lower(): [ref("projects", facts.project.id) for facts in those] for held, those in answers.items()},
            }
        )
    without = [facts for facts in every if not facts.coordinators]
    if any(rule.id == "coordinator" for rule in rules):
        heading = ngettext("Without a coordinator ({n})", "Without a coordinator ({n})", len(without))
        blocks.append(Block(heading, tuple(_named(without, most))))
    values = {
        "query": query,
        "projects": total,
        "judged": len(every),
        "rules": data,
        "without_coordinator": [ref("projects", facts.project.id) for facts in without],
    }
    return Report(f"terms/?{query}", _("Equal terms"), tuple(block for block in blocks if block.lines), values, bool(every))


def _answers(
    answers: dict[Held, list[Facts]], found: Sequence[tuple[Facts, dict[str, Verdict]]], rule: Rule, most: int | None
) -> Iterator[Line]:
    """How many projects there are for each answer, as a bar; those for which the rule does not hold, and for which it does, by name."""
    for held in (Held.DOES_NOT, Held.HOLDS, Held.NOT_STATED):
        those = answers[held]
        yield Line(_(held.value), f"{bar(len(those), len(found))} {len(those):,}")
        if held is not Held.NOT_STATED or most is None:
            yield from _named(those, most)


def _named(those: Sequence[Facts], most: int | None) -> Iterator[Line]:
    for facts in those[:most]:
        yield Line("", shown(facts.project.title), target=leads_to("terms", ref("projects", facts.project.id)))
    if more := len(those) - len(those[:most]):
        yield Line("", ngettext("and {n} more", "and {n} more", more))
