"""Stripe's OpenAPI, as a judge of answers: every object, field by field, and none that Stripe does not have."""

import re
from pathlib import Path
from typing import Any

import msgspec
from jsonschema import Draft4Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

ROOT = "stripe:"


def judged(schema: Any) -> Any:
    """An OpenAPI 3.0 schema as a JSON schema that takes no unknown fields."""
    if isinstance(schema, list):
        return [judged(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": ROOT + schema["$ref"]}
    strict = {
        name: {key: judged(part) for key, part in value.items()} if name == "properties" else judged(value)
        for name, value in schema.items()
        if name not in ("nullable", "description", "title") and not name.startswith("x-")
    }
    if strict.get("properties"):
        strict.setdefault("additionalProperties", False)
    return {"anyOf": [strict, {"type": "null"}]} if schema.get("nullable") else strict


class Specification:
    """What Stripe's API answers, by method, path and status."""

    def __init__(self, file: Path) -> None:
        document = msgspec.json.decode(file.read_bytes())
        self.version: str = document["info"]["version"]
        schemas = {name: judged(schema) for name, schema in document["components"]["schemas"].items()}
        whole = {"components": {"schemas": schemas}}
        self._registry: Registry[Any] = Registry().with_resource(ROOT, Resource.from_contents(whole, DRAFT4))
        self._operations = [
            (method.upper(), re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), operation["responses"])
            for path, operations in sorted(document["paths"].items(), key=lambda item: item[0].count("{"))
            for method, operation in operations.items()
            if method in ("get", "post", "delete")
        ]
        endpoint = document["paths"]["/v1/webhook_endpoints"]["post"]["requestBody"]["content"]
        form = endpoint["application/x-www-form-urlencoded"]["schema"]["properties"]
        self.event_types = frozenset(form["enabled_events"]["items"]["enum"])

    def check_answer(self, method: str, path: str, status: int, body: Any) -> None:
        """Fail unless the API may answer this."""
        responses = next(
            found for wanted, known, found in self._operations if wanted == method and known.fullmatch(path)
        )
        answer = responses.get(str(status), responses["default"])
        schema = judged(answer["content"]["application/json"]["schema"])
        self._check(schema, body, f"{method} {path} {status}")

    def check_event(self, event: dict[str, Any]) -> None:
        """Fail unless Stripe may send this event, and its object is one of Stripe's."""
        assert event["type"] in self.event_types
        self.check_object("event", event)
        thing = event["data"]["object"]
        self.check_object(thing["object"], thing)
        changed = event["data"].get("previous_attributes", {})
        assert changed.keys() <= thing.keys()

    def check_object(self, name: str, thing: Any) -> None:
        """Fail unless this is an object of that name."""
        self._check({"$ref": f"{ROOT}#/components/schemas/{name}"}, thing, name)

    def _check(self, schema: Any, thing: Any, what: str) -> None:
        error = best_match(Draft4Validator(schema, registry=self._registry).iter_errors(thing))
        assert error is None, (
            f"{what}: {error.message if error else ''} at {list(error.path) if error else ''}"
        )
