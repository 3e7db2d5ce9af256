"""The code lists of the catalogue and the words for their codes.

A list says which codes are known, never which are allowed: a code from elsewhere is kept in the record and
shown as it is. The words are marked for translation here and looked up when they are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ssc_tui.i18n import N_, _

GOALS = range(1, 18)
"""The Sustainable Development Goals by their numbers."""

ORGANISATION_TYPE = {
    "10": N_("Government"),
    "11": N_("Local Government"),
    "15": N_("Other Public Sector"),
    "21": N_("International NGO"),
    "22": N_("National NGO"),
    "23": N_("Regional NGO"),
    "24": N_("Partner Country based NGO"),
    "30": N_("Public Private Partnership"),
    "40": N_("Multilateral"),
    "60": N_("Foundation"),
    "70": N_("Private Sector"),
    "71": N_("Private Sector in Provider Country"),
    "72": N_("Private Sector in Aid Recipient Country"),
    "73": N_("Private Sector in Third Country"),
    "80": N_("Academic, Training and Research"),
    "90": N_("Other"),
}
"""Kinds of partner: IATI OrganisationType, `xml/OrganisationType.xml` of IATI/IATI-Codelists-NonEmbedded."""

ACTIVITY_STATUS = {
    "1": N_("Pipeline/identification"),
    "2": N_("Implementation"),
    "3": N_("Finalisation"),
    "4": N_("Closed"),
    "5": N_("Cancelled"),
    "6": N_("Suspended"),
}
"""Where a project stands: IATI ActivityStatus, `xml/ActivityStatus.xml` of IATI/IATI-Codelists."""

SIGNIFICANCE = {
    "0": N_("not targeted"),
    "1": N_("significant objective"),
    "2": N_("principal objective"),
}
"""How far a project aims at a cross-cutting issue: IATI PolicySignificance, the first three, from OECD DAC.

`xml/PolicySignificance.xml` of IATI/IATI-Codelists-NonEmbedded.
"""

MODALITY = {
    "south_south": N_("South-South"),
    "triangular": N_("Triangular"),
    "north_south": N_("North-South"),
}
"""Who cooperates with whom in a project."""

AREA_KIND = {
    "priority": N_("Priority area"),
    "cross_cutting": N_("Cross-cutting issue"),
    "theme": N_("Theme"),
    "sdg": N_("Sustainable Development Goal"),
}
"""What sort of area an area is."""

PROJECT_ROLE = {
    "coordinator": N_("Coordinator"),
    "partner": N_("Partner"),
    "facilitator": N_("Facilitator"),
    "funder": N_("Funder"),
    "implementer": N_("Implementer"),
}
"""What a partner does in a project. Who sends and who hosts is said by the exchanges."""

BESIDE_EXCHANGE = ("funder", "facilitator")
"""Roles in a project that, held alone, take no part in its exchange of people."""

EXCHANGE_KIND = {
    "professional": N_("Professional exchange"),
    "volunteer": N_("Volunteer exchange"),
    "academic": N_("Academic exchange"),
    "study_visit": N_("Study visit"),
    "expert": N_("Expert mission"),
    "virtual": N_("Virtual exchange"),
}
"""What sort of stay an exchange is."""

EXCHANGE_STATUS = {
    "planned": N_("Planned"),
    "ongoing": N_("Ongoing"),
    "completed": N_("Completed"),
    "cancelled": N_("Cancelled"),
}
"""Where an exchange stands."""

CONTRIBUTION_KIND = {
    "money": N_("Money"),
    "expert_time": N_("Expert time"),
    "travel": N_("Travel and stay"),
    "goods": N_("Goods"),
    "training": N_("Training"),
    "scholarship": N_("Scholarship"),
    "research": N_("Research"),
    "event": N_("Event"),
}
"""What was given: money is one kind among eight."""

TOSSD_MODALITY = {
    "A00": N_("Budget support"),
    "B01": N_("Core support to NGOs, other private bodies, PPPs and research institutes"),
    "B02": N_("Core contributions to multilateral institutions"),
    "B02a": N_("Assessed contributions to multilateral institutions"),
    "B02b": N_("Voluntary core contributions to multilateral institutions"),
    "B03": N_("Contributions to specific purpose programmes and funds managed by implementing partners"),
    "C01": N_("Projects"),
    "D01": N_("In-kind technical co-operation experts"),
    "D011": N_("In-kind technical cooperation: experts costs"),
    "D012": N_("In-kind technical cooperation experts: travel related costs"),
    "D013": N_("In-kind technical cooperation: services, materials, equipment and supplies"),
    "D02": N_("Other technical co-operation"),
    "D021": N_("Training"),
    "E01": N_("Scholarships and training in provider country"),
    "E02": N_("Imputed student costs"),
    "J01": N_("In-kind donations"),
    "K01": N_("Research and development"),
    "K011": N_("Scientific-related infrastructure"),
    "K012": N_("Research personnel"),
    "K02": N_("Research and development, other than South-South"),
    "L01": N_("Direct cash transfers under social development public programmes in partner countries"),
}
"""How support is given: TOSSD modality, `src/tossd_reader/_data/codelists/modality.csv` of ONEcampaign/tossd-reader.

