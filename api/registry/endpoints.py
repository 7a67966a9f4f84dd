"""Endpoints of the registers. Each is made for the register it serves."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import (
    caller,
    encode,
    expected_version,
    flag,
    idempotency_key,
    json_answer,
    text,
    versioned,
)
from api.lines import LARGEST_BULK_BYTES
from api.operations import CSV, JSON, media_type, principal, read_body
from api.paging import limit_of, page, read_cursor
from api.registry.bodies import EntryBody
from api.services import services
from contracts.ids import first_event_id
from domain.match.errors import CommandRefused
from handlers.errors import PreconditionFailed, TooContended
from handlers.register import How, Outcome, Registered, Wish, WishesRefused

PATCHES = 5
"""How often a change of some fields is made anew because somebody else changed the entry meanwhile."""


class RegisterEndpoints:
    """The endpoints of one register."""

    def __init__(self, body: EntryBody) -> None:
        self._body = body
        self._kind = body.register.kind
        self._plural = body.register.plural

    async def create(self, request: Request) -> Response:
        """Refused if the id is in use. Without an id one is made, the same for a repeated request."""
        key = idempotency_key(request)
        made = str(first_event_id(principal(request).tenant_id, f"{self._plural} ids", key))
        entry = self._body.created(await read_body(request), made)
        wish = Wish(id=entry["id"], how="register", entry=entry)
        (outcome,) = await self._fulfil(request, [wish], key, self._plural, None)
        answer = _answered(outcome, 201)
        answer.headers["location"] = f"/v1/{self._plural}/{outcome.row.id}"
        return answer

    async def put(self, request: Request) -> Response:
        """Registered if it is not there, else replaced."""
        id_ = request.path_params["id"]
        entry = self._body.replaced(await read_body(request), id_)
        return await self._one(request, "put", entry, required=False)

    async def patch(self, request: Request) -> Response:
        """Replaces the fields that the body has; the others stay."""
        asked = expected_version(request)
        raw = await read_body(request)
        for _ in range(PATCHES):
            row = await self._row(request)
            if asked is not None and row.version != asked:
                raise PreconditionFailed(asked, row.version)
            entry = self._body.patched(raw, row.entry)
            wish = Wish(id=row.id, how="put", entry=entry)
            try:
                (outcome,) = await self._fulfil(
                    request, [wish], os.urandom(16).hex(), self._scope(row.id), row.version
                )
                return _answered(outcome, 200)
            except PreconditionFailed:
                continue
        raise TooContended

    async def archive(self, request: Request) -> Response:
        """Out of the lists, but never deleted: what was played stays what it was."""
        return await self._one(request, "archive", {})

    async def restore(self, request: Request) -> Response:
        """Takes an archived entry back into the lists."""
        return await self._one(request, "restore", {})

    async def get(self, request: Request) -> Response:
        """An entry, archived ones too."""
        row = await self._row(request)
        return versioned(request, row.version, encode(_view(row)))

    async def bulk(self, request: Request) -> Response:
        """Every line is registered, or replaces the entry with its id: all of them or none."""
        key = idempotency_key(request)
        accepted = (JSON, CSV) if self._body.register.columns else (JSON,)
        raw = await read_body(request, LARGEST_BULK_BYTES, *accepted)
        kind = media_type(request, *accepted)
        read = self._body.lines.read(raw, kind)
        wishes = [Wish(id=entry["id"], how="put", entry=entry) for _, entry in read.lines]
        if read.reports:
            tenant_id = principal(request).tenant_id
            refusals = await services(request).registers.refusals(tenant_id, self._kind, wishes)
            raise self._body.lines.refused(read, _said(refusals))
        try:
            outcomes = await self._fulfil(request, wishes, key, f"{self._plural}:bulk", None)
        except (WishesRefused, CommandRefused) as refused:
            refusals = {0: refused} if isinstance(refused, CommandRefused) else refused.refusals
            raise self._body.lines.refused(read, _said(refusals)) from refused
        lines = [
            {"line": number, "id": outcome.row.id, "status": outcome.status, "version": outcome.row.version}
            for (number, _), outcome in zip(read.lines, outcomes, strict=True)
        ]
        return json_answer({"lines": lines}, headers=_replayed(outcomes))

    async def list(self, request: Request) -> Response:
        """By name, a page at a time; ``search`` finds parts of names and ids."""
        place = read_cursor(request, 2)
        rows = await services(request).registers.store.page(
            principal(request).tenant_id,
            self._kind,
            search=text(request, "search"),
            archived=flag(request, "archived"),
            after=(place[0], place[1]) if place else None,
            limit=limit_of(request) + 1,
        )
        return page(request, self._plural, [((row.entry["name"], row.id), _view(row)) for row in rows])

    async def _one(
        self, request: Request, how: How, entry: dict[str, Any], *, required: bool = True
    ) -> Response:
        id_ = request.path_params["id"]
        key = idempotency_key(request, required=required)
        wish = Wish(id=id_, how=how, entry=entry)
        (outcome,) = await self._fulfil(request, [wish], key, self._scope(id_), expected_version(request))
        return _answered(outcome, 201 if outcome.status == "registered" else 200)

    async def _fulfil(
        self, request: Request, wishes: Sequence[Wish], key: str, scope: str, expected: int | None
    ) -> Sequence[Outcome]:
        return await services(request).registers.fulfil(
            principal(request).tenant_id,
            self._kind,
            wishes,
            idempotency_key=key,
            scope=scope,
            expected_version=expected,
            caller=caller(request),
        )

    async def _row(self, request: Request) -> Registered:
        id_ = request.path_params["id"]
        rows = await services(request).registers.store.rows(principal(request).tenant_id, self._kind, [id_])
        if id_ not in rows:
            raise Problem("entry_not_found", f"there is no {self._kind} {id_[:64]!r} in the register")
        return rows[id_]

    def _scope(self, id_: str) -> str:
        return f"{self._plural}/{id_}"


def _said(refusals: Mapping[int, CommandRefused]) -> list[tuple[int, str, str]]:
    return [(index, refusal.code, refusal.message) for index, refusal in refusals.items()]


def _view(row: Registered) -> dict[str, Any]:
    return {
        **row.entry,
        "version": row.version,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "archived_at": row.archived_at,
    }


def _answered(outcome: Outcome, status: int) -> Response:
    headers = {"etag": f'"{outcome.row.version}"', **_replayed([outcome])}
    return json_answer(_view(outcome.row), status, headers)


def _replayed(outcomes: Sequence[Outcome]) -> dict[str, str]:
    return {"idempotent-replayed": "true"} if any(outcome.repeated for outcome in outcomes) else {}
