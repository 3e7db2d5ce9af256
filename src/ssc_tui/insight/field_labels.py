"""What each field is called in a form: as on the card, and what the card needs no word for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ssc_tui.catalogue.codes import label
from ssc_tui.i18n import N_, _
from ssc_tui.insight.card_fields import FIELDS, HEADINGS

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "name": N_("Name"),
        "title": N_("Title"),
        "location.lat": N_("Degrees north"),
        "location.lon": N_("Degrees east"),
        "brings": N_("Brings"),
        "seeks": N_("Wants to learn"),
        "figures": N_("Figures"),
        "sources": N_("Sources"),
        "checked_on": N_("Checked on"),
        "checked_by": N_("Checked by"),
        "synonyms": N_("Also found as"),
        "cross_cutting": N_("Cross-cutting"),
        "partners": N_("Partners"),
        "assessment": N_("Joint assessment"),
        "assessment.date": N_("Assessed on"),
        "assessment.present": N_("Present then"),
        "currency": N_("Currency"),
        "replications": N_("Replications"),
        "history": N_("History"),
    }
)
"""Fields of records that have no label on their card, or another one."""

INSIDE: Mapping[str, str] = MappingProxyType(
    {
        "area": N_("Area"),
        "topic": N_("Topic"),
        "sector": N_("DAC sector"),
        "level": N_("Level"),
        "language": N_("Language"),
        "text": N_("In that language"),
        "valid_until": N_("Valid until"),
        "source": N_("Source"),
        "year": N_("Year"),
        "measure": N_("What is measured"),
        "value": N_("Value"),
        "unit": N_("Unit"),
        "ref": N_("Where it is stated"),
        "seen_on": N_("Seen on"),
        "significance": N_("Significance"),
        "partner": N_("Partner"),
        "role": N_("Role"),
        "since": N_("Since"),
        "country": N_("Country"),
        "changes": N_("Changes made"),
        "result": N_("Result"),
        "stage": N_("Stage"),
        "on": N_("Date"),
        "by": N_("By whom"),
        "reason": N_("Reason"),
    }
)
"""Fields of the items of lists."""


def field_label(kind: str, name: str) -> str:
    """What a field of a record is called; one that nobody named is its own name.

    Args:
        kind: of the record; empty for an item of a list.
        name: the path of the field.
    """
    if not kind:
        return _(INSIDE[name]) if name in INSIDE else label("language", name)
    on_card = next((label for field, label, _form in FIELDS[kind] if field == name), HEADINGS.get(name))
    return _(LABELS.get(name) or on_card or name)
