"""What collections take, as the library that Kinto checks with sees it, against what the models of the documents take."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft7Validator, ValidationError

from ssc_tui.catalogue.documents import MODELS, problems
from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.host.schema import collection_schema
from ssc_tui.store.seed import SEED
from ssc_tui.store.whole import documents_in

PROJECT = {"id": "p", "title": "P"}


def check(kind: str, document: dict[str, Any]) -> None:
    Draft7Validator(collection_schema(kind)).validate(document)


def test_every_kind_has_a_schema_of_draft_7() -> None:
    assert set(MODELS) == set(KINDS)
    for kind in KINDS:
        Draft7Validator.check_schema(collection_schema(kind))


def test_every_document_of_the_shipped_catalogue_is_taken() -> None:
    for kind, documents in documents_in(SEED).items():
        validator = Draft7Validator(collection_schema(kind))
        assert [list(validator.iter_errors(document)) for document in documents] == [[]] * len(documents)


@pytest.mark.parametrize(
    "more",
    [
        {"of a later format": {"any": ["thing"]}},
        {"status": None, "partners": None, "assessment": None},
        {"partners": [{"partner": "norec", "role": "funder", "of a later format": 1}]},
        {"start": "2024", "end": "2024-05-17", "budget": 1.5, "currency": "USD", "countries": ["KE"]},
        {"last_modified": 1},
    ],
)
def test_what_the_model_takes_is_taken(more: dict[str, Any]) -> None:
    assert not problems("projects", PROJECT | more)
    check("projects", PROJECT | more)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"title": 5}, "5 is not of type 'string'"),
        ({"title": None}, "None is not of type 'string'"),
        ({"countries": "KE"}, "'KE' is not of type 'array', 'null'"),
        ({"countries": ["Kenya"]}, "does not match"),
        ({"start": "May 2024"}, "does not match"),
        ({"budget": -1}, "less than the minimum"),
        ({"budget": "much"}, "'much' is not of type 'number', 'null'"),
        ({"fund": "No Id"}, "does not match"),
        ({"partners": [{"role": "funder"}]}, "'partner' is a required property"),
        ({"figures": [{"measure": "people", "value": "many"}]}, "'many' is not of type 'number'"),
        ({"assessment": []}, "is not valid"),
    ],
)
def test_what_the_model_refuses_is_refused(more: dict[str, Any], said: str) -> None:
    assert problems("projects", PROJECT | more)
    with pytest.raises(ValidationError, match=said):
        check("projects", PROJECT | more)


@pytest.mark.parametrize("value", [True, False, None, "yes"])
def test_a_live_record_cannot_look_like_a_tombstone(value: Any) -> None:
    for kind in KINDS:
        with pytest.raises(ValidationError, match="False schema does not allow"):
            check(kind, PROJECT | {"name": "P", "deleted": value})
