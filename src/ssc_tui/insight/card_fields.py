"""Which field of a kind is said in a line of its card, under which label and in which form."""

from __future__ import annotations

from enum import Enum

from ssc_tui.i18n import N_


class Form(Enum):
    """How a value is said. Codes carry the name of their list, links the kind that they lead to."""

    TEXT = "text"
    NUMBER = "number"
    PERSONS = "persons"
    MONEY = "money"
    YESNO = "yesno"
    COUNTRY = "country"
    COUNTRIES = "countries"
    PLACE = "place"
    NAMES = "names"
    SYNONYM = "synonym"
    WEB = "web"
    MAIL = "mail"
    REF = "ref"
    TOSSD = "tossd"
    PARTNER = "partners"
    PROJECT = "projects"
    FUND = "funds"
    AREA = "areas"
    CODE_ORGANISATION = "organisation_type"
    CODE_MODALITY = "modality"
    CODE_STATUS = "activity_status"
    CODE_AREA = "area_kind"
    CODE_EXCHANGE = "exchange_kind"
    CODE_EXCHANGE_STATUS = "exchange_status"
    CODE_CONTRIBUTION = "contribution_kind"
    CODE_STAGE = "solution_stage"
    CODE_PUBLICATION = "publication_kind"
    CODE_LANGUAGE = "language"


_NAMES = ("names", N_("In other languages"), Form.NAMES)
_AREAS = ("areas", N_("Priority areas"), Form.AREA)
_COUNTRIES = ("countries", N_("Countries"), Form.COUNTRIES)
_START = ("start", N_("Start"), Form.TEXT)
_END = ("end", N_("End"), Form.TEXT)

FIELDS: dict[str, tuple[tuple[str, str, Form], ...]] = {
    "partners": (
        ("acronym", N_("Acronym"), Form.TEXT),
        ("kind", N_("Type"), Form.CODE_ORGANISATION),
        ("city", N_("City"), Form.TEXT),
        ("country", N_("Country"), Form.COUNTRY),
        ("website", N_("Website"), Form.WEB),
        ("email", N_("E-mail"), Form.MAIL),
        ("phone", N_("Telephone"), Form.TEXT),
        ("languages", N_("Languages"), Form.CODE_LANGUAGE),
        ("founded", N_("Founded"), Form.TEXT),
        ("parent", N_("Part of"), Form.PARTNER),
        ("aliases", N_("Also called"), Form.TEXT),
        _NAMES,
        ("org_identifier", N_("Identifier"), Form.TEXT),
        ("location", N_("Position"), Form.PLACE),
        _AREAS,
    ),
    "projects": (
        ("modality", N_("Modality"), Form.CODE_MODALITY),
        ("modality_reason", N_("Why so"), Form.TEXT),
        ("status", N_("Status"), Form.CODE_STATUS),
        _START,
        _END,
        _COUNTRIES,
        ("fund", N_("Fund"), Form.FUND),
        ("budget", N_("Budget"), Form.MONEY),
        ("requested_by", N_("Requested by"), Form.PARTNER),
        ("requested_on", N_("Requested on"), Form.TEXT),
        ("titles", N_("In other languages"), Form.NAMES),
        ("identifier", N_("Identifier"), Form.TEXT),
        _AREAS,
    ),
    "exchanges": (
        ("sender", N_("Sender"), Form.PARTNER),
        ("host", N_("Host"), Form.PARTNER),
        ("actual", N_("Went"), Form.PERSONS),
        ("planned", N_("Planned"), Form.PERSONS),
        ("months", N_("Months each"), Form.NUMBER),
        ("kind", N_("Kind"), Form.CODE_EXCHANGE),
        ("round", N_("Round"), Form.TEXT),
        ("status", N_("Status"), Form.CODE_EXCHANGE_STATUS),
        _START,
        _END,
        ("project", N_("Project"), Form.PROJECT),
        ("need", N_("Need it answers"), Form.TEXT),
        ("capacity", N_("Capacity it brings"), Form.TEXT),
    ),
    "areas": (
        ("kind", N_("Kind"), Form.CODE_AREA),
        ("parent", N_("Part of"), Form.AREA),
        ("sdgs", N_("Goals (SDGs)"), Form.TEXT),
        ("sectors", N_("DAC sectors"), Form.TEXT),
        _NAMES,
    ),
    "solutions": (
        ("stage", N_("Stage"), Form.CODE_STAGE),
        ("provider", N_("Comes from"), Form.PARTNER),
        ("project", N_("Project"), Form.PROJECT),
        _COUNTRIES,
        _AREAS,
    ),
    "publications": (
        ("kind", N_("Kind"), Form.CODE_PUBLICATION),
        ("publisher", N_("Publisher"), Form.PARTNER),
        ("year", N_("Year"), Form.TEXT),
        ("languages", N_("Languages"), Form.CODE_LANGUAGE),
        ("url", N_("Address"), Form.WEB),
        ("related", N_("About"), Form.REF),
    ),
    "funds": (
        ("manager", N_("Managed by"), Form.PARTNER),
        ("contributors", N_("Contributors"), Form.PARTNER),
        ("founded", N_("Founded"), Form.TEXT),
    ),
    "contributions": (
        ("from", N_("From"), Form.PARTNER),
        ("to", N_("To"), Form.PARTNER),
        ("project", N_("Project"), Form.PROJECT),
        ("year", N_("Year"), Form.TEXT),
        ("kind", N_("Kind"), Form.CODE_CONTRIBUTION),
        ("quantity", N_("Quantity"), Form.NUMBER),
        ("unit", N_("Unit"), Form.TEXT),
        ("unit_cost", N_("Cost of a unit"), Form.NUMBER),
        ("method", N_("Method"), Form.TEXT),
        ("amount", N_("Amount"), Form.MONEY),
        ("agreed", N_("Agreed, to be given"), Form.YESNO),
        ("tossd", N_("TOSSD modality"), Form.TOSSD),
    ),
}
"""Field, label and form, in the order of the card."""

