"""An example of every event's JSON, from its schema: what a reader of the docs sees and a client can try."""

from typing import Any

from contracts.codec import MATCH

Schema = dict[str, Any]

_BY_FIELD: dict[str, Any] = {
    "team": "blackwater-bulls",
    "teams": "blackwater-bulls",
    "home": "blackwater-bulls",
    "away": "fernhill-foxes",
    "to": "fernhill-foxes",
    "batting": "blackwater-bulls",
    "bowling": "fernhill-foxes",
    "winner": "blackwater-bulls",
    "loser": "fernhill-foxes",
    "champion": "blackwater-bulls",
    "payee": "blackwater-bulls",
    "from_team": "fernhill-foxes",
    "to_team": "blackwater-bulls",
    "players": "dinesh-khatri",
    "player": "dinesh-khatri",
    "player_out": "dinesh-khatri",
    "player_in": "imran-solanki",
    "player_in_name": "Imran Solanki",
    "striker": "dinesh-khatri",
    "non_striker": "romario-lawton",
    "bowler": "imran-yadavendra",
    "person": "r-referee",
    "scorer": "s-scorer",
    "holder": "a-scorer",
    "captain": "dinesh-khatri",
    "name": "Blackwater Bulls",
    "email": "captain@example.org",
    "node": "league-R1-1",
    "table": "league",
    "stage": "league",
    "ground": "mill-meadow",
    "reason": "rain",
    "decision": "bat",
    "outcome": "win",
    "text": "Blackwater Bulls won by 12 runs",
    "overs": 20,
    "runs": 161,
    "wickets": 7,
    "innings": 1,
    "over": 14,
    "position": 3,
    "kind": "mandatory",
    "currency": "inr",
    "amount": 250000,
    "tournament_name": "Pavilion Trophy",
    "team_name": "Blackwater Bulls",
    "intent": "pi_3Nk2",
    "charge": "ch_3Nk2",
    "refund": "re_3Nk2",
    "dispute": "du_3Nk2",
    "transfer": "tr_3Nk2",
    "reversal": "trr_3Nk2",
    "step": "intent",
    "code": "card_declined",
    "decline_code": "insufficient_funds",
    "token_hash": "9f86d081884c7d65",
    "time_zone": "Asia/Kolkata",
    "match_version": 268,
    "by": "captains",
    "ruling": "stands",
    "answer": "The ball had crossed the rope.",
    "umpire_decision": "called over after five balls",
    "method": "D/L",
    "id": "blackwater-bulls",
}
_BY_FORMAT = {
    "date-time": "2026-04-07T10:00:00Z",
    "date": "2026-04-07",
    "uuid": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
}
_BY_TYPE: dict[str, Any] = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "null": None}
_LOCAL_TIME, _FRACTION = "19:30:00", "5/4"


def example_of(stream_kind: str, schema: Schema) -> Any:
    """An event's JSON that its schema allows, as it is written: in a match without what is at its default."""
    return _Example(schema.get("$defs", {}), whole=stream_kind != MATCH).of(schema, "")


class _Example:
    def __init__(self, defs: dict[str, Schema], *, whole: bool) -> None:
        self._defs = defs
        self._whole = whole

    def of(self, schema: Schema, name: str) -> Any:
        """A value that a schema allows, for a field of this name."""
        if "$ref" in schema:
            return self.of(self._defs[schema["$ref"].rpartition("/")[2]], name)
        for word in ("const", "enum", "anyOf"):
            if word in schema:
                found = schema[word] if word == "const" else schema[word][0]
                return self.of(found, name) if word == "anyOf" else found
        types = schema["type"]
        type_ = types if isinstance(types, str) else types[0]
        if type_ == "object":
            return self._object(schema)
        if type_ == "array":
            return [self.of(each, name) for each in schema.get("prefixItems", [schema.get("items", {})])]
        return self._plain(schema, type_, name)

    def _object(self, schema: Schema) -> dict[str, Any]:
        if "properties" not in schema:
            return {}
        required = schema.get("required", ())
        return {
            name: self.of(field, name) if name in required else field["default"]
            for name, field in schema["properties"].items()
            if name in required or self._whole
        }

    def _plain(self, schema: Schema, type_: str, name: str) -> Any:
        if "pattern" in schema:
            return _LOCAL_TIME if ":" in schema["pattern"] else _FRACTION
        if "format" in schema:
            return _BY_FORMAT[schema["format"]]
        known = _BY_FIELD.get(name)
        if type_ == "string" and isinstance(known, str):
            return known
        if type_ == "integer" and isinstance(known, int):
            return known
        return "20" if type_ == "string" and isinstance(known, int) else _BY_TYPE[type_]
