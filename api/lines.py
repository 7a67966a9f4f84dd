"""Bodies of many lines, in JSON or CSV: taken all or none, with a report for each line that is wrong."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from api.errors import Problem
from api.operations import CSV
from api.strict import checked, invalid

LARGEST_BULK_BYTES = 2 * 1024 * 1024
MOST_LINES = 2000

Json = dict[str, Any]
Line = tuple[int, Json]
"""A line's number and what it says."""


class LineReport(msgspec.Struct, omit_defaults=True):
    """What is wrong with one line, counted from 1 (in CSV from the header, which is line 1)."""

    line: int
    code: str
    detail: str
    field: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A body of lines: those that are sound by themselves, and what is wrong with the others."""

    lines: Sequence[Line]
    reports: Sequence[LineReport]


Check = Callable[[Json], Iterable[tuple[str, str, str]]]
"""What is wrong with a line that fits its schema: field, code and message."""


class Lines:
    """Reads ``{"<name>": [...]}`` or CSV. Each line fits ``struct`` and differs from the others in ``key``.

    ``columns`` are those of the CSV (none: no CSV is read); what stands in ``lists`` is separated there by
    semicolons.
    """

    def __init__(
        self,
        name: str,
        struct: type[msgspec.Struct],
        *,
        key: str,
        columns: Sequence[str] = (),
        lists: Sequence[str] = (),
        check: Check = lambda _: (),
    ) -> None:
        self.name = name
        self.key = key
        self.columns = columns
        self._lists = lists
        self.struct = struct
        self._check = check
        self._needed = {each.encode_name for each in msgspec.structs.fields(struct) if each.required}
        self._many = msgspec.json.Decoder(dict[str, list[msgspec.Raw]])
        self._one = msgspec.json.Decoder(struct)

    def read(self, raw: bytes, media_type: str) -> Read:
        """The lines. Raises Problem (400, 413, 422) for the body as a whole."""
        lines: list[Line] = []
        reports: list[LineReport] = []
        seen: dict[str, int] = {}
        for number, said in self._csv(raw) if media_type == CSV else self._json(raw):
            if isinstance(said, LineReport):
                reports.append(said)
                continue
            faults = list(self._wrong_with(number, said, seen))
            if faults:
                reports += faults
            else:
                lines.append((number, said))
        if not lines and not reports:
            raise Problem("invalid_body", f"there are no {self.name} in the body")
        return Read(lines, reports)

    def _wrong_with(self, number: int, said: Json, seen: dict[str, int]) -> Iterator[LineReport]:
        key = said[self.key]
        first = seen.setdefault(key, number)
        if first != number:
            detail = f"line {first} has the same {self.key}"
            yield LineReport(number, "line_repeated", detail, self.key, key)
        for field, code, message in self._check(said):
            yield LineReport(number, code, message, field, key)

    def refused(self, read: Read, refusals: Iterable[tuple[int, str, str]]) -> Problem:
        """The problem of a body that cannot be taken: what is wrong with lines by themselves, and what was
        refused of the sound ones (index, code and message)."""
        later = [
            LineReport(read.lines[index][0], code, message, None, read.lines[index][1][self.key])
            for index, code, message in refusals
        ]
        return lines_refused([*read.reports, *later])

    def _json(self, raw: bytes) -> Iterator[tuple[int, Json | LineReport]]:
        said = checked(self._many.decode, raw)
        if said.keys() != {self.name}:
            raise Problem(
                "invalid_body", f'the body must be {{"{self.name}": [...]}}', members={"param": self.name}
            )
        self._limit(len(said[self.name]))
        for number, line in enumerate(said[self.name], 1):
            try:
                yield number, plain(self._one.decode(line))
            except msgspec.ValidationError as error:
                yield number, _report(number, error)

    def _csv(self, raw: bytes) -> Iterator[tuple[int, Json | LineReport]]:
        try:
            rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))
        except (UnicodeDecodeError, csv.Error) as error:
            raise Problem("malformed_csv", f"the body cannot be read as CSV in UTF-8: {error}") from error
        header = [name.strip() for name in rows[0]] if rows else []
        unknown = [name for name in header if name not in self.columns]
        if unknown or len(set(header)) < len(header) or not self._needed <= set(header):
            raise Problem(
                "malformed_csv",
                f"the first line must name columns among {', '.join(self.columns)}; needed are "
                f"{', '.join(name for name in self.columns if name in self._needed)}",
                members={"param": unknown[0]} if unknown else {},
            )
        self._limit(len(rows) - 1)
        for number, row in enumerate(rows[1:], 2):
            if any(row):
                yield number, self._of_row(number, header, row)

    def _of_row(self, number: int, header: Sequence[str], row: Sequence[str]) -> Json | LineReport:
        if len(row) != len(header):
            return LineReport(number, "malformed_csv", f"{len(row)} fields instead of {len(header)}")
        said: Json = {}
        for name, text in zip(header, row, strict=True):
            if text.strip():
                parts = [part.strip() for part in text.split(";")]
                said[name] = parts if name in self._lists else text.strip()
        try:
            return plain(msgspec.convert(said, self.struct, strict=False))
        except msgspec.ValidationError as error:
            return _report(number, error, said.get(self.key))

    def _limit(self, lines: int) -> None:
        if lines > MOST_LINES:
            raise Problem(
                "batch_too_large",
                f"there may be {MOST_LINES} lines, these are {lines}",
                members={"limit": MOST_LINES},
            )


def plain(value: Any) -> Any:
    """A value as it comes back from JSON."""
    return msgspec.json.decode(msgspec.json.encode(value))


def lines_refused(reports: Sequence[LineReport]) -> Problem:
    """The problem of a body of which some lines cannot be taken."""
    reports = sorted(reports, key=lambda report: report.line)
    lines = len({report.line for report in reports})
    return Problem(
        "lines_refused",
        f"{lines} line{'s' * (lines > 1)} cannot be taken, so none was; the first is line {reports[0].line}",
        members={"lines": reports},
    )


def csv_example(columns: Sequence[str], line: Mapping[str, Any]) -> str:
    """A header and one line."""
    values = [line.get(name, "") for name in columns]
    texts = [";".join(value) if isinstance(value, list) else str(value) for value in values]
    return ",".join(columns) + "\n" + ",".join(texts) + "\n"


def _report(number: int, error: msgspec.ValidationError, id_: str | None = None) -> LineReport:
    problem = invalid(str(error))
    return LineReport(number, problem.code, problem.detail, problem.members.get("param"), id_)
