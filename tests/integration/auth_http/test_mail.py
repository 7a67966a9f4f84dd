"""Mails by SMTP: the sender against a real server, the stack's own, and against servers that will not."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from aiosmtpd.smtp import SMTP

from adapters.mail.smtp import SmtpServer
from auth.mail.sending import MOST_ATTEMPTS, composed, send_mails
from auth.mail.texts import Links
from handlers.identity import Mail, Mails
from handlers.mailing import MailPutOff, MailRefused
from stack.mail_sink.server import Running, Sink, running

LINKS = Links(app_url="https://app.example", api_url="https://api.example")
SENDER = Address("Pavilion", addr_spec="no-reply@pavilion.example")
TOKEN = "a-secret-of-this-mail"
Outcome = tuple[UUID, str | None, datetime | None]


class Outbox(Mails):
    """Mails in memory; what became of each is kept."""

    def __init__(self, mails: Sequence[Mail]) -> None:
        self.waiting = list(mails)
        self.outcomes: list[Outcome] = []
        self.reported = asyncio.Event()

    async def due(self, limit: int = 20, *, lease: timedelta = timedelta(minutes=2)) -> list[Mail]:
        found, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return found

    async def sent(self, mail_id: UUID) -> None:
        self.outcomes.append((mail_id, None, None))
        self.reported.set()

    async def failed(self, mail_id: UUID, error: str, *, again_at: datetime | None) -> None:
        self.outcomes.append((mail_id, error, again_at))
        self.reported.set()

    async def tidy(self) -> int:
        return 0


def a_mail(to: str = "asha@example.com", attempts: int = 0) -> Mail:
    now = datetime.now(UTC)
    return Mail(
        id=uuid4(),
        kind="reset_password",
        to=to,
        name="Åsha Rao",
        token=TOKEN,
        data={},
        created_at=now,
        expires_at=now + timedelta(hours=1),
        attempts=attempts,
    )


async def sent_off(server: SmtpServer, *mails: Mail) -> list[Outcome]:
    """What became of the mails."""
    stop, outbox = asyncio.Event(), Outbox(mails)
    sending = asyncio.create_task(send_mails(stop, outbox, server, links=LINKS, sender=SENDER))
    async with asyncio.timeout(30):
        while len(outbox.outcomes) < len(mails):
            outbox.reported.clear()
            await outbox.reported.wait()
    stop.set()
    await asyncio.wait_for(sending, 5)
    return outbox.outcomes


@pytest.fixture
async def sink(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path / "mail") as sink:
        yield sink


async def test_a_mail_arrives_and_can_be_read(sink: Running) -> None:
    one, other = a_mail(), a_mail("ravi@example.com")
    outcomes = await sent_off(SmtpServer.at(sink.smtp_url), one, other)
    assert outcomes == [(one.id, None, None), (other.id, None, None)]
    async with httpx.AsyncClient(base_url=sink.url) as http:
        mails = (await http.get("/mails")).json()["mails"]
        assert [each["to"] for each in mails] == ["ravi@example.com", "asha@example.com"]
        (found,) = (await http.get("/mails", params={"to": "Asha@example.com"})).json()["mails"]
        assert found["subject"] == "Set a new password"
        assert found["text"].startswith("Hello Åsha Rao,")
        assert f"https://app.example/reset-password#token={TOKEN}" in found["text"]
        page = await http.get("/")
        assert TOKEN in page.text
        assert "script" not in page.headers["content-security-policy"].replace("default-src", "")
        source = await http.get(f"/mails/{found['id']}")
        assert f"Message-ID: <{one.id}@pavilion.example>" in source.text
        assert (await http.get("/mails/999")).status_code == 404
        assert (await http.delete("/mails")).status_code == 204
        assert (await http.get("/mails")).json() == {"mails": []}


async def test_the_page_shows_a_mail_as_text_whatever_is_in_it(sink: Running) -> None:
    sink.sink.keep(b"Subject: <script>alert(1)</script>\r\nTo: <a@b.example>\r\n\r\n<img src=x>")
    async with httpx.AsyncClient(base_url=sink.url) as http:
        page = (await http.get("/")).text
    assert "<script>" not in page
    assert "&lt;img src=x&gt;" in page


async def test_mails_are_still_there_after_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        async with running(tmp_path / "mail") as sink:
            await SmtpServer.at(sink.smtp_url).send(_message())
    assert [each["id"] for each in Sink(tmp_path / "mail").mails()] == ["2", "1"]


class Unwilling:
    """A mail server that answers one command with a code of its own."""

    def __init__(self, command: str, answer: str) -> None:
        setattr(self, f"handle_{command}", self._answer)
        self._said = answer

    async def _answer(self, *_: object) -> str:
        return self._said


@asynccontextmanager
async def unwilling(command: str, answer: str) -> AsyncIterator[SmtpServer]:
    handler = Unwilling(command, answer)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", 0)
    async with server:
        yield SmtpServer.at(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")


@pytest.mark.parametrize(
    ("command", "answer", "raised"),
    [
        ("RCPT", "550 no such mailbox asha@example.com", MailRefused),
        ("RCPT", "450 mailbox busy", MailPutOff),
        ("DATA", "554 we don't like it", MailRefused),
        ("DATA", "451 later", MailPutOff),
        ("MAIL", "550 we don't know you", MailPutOff),
    ],
)
async def test_what_a_server_answers_says_whether_it_is_tried_again(
    command: str, answer: str, raised: type[Exception]
) -> None:
    async with unwilling(command, answer) as server:
        with pytest.raises(raised) as caught:
            await server.send(_message())
    assert "asha" not in str(caught.value)


async def test_a_mail_that_is_refused_is_given_up_and_the_others_go_on() -> None:
    before = datetime.now(UTC)
    async with unwilling("RCPT", "450 busy") as server:
        (_, error, again_at), nowhere, last = await sent_off(
            server, a_mail(), a_mail("no address"), a_mail(attempts=MOST_ATTEMPTS)
        )
    assert error == "the mail server answered 450"
    assert again_at is not None
    assert timedelta(seconds=3) < again_at - before < timedelta(seconds=30)
    assert nowhere[1:] == ("the address cannot be written to", None)
    assert last[2] is None


async def test_a_server_that_is_away_is_waited_for() -> None:
    ((_, error, again_at),) = await sent_off(SmtpServer.at("smtp://127.0.0.1:1"), a_mail())
    assert error is not None
    assert "cannot be reached" in error
    assert again_at is not None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 587, False, None)),
        ("smtps://u:p%40@mail.example", SmtpServer("mail.example", 465, True, False, "u", "p@")),
        ("smtp://u:p@mail.example:2525", SmtpServer("mail.example", 2525, False, True, "u", "p")),
    ],
)
def test_addresses_of_servers(url: str, expected: SmtpServer) -> None:
    assert SmtpServer.at(url) == expected
    assert "p@" not in repr(expected)


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", ""])
def test_what_is_no_mail_server(url: str) -> None:
    with pytest.raises(ValueError, match="is like smtp://"):
        SmtpServer.at(url)


def _message() -> EmailMessage:

    return composed(a_mail(), LINKS, SENDER)
