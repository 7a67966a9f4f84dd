"""Bodies of the registers: one entry, or many in lines."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from api.errors import Problem
from api.lines import Lines, plain
from api.registry.registers import Register
from api.strict import checked, members, strict, struct
from domain.registry.entries import faults

ID = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Json = dict[str, Any]


class EntryBody:
    """Reads entries of one register. ``create`` is the schema of one whose id the body says, ``put`` of one
    whose id the address says, ``patch`` of what changes of it, ``bulk`` of many."""

    def __init__(self, register: Register) -> None:
        self.register = register
        name = register.kind.capitalize()
        own = members(register.entry, omit=("id",))
        self.struct = strict(register.entry, instead={"id": ID}, name=f"Registered{name}")
        self.create = struct(f"Register{name}", [("id", ID | None, None), *own])
        self.put = struct(f"Put{name}", own)
        self.patch = struct(
            f"Patch{name}", [(field, hint | msgspec.UnsetType, msgspec.UNSET) for field, hint, *_ in own]
        )
        self.bulk = struct(f"Put{register.plural.capitalize()}", [(register.plural, list[self.struct])])
        self.lines = Lines(
            register.plural,
            self.struct,
            key="id",
            columns=register.columns,
            lists=register.lists,
            check=self._faults,
        )
        self._creates = msgspec.json.Decoder(self.create)
        self._puts = msgspec.json.Decoder(self.put)
        self._patches = msgspec.json.Decoder(self.patch)

    def created(self, raw: bytes, new_id: str) -> Json:
        """An entry that may say its own id, else has ``new_id``. Raises Problem."""
        said = plain(checked(self._creates.decode, raw))
        return self._sound({**said, "id": said["id"] or new_id})

    def replaced(self, raw: bytes, id_: str) -> Json:
        """An entry whose id the address says. Raises Problem."""
        try:
            msgspec.convert(id_, ID)
        except msgspec.ValidationError as error:
            raise Problem(
                "invalid_body",
                "an id has 1 to 64 letters, digits, dots, dashes and underscores, the first a letter or digit",
                members={"param": "id"},
            ) from error
        return self._sound({**plain(checked(self._puts.decode, raw)), "id": id_})

    def patched(self, raw: bytes, before: Json) -> Json:
        """An entry with the fields that the body says replaced (RFC 7396, one level deep). Raises Problem."""
        return self._sound({**before, **plain(checked(self._patches.decode, raw))})

    def _faults(self, entry: Json) -> Iterator[tuple[str, str, str]]:
        for fault in faults(msgspec.convert(entry, self.register.entry), today()):
            yield fault.field, fault.code, fault.message

    def _sound(self, entry: Json) -> Json:
        for field, code, message in self._faults(entry):
            raise Problem(code, message, members={"param": field})
        return entry


def today() -> date:
    """The day in UTC."""
    return datetime.now(UTC).date()
