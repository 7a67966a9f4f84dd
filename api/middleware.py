"""What every answer of an application has, whichever route gave it: security headers, and CORS where it is asked for.

Pure ASGI: a ball passes here too.
"""

from collections.abc import MutableSequence, Sequence
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Problem
from api.operations import answer_error
from api.rate_limit import EchoRateLimit

ANY = "*"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ASKED_WITH = (
    *("authorization", "content-type", "idempotency-key", "if-match", "if-none-match", "last-event-id"),
    "x-request-id",
)
ANSWERED_WITH = (
    *("etag", "location", "link", "x-request-id", "idempotent-replayed", "pavilion-source"),
    *("retry-after", "ratelimit", "ratelimit-policy"),
)
PREFLIGHT_SECONDS = 600

Pairs = Sequence[tuple[bytes, bytes]]

_POLICY = b"content-security-policy"
_COMMON: Pairs = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_NOTHING: Pairs = (*_COMMON, (_POLICY, b"default-src 'none'; frame-ancestors 'none'"))
"""An answer of the API is data: it loads nothing, runs nothing and stands in no frame."""
_PAGE: Pairs = (
    *_COMMON,
    (
        _POLICY,
        b"default-src 'none'; script-src 'unsafe-inline' https://cdn.jsdelivr.net; "
        b"style-src 'unsafe-inline' https://cdn.jsdelivr.net; img-src data: https://fastapi.tiangolo.com; "
        b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
)
"""The pages of documentation, as FastAPI writes them."""
_UNKEPT = (b"cache-control", b"no-store")


class SecurityHeaders:
    """Adds the headers that keep browsers from making more of an answer than it is.

    What says nothing about caching is not kept anywhere. HSTS is the gateway's, which has the TLS.
    """

    def __init__(self, app: ASGIApp, pages: Sequence[str] = ()) -> None:
        self._app = app
        self._pages = frozenset(pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = _PAGE if scope["path"] in self._pages else _NOTHING

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: MutableSequence[tuple[bytes, bytes]] = message.setdefault("headers", [])
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append(_UNKEPT)
                headers.extend(added)
            await send(message)

        await self._app(scope, receive, sending)


class Cors(CORSMiddleware):
    """Starlette's, with a refusal that reads like every other."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            headers = Headers(scope=scope)
            if "origin" in headers and "access-control-request-method" in headers:
                answer = self.preflight_response(headers)
                if answer.status_code >= 400:
                    said = bytes(answer.body).decode()
                    answer = answer_error(Request(scope), Problem("cors_refused", said))
                    answer.headers["vary"] = "Origin"
                await answer(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


def origins(said: str) -> tuple[str, ...]:
    """The origins of a setting, separated by commas: ``https://app.example``, or ``*``. Raises ValueError."""
    found = tuple(word for each in said.split(",") if (word := each.strip().rstrip("/")))
    for origin in found:
        parts = urlsplit(origin)
        bare = f"{parts.scheme}://{parts.netloc}" == origin and parts.scheme in ("http", "https")
        if origin != ANY and not (bare and parts.netloc):
            raise ValueError(f"{origin!r} is no origin: an origin is like https://app.example")
    return found


def install(app: FastAPI, allowed: Sequence[str]) -> None:
    """Have ``app`` send security headers and what is left of a quota, and let browsers call it from the origins ``allowed``.

    No cookie is ever taken or given, so a page gets what its own token gets it, wherever it is from.
    """
    if allowed:
        app.add_middleware(
            Cors,
            allow_origins=tuple(allowed),
            allow_methods=METHODS,
            allow_headers=ASKED_WITH,
            expose_headers=ANSWERED_WITH,
            max_age=PREFLIGHT_SECONDS,
        )
    pages = [url for url in (app.docs_url, app.redoc_url) if url]
    app.add_middleware(SecurityHeaders, pages=pages)
    app.add_middleware(EchoRateLimit)
