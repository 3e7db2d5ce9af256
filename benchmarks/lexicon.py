"""The words that made-up records are made of: patterns of names, fields of work, and places that lie nowhere.

Every list runs from frequent to rare.
"""

from __future__ import annotations

from functools import cache
from random import Random

PARTNERS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("{place} District Hospital", "15", {"fr": "Hôpital du district de {place}", "pt": "Hospital Distrital de {place}"}),
    ("University of {place}", "80", {"fr": "Université de {place}", "es": "Universidad de {place}", "pt": "Universidade de {place}"}),
    ("Ministry of {field} of {country}", "10", {}),
    ("{place} {field} Association", "22", {}),
    ("{place} Municipal Council", "11", {"fr": "Conseil municipal de {place}", "es": "Ayuntamiento de {place}"}),
    ("National Institute of {field} of {country}", "80", {}),
    ("{place} Teachers' College", "80", {}),
    ("{place} Women's Farming Cooperative", "24", {"fr": "Coopérative agricole des femmes de {place}"}),
    ("University of {place} Institute for {field} Research", "80", {}),
    ("{place} Centre for {field}", "22", {"fr": "Centre de {place}", "es": "Centro de {place}", "pt": "Centro de {place}"}),
    ("{country} {field} Agency", "15", {}),
    ("{place} Youth Network", "22", {"fr": "Réseau des jeunes de {place}", "es": "Red de jóvenes de {place}"}),
    ("{place} Regional Referral Hospital", "15", {"fr": "Hôpital régional de référence de {place}"}),
    ("Association of {field} Workers of {place} and {place}", "22", {}),
    ("{place} Foundation", "60", {"es": "Fundación {place}", "pt": "Fundação {place}"}),
    ("{place} Chamber of Commerce and Industry", "70", {"fr": "Chambre de commerce et d'industrie de {place}"}),
    ("St {place} School of Nursing and Midwifery", "80", {}),
    ("Joint Commission for {field} on the {place} River", "40", {}),
    ("Volunteers for {field} in {country}", "24", {}),
    ("{place}-{place} Lake Basin Organisation", "40", {}),
)
"""Name, organisation type, and the name in other languages."""

PROJECTS = (
    "Strengthening {topic} in {place} District",
    "{topic} exchange between {country} and {country}",
    "Exchange of nurses between {place} and {place}",
    "Training of {topic} trainers in {place}",
    "Support to {topic} in {country}",
    "Scaling up {topic} in rural {country}",
    "Learning {topic} from {country}",
    "{place} {topic} project",
    "Twinning of {place} and {place} on {topic}",
    "South-South transfer of {topic} to {country}",
    "Young volunteers for {topic} in {place}",
    "Regional programme for {topic} and {topic}",
    "Pilot of {topic} around Lake {place}",
    "Joint research on {topic} and {field}",
)

SOLUTIONS = (
    "{topic} by mobile telephone in {place}",
    "Village committees for {topic} around {place}",
    "Low-cost {topic} of {place}",
    "{place} method of {topic}",
    "{place} revolving fund for {topic}",
    "{place} school clubs for {topic}",
)

PUBLICATIONS = (
    "Report on {topic} in {country}",
    "{topic}: lessons from {country} and {country}",
    "The {place} guide to {topic}",
    "Ten years of {topic} in {place}",
    "{field} through South-South cooperation",
    "Case study: {topic} in {place}",
)

FUNDS = ("{country} Fund for {field}", "{place} Small Grants", "{country}-{country} {field} Facility", "{place} Trust Fund")

FIELDS = (
    "Health", "Education", "Agriculture", "Water", "Rural Development", "Environment", "Energy", "Technology", "Fisheries", "Trade",
    "Public Health", "Youth", "Forestry", "Statistics", "Finance", "Maternal and Child Health", "Tourism", "Labour", "Transport",
    "Vocational Training", "Climate", "Housing", "Justice", "Nutrition", "Veterinary Science", "Mining", "Social Protection",
    "Meteorology", "Marine Science", "Culture", "Geology", "Irrigation", "Aviation", "Renewable Energy", "Sanitation",
    "Land Administration",
)  # fmt: skip

TOPICS = (
    "health care", "rice growing", "teacher training", "water supply", "solar power", "maternal health", "fish farming", "nursing",
    "drip irrigation", "early warning", "school meals", "microcredit", "waste management", "tax administration", "telemedicine",
    "vocational training", "cassava processing", "census taking", "malaria control", "soil conservation", "civil registration",
    "cash transfers", "seed production", "mangrove planting", "coffee marketing", "biogas", "radio broadcasting", "bamboo building",
    "disaster preparedness", "dairy farming", "HIV counselling", "land registration", "border management", "geothermal exploration",
    "textile design", "road maintenance", "food safety", "orthopaedic surgery", "wastewater treatment", "budget planning",
    "coral restoration", "public procurement", "sign language teaching", "honey production", "tsetse fly control", "hydropower",
    "neonatal care", "ecotourism", "urban transport", "vaccine logistics", "quinoa breeding", "satellite mapping",
    "groundwater monitoring", "cotton ginning", "anaesthesia", "archives", "sesame export", "saffron", "brackish aquaculture",
    "yellow fever surveillance",
)  # fmt: skip

MANNERS = (
    "community", "women's", "village", "integrated", "mobile", "urban", "low-cost", "sustainable", "participatory", "cross-border",
    "modern", "small-scale", "emergency", "youth-led", "digital", "indigenous", "highland", "coastal", "climate-smart", "island",
)  # fmt: skip
"""How a topic is gone about; said of every other one."""

MEASURES = (
    "people trained", "members", "staff", "volunteers", "patients a year", "students", "hectares", "villages reached", "laboratories",
)  # fmt: skip

_KNOWN = ("Kasulu", "Mbaro", "Tunari", "Kamuzu")
_FIRST = (
    "ka", "ma", "ba", "mu", "sa", "ki", "ta", "lu", "na", "bu", "mba", "san ", "nya", "ko", "cha", "pa", "ru", "do", "la", "gua", "ya",
    "to", "si", "ha", "ga", "mo", "wa", "bo", "ra", "zi", "vi", "ti", "ja", "po", "che", "ngo", "kwa", "fa", "el ", "hu", "que", "o",
    "a", "u", "i", "e", "thi", "sho", "be", "xa", "n'", "djo",
)  # fmt: skip
_MIDDLE = (
    "", "", "ra", "la", "na", "mi", "li", "ri", "nda", "su", "go", "wa", "ti", "ro", "nga", "ku", "ve", "lo", "bi", "zo", "ché", "ja",
    "pu",
)  # fmt: skip
_LAST = (
    "la", "ra", "ni", "ro", "lu", "ndi", "ba", "ma", "na", "ngo", "ta", "so", "ri", "pur", "do", "za", "ville", "ya", "ga", "mé", "ngwe",
    "bad", "res", "nia", "tán", "dou", "gorod", "ção", "ssi", "to", "wezi", "que", "lin",
)  # fmt: skip

PLACES = 100_000
"""Made-up places that names can draw from; most are drawn seldom."""


@cache
def places() -> tuple[str, ...]:
    """The made-up places, the same in every run."""
    dice = Random("places")
    found = dict.fromkeys(_KNOWN)
    while len(found) < PLACES:
        middle = "".join(dice.choice(_MIDDLE) for _ in range(dice.choice((1, 1, 2, 3))))
        found[(dice.choice(_FIRST) + middle + dice.choice(_LAST)).title().replace("'S", "'s")] = None
    return tuple(found)
