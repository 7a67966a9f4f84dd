"""A mail server that keeps what it gets, and shows it: for development and the tests.

Every mail is a file ``<number>.eml`` in its folder. Nothing is passed on to anybody.
"""

import asyncio
import html
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from stack.probes import HOST

LARGEST_MAIL_BYTES = 10_000_000
SHOWN = 200
PAGE = """<!doctype html><meta charset="utf-8"><title>Mails</title>
<style>body{{font:16px/1.5 system-ui;max-width:46rem;margin:2rem auto;padding:0 1rem}}
article{{border-top:1px solid #ccc;padding:1rem 0}}pre{{white-space:pre-wrap;overflow-wrap:anywhere}}</style>
<h1>Mails</h1><p>{count}. The newest first; <a href="/mails">as JSON</a>.</p>{mails}"""
MAIL = """<article><b>{subject}</b><br>to {to}, {at} (<a href="/mails/{id}">source</a>)<pre>{text}</pre></article>"""
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Sink:
    """The mails in a folder."""

    folder: Path

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd with a whole mail; its answer to the client."""
        content = envelope.content or b""
        self.keep(content.encode() if isinstance(content, str) else content)
        return "250 OK: kept"

    def keep(self, content: bytes) -> None:
        """Write a mail under the next number."""
        self.folder.mkdir(parents=True, exist_ok=True)
        number = max((int(file.stem) for file in self.folder.glob("*.eml")), default=0) + 1
        draft = self.folder / f"{number}.draft"
        draft.write_bytes(content)
        draft.replace(self.folder / f"{number}.eml")

    def mails(self, to: str | None = None) -> list[dict[str, Any]]:
        """The mails, newest first; ``to``: only those to an address."""
        files = sorted(self.folder.glob("*.eml"), key=lambda file: int(file.stem), reverse=True)
        shown = (_shown(file) for file in files)
        return [each for each in shown if to is None or each["to"].lower() == to.lower()][:SHOWN]

    def forget(self) -> None:
        """Delete them all."""
        for file in self.folder.glob("*.eml"):
            file.unlink(missing_ok=True)


def _shown(file: Path) -> dict[str, Any]:
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(file.read_bytes())
    body = message.get_body(("plain",))
    to = message["to"]
    addresses = [each.addr_spec for each in to.addresses] if to else []
    return {
        "id": file.stem,
        "to": ", ".join(addresses),
        "from": str(message["from"]),
        "subject": str(message["subject"]),
        "at": str(message["date"]),
        "text": body.get_content() if body else "",
    }


def _app(sink: Sink) -> web.Application:
    async def page(_: web.Request) -> web.Response:
        mails = await asyncio.to_thread(sink.mails)
        shown = [MAIL.format(**{name: html.escape(said) for name, said in each.items()}) for each in mails]
        text = PAGE.format(count=len(mails), mails="".join(shown))
        return web.Response(text=text, content_type="text/html", headers=HEADERS)

    async def listed(request: web.Request) -> web.Response:
        return web.json_response({"mails": await asyncio.to_thread(sink.mails, request.query.get("to"))})

    async def source(request: web.Request) -> web.Response:
        file = sink.folder / f"{request.match_info['id']}.eml"
        if not file.exists():
            raise web.HTTPNotFound
        return web.Response(
            body=file.read_bytes(), content_type="text/plain", charset="utf-8", headers=HEADERS
        )

    async def forget(_: web.Request) -> web.Response:
        await asyncio.to_thread(sink.forget)
        return web.Response(status=204)

    async def health(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    app.add_routes(
        [
            web.get("/", page),
            web.get("/mails", listed),
            web.get(r"/mails/{id:\d+}", source),
            web.delete("/mails", forget),
            web.get("/health", health),
        ]
    )
    return app


@dataclass(frozen=True, slots=True)
class Running:
    """Where the sink takes mails, and where it shows them."""

    smtp_url: str
    url: str
    sink: Sink


@asynccontextmanager
async def running(folder: Path, *, smtp_port: int = 0, port: int = 0) -> AsyncIterator[Running]:
    """A sink that keeps its mails in ``folder``; port 0 is any free one."""
    sink = Sink(folder)
    making: Callable[[], SMTP] = lambda: SMTP(  # noqa: E731
        sink, data_size_limit=LARGEST_MAIL_BYTES, enable_SMTPUTF8=True, hostname="localhost"
    )
    server = await asyncio.get_running_loop().create_server(making, HOST, smtp_port)
    runner = web.AppRunner(_app(sink), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        yield Running(
            f"smtp://{HOST}:{server.sockets[0].getsockname()[1]}",
            f"http://{HOST}:{runner.addresses[0][1]}",
            sink,
        )
    finally:
        await runner.cleanup()
        server.close()
        await server.wait_closed()
