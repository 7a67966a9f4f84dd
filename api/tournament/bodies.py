"""Bodies of tournaments that are not plainly their command's fields: presets by name, links, lines."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from api.match.schemas import CONDITIONS, whole_conditions
from api.services import Services
from api.strict import LONGEST_TEXT, STRING, checked, enumeration, members, strict, struct
from contracts.wire import Wire
from domain.match.conditions import T20
from domain.tournament.fixtures.model import Placement
from domain.tournament.format.model import Format
from domain.tournament.format.presets import PRESETS as FORMATS
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.settings import TournamentSettings
from domain.tournament.table_rules import IPL, TableRules
from domain.tournament.table_rules import PRESETS as TABLE_RULES

Data = dict[str, Any]
RULES = enumeration(TABLE_RULES) | strict(TableRules)
FORMAT = enumeration(FORMATS) | strict(Format)
SETTINGS = strict(
    TournamentSettings,
    instead={"format": FORMAT, "conditions": (CONDITIONS, T20.name), "table_rules": (RULES, IPL.name)},
)
"""A tournament's settings, in which format, conditions and table rules may be the name of a preset."""

_wire = Wire([Format, TableRules], strict=True)


def whole_settings(said: Data) -> Data:
    """All of the settings that a body of type SETTINGS says."""
    said = dict(said)
    said["conditions"] = whole_conditions(said["conditions"])
    for name, presets in _PRESETS.items():
        if isinstance(said[name], str):
            said[name] = msgspec.to_builtins(_wire.plain(presets[said[name]]))
    return said


_PRESETS: dict[str, Mapping[str, Any]] = {"format": FORMATS, "table_rules": TABLE_RULES}


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


class SolveFixtures(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """``fixed`` stay where they are. The same ``seed`` searches the same way."""

    fixed: Annotated[tuple[strict(Placement), ...], Meta(max_length=2000)] = ()  # type: ignore[valid-type]
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 1
    time_limit_seconds: Annotated[float, Meta(ge=1, le=600)] = 20.0


class RescheduleFixtures(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Other places for these matches (``nodes``), or for all of a lost ``day`` at these grounds (None: all), on
    ``earliest`` or later (None: from tomorrow on). ``staying``: matches that must not move for it."""

    nodes: Annotated[tuple[STRING, ...], Meta(max_length=500)] = ()
    day: date | None = None
    grounds: Annotated[tuple[STRING, ...], Meta(max_length=200)] | None = None
    staying: Annotated[tuple[STRING, ...], Meta(max_length=2000)] = ()
    earliest: date | None = None
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 1
    time_limit_seconds: Annotated[float, Meta(ge=1, le=600)] = 20.0


class ApplyFixtures(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """``reason`` is kept with the matches that move."""

    reason: Annotated[str, Meta(max_length=LONGEST_TEXT)] = ""


class InvitationBody:
    """Reads whom a captain's invitation goes to and how long it holds."""

    def __init__(self) -> None:
        self.struct = struct("InviteCaptain", members(c.InviteCaptain, omit=("team", "token_hash")))
        self._check = msgspec.json.Decoder(self.struct)

    def decode(self, raw: bytes) -> Data:
        """The fields that the body says. Raises Problem (400, 422)."""
        checked(self._check.decode, raw)
        return msgspec.json.decode(raw)


def invitation_secret(key: bytes, *about: object) -> str:
    """The secret of a link. A repeated request gets the same one, and nobody without the key can make it."""
    said = "/".join(str(part) for part in about).encode()
    return base64.urlsafe_b64encode(hmac.digest(key, said, "sha256")).decode().rstrip("=")


def token_hash(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
