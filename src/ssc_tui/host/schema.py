"""What a collection of the server takes: a JSON schema (draft 7) for each kind, made from the models, and one for suggestions."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from ssc_tui.catalogue.documents import MODELS
from ssc_tui.catalogue.kinds import SUGGESTIONS

_DRAFT = "http://json-schema.org/draft-07/schema#"

_SUGGESTION: dict[str, Any] = {
    "$schema": _DRAFT,
    "type": "object",
    "required": ["document", "ref", "author", "at", "state"],
    "properties": {"deleted": False},
}
"""Of the suggestions: little, since who signs in is sent it with every sync; whoever reads them looks closer (`catalogue.suggestions`)."""


def collection_schema(kind: str) -> dict[str, Any]:
    """The schema of a collection. Fields that are not known here are taken; `deleted` is not, since it would look like a tombstone.

    Raises:
        KeyError: a catalogue has no such collection.
    """
    if kind == SUGGESTIONS:
        return _SUGGESTION
    schema = MODELS[kind].model_json_schema(schema_generator=_Schema)
    return {"$schema": _DRAFT, **schema, "properties": {**schema["properties"], "deleted": False}}


class _Schema(GenerateJsonSchema):
    """Schemas in which a refusal reads well: types beside each other in place of alternatives, and nothing that only decorates."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        inner = self.generate_inner(schema["schema"])
        return {**inner, "type": [inner["type"], "null"]} if isinstance(inner.get("type"), str) else super().nullable_schema(schema)

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        # What follows the first paragraph is for whoever reads the source.
        return {**made, "description": made["description"].partition("\n\n")[0]}