Left out are the heads of groups, and F to I (debt, administration, refugees), which no exchange of partners gives.
"""

TOSSD_SOUTH_SOUTH = ("D011", "D012", "D013", "D021", "J01", "K01", "K011", "K012", "L01")
"""Modalities that TOSSD marks "for SSC providers only"."""

TOSSD_USUAL = {
    "expert_time": "D011",
    "travel": "D012",
    "goods": "D013",
    "training": "D021",
    "scholarship": "E01",
    "research": "K01",
}
"""The modality under which a South-South provider reports a kind of contribution in kind; money and events have no one such code."""

SOLUTION_STAGE = {
    "idea": N_("Idea"),
    "incubating": N_("Incubating"),
    "testing": N_("Testing"),
    "proven": N_("Proven"),
    "scaled": N_("Scaled"),
    "dropped": N_("Dropped"),
}
"""How far a solution has come, in this order."""

PUBLICATION_KIND = {
    "report": N_("Report"),
    "series": N_("Series"),
    "case_study": N_("Case study"),
    "guide": N_("Guide"),
    "article": N_("Article"),
}
"""What sort of text a publication is."""

RECORD_KIND = {
    "partners": N_("Partner"),
    "projects": N_("Project"),
    "exchanges": N_("Exchange"),
    "areas": N_("Area"),
    "solutions": N_("Solution"),
    "publications": N_("Publication"),
    "funds": N_("Fund"),
    "contributions": N_("Contribution"),
}
"""One record of each kind, as in "Partner not found"."""

RECORD_KINDS = {
    "partners": N_("Partners"),
    "projects": N_("Projects"),
    "exchanges": N_("Exchanges"),
    "areas": N_("Areas"),
    "solutions": N_("Solutions"),
    "publications": N_("Publications"),
    "funds": N_("Funds"),
    "contributions": N_("Contributions"),
}
"""All records of each kind, as in the title of a list."""

LANGUAGE = {
    "am": N_("Amharic"),
    "ar": N_("Arabic"),
    "az": N_("Azerbaijani"),
    "bn": N_("Bangla"),
    "da": N_("Danish"),
    "de": N_("German"),
    "dv": N_("Dhivehi"),
    "en": N_("English"),
    "es": N_("Spanish"),
    "fr": N_("French"),
    "hi": N_("Hindi"),
    "id": N_("Indonesian"),
    "ja": N_("Japanese"),
    "km": N_("Khmer"),
    "ko": N_("Korean"),
    "mg": N_("Malagasy"),
    "ms": N_("Malay"),
    "my": N_("Burmese"),
    "ne": N_("Nepali"),
    "nl": N_("Dutch"),
    "no": N_("Norwegian"),
    "pt": N_("Portuguese"),
    "sw": N_("Swahili"),
    "th": N_("Thai"),
    "tr": N_("Turkish"),
    "vi": N_("Vietnamese"),
    "zh": N_("Chinese"),
}
"""Languages that partners of the built-in catalogue work in: ISO 639-1 codes."""

CODES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "organisation_type": ORGANISATION_TYPE,
        "activity_status": ACTIVITY_STATUS,
        "significance": SIGNIFICANCE,
        "modality": MODALITY,
        "area_kind": AREA_KIND,
        "project_role": PROJECT_ROLE,
        "exchange_kind": EXCHANGE_KIND,
        "exchange_status": EXCHANGE_STATUS,
        "contribution_kind": CONTRIBUTION_KIND,
        "tossd_modality": TOSSD_MODALITY,
        "solution_stage": SOLUTION_STAGE,
        "publication_kind": PUBLICATION_KIND,
        "record_kind": RECORD_KIND,
        "record_kinds": RECORD_KINDS,
        "language": LANGUAGE,
    }
)
"""Every list by its name: code to English words, in the order in which a form offers them."""


def label(list_name: str, code: str | int) -> str:
    """The words for a code in the user's language, or the code itself where the list does not hold it.

    Raises:
        KeyError: no list has that name.
    """
    words = CODES[list_name].get(str(code))
    return str(code) if words is None else _(words)
