"""Bodies of tournaments that are not plainly their command's fields: presets by name, links, lines."""

import base64
import hashlib
import hmac
from typing import Any
from uuid import UUID

import msgspec

from api.match.schemas import CONDITIONS, whole_conditions
from api.services import Services
from api.strict import checked, enumeration, members, strict, struct
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.settings import TournamentSettings
from domain.tournament.table_rules import PRESETS as TABLE_RULES
from domain.tournament.table_rules import TableRules

Data = dict[str, Any]
RULES = enumeration(TABLE_RULES) | strict(TableRules)
SETTINGS = strict(TournamentSettings, instead={"conditions": CONDITIONS, "table_rules": RULES})
"""A tournament's settings, in which conditions and table rules may be the name of a preset."""


def whole_settings(said: Data) -> Data:
    """All of the settings that a body of type SETTINGS says."""
    said = dict(said)
    for name, whole in (("conditions", whole_conditions), ("table_rules", _whole_rules)):
        if name in said:
            said[name] = whole(said[name])
    return said


def _whole_rules(said: str | Data) -> Data:
    return msgspec.to_builtins(TABLE_RULES[said], enc_hook=str) if isinstance(said, str) else said


def with_whole_settings(_: Services, data: Data) -> Data:
    """A change of settings as the command has it; what the body does not say stays as it is."""
    stated = {name: value for name, value in data.items() if value is not None}
    if "settings" in stated:
        stated["settings"] = whole_settings(stated["settings"])
    return stated


class TournamentBody:
    """Reads the creation of a tournament; ``id`` may be chosen by the client."""

    def __init__(self) -> None:
        own = members(c.CreateTournament, instead={"settings": SETTINGS})
        self.struct = struct("CreateTournament", [("id", UUID | None, None), *own])
        self._check = msgspec.json.Decoder(self.struct)

    def decode(self, raw: bytes) -> tuple[UUID | None, Data]:
        """The id the client chose, if it did, and the fields of the command. Raises Problem (400, 422)."""
        body = checked(self._check.decode, raw)
        data = msgspec.to_builtins(body)
        data.pop("id")
        data["settings"] = whole_settings(data["settings"])
        return body.id, data


def invitation_secret(key: bytes, *about: object) -> str:
    """The secret of a link. A repeated request gets the same one, and nobody without the key can make it."""
    said = "/".join(str(part) for part in about).encode()
    return base64.urlsafe_b64encode(hmac.digest(key, said, "sha256")).decode().rstrip("=")


def token_hash(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
