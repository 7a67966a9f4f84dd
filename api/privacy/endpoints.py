"""Endpoints of personal data: all of it to take along, and a person's name taken out."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.http import caller, encode, idempotency_key, json_answer
from api.operations import principal, read_body
from api.services import services
from api.strict import checked
from handlers.persons import PersonNotFound

NDJSON = "application/x-ndjson"
LONGEST_PERSON = 200
_Text = Annotated[str, msgspec.Meta(min_length=3, max_length=200, pattern=r"^[^\x00]+$")]


class ErasePersonBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``texts``: other spellings of the name, and addresses, that people may have written down."""

    texts: Annotated[tuple[_Text, ...], msgspec.Meta(max_length=20)] = ()


class ErasedPersonBody(msgspec.Struct, frozen=True):
    """What the person is called from now on."""

    person: str
    name: str


STRUCTS: list[type[Any]] = [ErasePersonBody, ErasedPersonBody]
_decoder = msgspec.json.Decoder(ErasePersonBody)


async def export_person(request: Request) -> Response:
    """All that the league has about a person, a line of JSON each: their entry in the register, and every event that
    names them, so each ball they played.
    """
    tenant_id = principal(request).tenant_id
    known = await services(request).persons.known(tenant_id, _person(request))
    return _lines(known, f"person-{_file_name(_person(request))}")


async def erase_person(request: Request) -> Response:
    """Their name, date of birth and what sentences say of them by name are replaced, in the register, in every event
    and so in all that is made of these; statistics stay, under the same id. It cannot be taken back. Said again it
    goes on where it was broken off.
    """
    key = idempotency_key(request)
    asked = checked(_decoder.decode, await read_body(request))
    erased = await services(request).persons.erase(
        principal(request).tenant_id, _person(request), texts=asked.texts, key=key, caller=caller(request)
    )
    return json_answer(ErasedPersonBody(erased.person, erased.name))


async def export_tenant(request: Request) -> Response:
    """All that the league has, a line of JSON each: its registers, payees and books, then every event in the order
    in which they were stored."""
    return _lines(services(request).league_data.everything(principal(request).tenant_id), "league")


def _person(request: Request) -> str:
    """The person of the address. Raises PersonNotFound for what can be no id."""
    person = request.path_params["person"]
    if len(person) > LONGEST_PERSON or "\x00" in person:
        raise PersonNotFound(person)
    return person


def _lines(found: AsyncIterator[Any], name: str) -> Response:
    async def lines() -> AsyncIterator[bytes]:
        async for one in found:
            yield encode(one) + b"\n"

    headers = {"content-disposition": f'attachment; filename="{name}.ndjson"', "cache-control": "no-store"}
    return StreamingResponse(lines(), 200, headers, NDJSON)


def _file_name(person: str) -> str:
    return "".join(each if each.isascii() and (each.isalnum() or each in "-_") else "_" for each in person)
