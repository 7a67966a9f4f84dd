"""Bodies of the registers: one entry, or many in lines of JSON or CSV with a report for each that is wrong."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from api.errors import Problem
from api.operations import CSV
from api.registry.registers import Register
from api.strict import checked, invalid, members, strict, struct
from domain.match.errors import CommandRefused
from domain.registry.entries import faults
from handlers.register import Wish

LARGEST_BULK_BYTES = 2 * 1024 * 1024
MOST_LINES = 2000
ID = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class LineReport(msgspec.Struct, omit_defaults=True):
    """What is wrong with one line, counted from 1 (in CSV from the header, which is line 1)."""

    line: int
    code: str
    detail: str
    field: str | None = None
    id: str | None = None


class EntryBody:
    """Reads entries of one register. ``struct`` is the schema of one whose id the body says, ``put`` of one
    whose id the address says, ``patch`` of what changes of it, ``bulk`` of many."""

    def __init__(self, register: Register) -> None:
        self.register = register
        name = register.kind.capitalize()
        self.struct = strict(register.entry, instead={"id": ID})
        own = members(register.entry, omit=("id",))
        self.create = struct(f"Register{name}", [("id", ID | None, None), *own])
        self.put = struct(f"Put{name}", own)
        self.patch = struct(
            f"Patch{name}", [(field, hint | msgspec.UnsetType, msgspec.UNSET) for field, hint, *_ in own]
        )
        self.bulk = struct(f"Put{register.plural.capitalize()}", [(register.plural, list[self.struct])])
        self._creates = msgspec.json.Decoder(self.create)
        self._puts = msgspec.json.Decoder(self.put)
        self._patches = msgspec.json.Decoder(self.patch)
        self._many = msgspec.json.Decoder(dict[str, list[msgspec.Raw]])
        self._one = msgspec.json.Decoder(self.struct)

    def created(self, raw: bytes, new_id: str, today: date) -> dict[str, Any]:
        """An entry that may say its own id, else has ``new_id``. Raises Problem."""
        said = plain(checked(self._creates.decode, raw))
        return self._sound({**said, "id": said["id"] or new_id}, today)

    def replaced(self, raw: bytes, id_: str, today: date) -> dict[str, Any]:
        """An entry whose id the address says. Raises Problem."""
        self.checked_id(id_)
        return self._sound({**plain(checked(self._puts.decode, raw)), "id": id_}, today)

    def patched(self, raw: bytes, before: dict[str, Any], today: date) -> dict[str, Any]:
        """An entry with the fields that the body says replaced (RFC 7396, one level deep). Raises Problem."""
        return self._sound({**before, **plain(checked(self._patches.decode, raw))}, today)

    def checked_id(self, id_: str) -> None:
        """Raises Problem unless ``id_`` can name an entry."""
        try:
            msgspec.convert(id_, ID)
        except msgspec.ValidationError as error:
            raise Problem(
                "invalid_body",
                "an id has 1 to 64 letters, digits, dots, dashes and underscores, and begins with a letter or digit",
                members={"param": "id"},
            ) from error

    def lines(self, raw: bytes, media_type: str, today: date) -> tuple[list[int], list[Wish]]:
        """The numbers of the lines and what they want. Raises Problem, with a report for each line refused."""
        read = self._csv(raw) if media_type == CSV else self._json(raw)
        numbers: list[int] = []
        wishes: list[Wish] = []
        reports: list[LineReport] = []
        seen: dict[str, int] = {}
        for number, entry in read:
            if isinstance(entry, LineReport):
                reports.append(entry)
                continue
            first = seen.setdefault(entry["id"], number)
            if first != number:
                detail = f"line {first} has the same id"
                reports.append(LineReport(number, "line_repeated", detail, "id", entry["id"]))
            reports += self._faults(number, entry, today)
            numbers.append(number)
            wishes.append(Wish(id=entry["id"], how="put", entry=entry))
        if reports:
            raise lines_refused(reports)
        if not wishes:
            raise Problem("invalid_body", f"there are no {self.register.plural} in the body")
        return numbers, wishes

    def _json(self, raw: bytes) -> Iterator[tuple[int, dict[str, Any] | LineReport]]:
        said = checked(self._many.decode, raw)
        plural = self.register.plural
        if said.keys() != {plural}:
            raise Problem(
                "invalid_body", f'the body must be {{"{plural}": [...]}}', members={"param": plural}
            )
        self._limit(len(said[plural]))
        for number, line in enumerate(said[plural], 1):
            yield number, self._entry(number, line)

    def _entry(self, number: int, raw: bytes | msgspec.Raw) -> dict[str, Any] | LineReport:
        try:
            return plain(self._one.decode(raw))
        except msgspec.ValidationError as error:
            return _report(number, error)

    def _csv(self, raw: bytes) -> Iterator[tuple[int, dict[str, Any] | LineReport]]:
        try:
            rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))
        except (UnicodeDecodeError, csv.Error) as error:
            raise Problem("malformed_csv", f"the body cannot be read as CSV in UTF-8: {error}") from error
        header = [name.strip() for name in rows[0]] if rows else []
        unknown = [name for name in header if name not in self.register.columns]
        if unknown or len(set(header)) < len(header) or not {"id", "name"} <= set(header):
            raise Problem(
                "malformed_csv",
                f"the first line must name columns among {', '.join(self.register.columns)}, id and name with them",
                members={"param": unknown[0]} if unknown else {},
            )
        self._limit(len(rows) - 1)
        for number, row in enumerate(rows[1:], 2):
            if any(row):
                yield number, self._of_row(number, header, row)

    def _of_row(self, number: int, header: Sequence[str], row: Sequence[str]) -> dict[str, Any] | LineReport:
        if len(row) != len(header):
            return LineReport(number, "malformed_csv", f"{len(row)} fields instead of {len(header)}")
        said: dict[str, Any] = {}
        for name, text in zip(header, row, strict=True):
            if text.strip():
                parts = [part.strip() for part in text.split(";")]
                said[name] = parts if name in self.register.lists else text.strip()
        try:
            return plain(msgspec.convert(said, self.struct, strict=False))
        except msgspec.ValidationError as error:
            return _report(number, error, said.get("id"))

    def _limit(self, lines: int) -> None:
        if lines > MOST_LINES:
            raise Problem(
                "batch_too_large",
                f"there may be {MOST_LINES} lines, these are {lines}",
                members={"limit": MOST_LINES},
            )

    def _faults(self, number: int, entry: dict[str, Any], today: date) -> Iterable[LineReport]:
        for fault in faults(msgspec.convert(entry, self.register.entry), today):
            yield LineReport(number, fault.code, fault.message, fault.field, entry["id"])

    def _sound(self, entry: dict[str, Any], today: date) -> dict[str, Any]:
        for fault in faults(msgspec.convert(entry, self.register.entry), today):
            raise Problem(fault.code, fault.message, members={"param": fault.field})
        return entry


def lines_refused(reports: Sequence[LineReport]) -> Problem:
    """The problem of a body of which some lines cannot be taken."""
    reports = sorted(reports, key=lambda report: report.line)
    lines = len({report.line for report in reports})
    return Problem(
        "lines_refused",
        f"{lines} line{'s' * (lines > 1)} cannot be taken, so none was; the first is line {reports[0].line}",
        members={"lines": reports},
    )


def refused_lines(numbers: Sequence[int], refusals: dict[int, CommandRefused], ids: Sequence[str]) -> Problem:
    """The same of what the write side refuses, by the index of the line."""
    return lines_refused(
        [
            LineReport(numbers[index], refusal.code, refusal.message, None, ids[index])
            for index, refusal in refusals.items()
        ]
    )


def plain(value: Any) -> Any:
    """A value as it comes back from JSON."""
    return msgspec.json.decode(msgspec.json.encode(value))


def _report(number: int, error: msgspec.ValidationError, id_: str | None = None) -> LineReport:
    problem = invalid(str(error))
    return LineReport(number, problem.code, problem.detail, problem.members.get("param"), id_)
