"""Says the values of a document in words, whatever they hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ssc_tui.catalogue.codes import TOSSD_SOUTH_SOUTH, label
from ssc_tui.catalogue.countries import countries, country_name
from ssc_tui.i18n import _
from ssc_tui.insight.card_fields import Form
from ssc_tui.text import one_line


def not_stated() -> str:
    """The words for what no source says."""
    return _("not stated")


def objects(value: object) -> list[dict[str, Any]]:
    """The objects in a list; everything else is passed over."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def shown(value: object) -> str:
    """A value in one safe line; empty for what is not stated."""
    return "" if value is None else one_line(str(value))


def number(value: object) -> str:
    """A number with separators."""
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else shown(value)


def money(value: object, currency: object) -> str:
    """An amount behind its currency."""
    return f"{shown(currency) or _('currency not stated')} {number(value)}"


def tossd(code: str) -> str:
    """A TOSSD modality: its code, which reports ask for, its words, and whether South-South providers alone use it."""
    words = label("tossd_modality", code)
    said = code if words == code else f"{code}: {words}"
    return _("{modality} (South-South providers only)").format(modality=said) if code in TOSSD_SOUTH_SOUTH else said


def raw(value: object) -> str:
    """A value as it came: text as it is, all else in JSON."""
    return one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def since(item: Mapping[str, Any]) -> str:
    """Since when something holds, where that is stated."""
    return _("since {year}").format(year=shown(item["since"])) if item.get("since") else ""


def both(item: Mapping[str, Any], *fields: str) -> str:
    """The stated ones of the fields."""
    return "; ".join(shown(item[field]) for field in fields if item.get(field))


def rest(item: Mapping[str, Any], *known: str) -> str:
    """The fields of an object that this program does not know, as they came."""
    return "; ".join(f"{one_line(field)}: {raw(value)}" for field, value in item.items() if field not in known)


def say(form: Form, value: object) -> str:
    """A value in words."""
    if form.name.startswith("CODE_"):
        return label(form.value, shown(value))
    match form:
        case Form.COUNTRY:
            code = shown(value)
            known = countries().get(code)
            return f"{known.name} ({known.region})" if known and known.region else country_name(code)
        case Form.COUNTRIES:
            return country_name(shown(value))
        case Form.NUMBER:
            return number(value)
        case Form.PERSONS:
            return _("{n} persons").format(n=number(value))
        case Form.TOSSD:
            return tossd(shown(value))
        case Form.PLACE if isinstance(value, dict):
            return "; ".join(filter(None, (f"{shown(value.get('lat'))}, {shown(value.get('lon'))}", rest(value, "lat", "lon"))))
        case Form.SYNONYM if isinstance(value, dict):
            return " / ".join(dict.fromkeys(shown(name) for name in value.values()))
        case Form.YESNO:
            return _("yes") if value is True else _("no") if value is False else shown(value)
        case _:
            return raw(value)