EXPECTED: dict[str, frozenset[str]] = {
    "partners": frozenset({"website", "email", "phone", "country"}),
    "projects": frozenset({"status", "start", "budget"}),
    "exchanges": frozenset({"sender", "host", "actual", "planned", "months", "round"}),
    "areas": frozenset(),
    "solutions": frozenset({"provider"}),
    "publications": frozenset({"year", "url"}),
    "funds": frozenset({"manager"}),
    "contributions": frozenset({"quantity", "amount"}),
}
"""Fields that a reader looks for: where no source states one, the card says so."""

HEADINGS = {"description": N_("Description"), "abstract": N_("Abstract"), "challenge": N_("Challenge"), "note": N_("Remarks")}
"""Headings of the texts."""

ROLES_BACK = {
    "area": N_("files it here"),
    "cross_cutting": N_("cross-cutting issue"),
    "brings": N_("brings it"),
    "seeks": N_("wants to learn it"),
    "parent": N_("part of it"),
    "coordinator": N_("coordinator"),
    "partner": N_("partner"),
    "facilitator": N_("facilitator"),
    "funder": N_("funder"),
    "implementer": N_("implementer"),
    "sender": N_("sends"),
    "host": N_("hosts"),
    "provider": N_("provider"),
    "publisher": N_("publisher"),
    "manager": N_("manager"),
    "contributor": N_("contributor"),
    "fund": N_("pays"),
    "project": N_("in the project"),
    "related": N_("about it"),
    "requested_by": N_("asked for it"),
    "replicated_by": N_("replicated it"),
    "present": N_("was at the joint assessment"),
    "from": N_("gives"),
    "to": N_("receives"),
}
"""What a record that names this one says of it."""
