"""From a sign-up to a mail that somebody reads: the outbox of the Auth Service, its sender, and a real mail server."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from adapters.mail.smtp import SmtpServer
from auth.mail.sending import send_mails
from auth.mail.texts import Links, sender_of
from stack.mail_sink.server import running
from tests.integration.auth_http.conftest import APP_URL, PASSWORD, House

pytestmark = pytest.mark.asyncio(loop_scope="module")
SENDER = sender_of("Pavilion <no-reply@pavilion.example>")


async def received(url: str, to: str) -> list[dict[str, str]]:
    """The mails to somebody, once there is one."""
    async with asyncio.timeout(30), httpx.AsyncClient(base_url=url) as http:
        while not (found := (await http.get("/mails", params={"to": to})).json()["mails"]):
            await asyncio.sleep(0.05)
        return found


async def test_two_senders_send_each_mail_once_and_its_token_works(house: House, tmp_path: Path) -> None:
    person, stop = house.somebody(), asyncio.Event()
    signed = await person.post("/v1/auth/signup", **person.sign_up(f"o{person.email[:9]}"))
    assert signed.status_code == 202
    async with running(tmp_path) as sink:
        senders = [
            asyncio.create_task(
                send_mails(
                    stop,
                    house.services.identity.mails,
                    SmtpServer.at(sink.smtp_url),
                    links=Links(app_url=APP_URL, api_url="http://api"),
                    sender=SENDER,
                )
            )
            for _ in range(2)
        ]
        (mail,) = await received(sink.url, person.email)
        found = re.search(rf"{APP_URL}/verify-email#token=(\S+)", mail["text"])
        assert found, mail["text"]
        verified = await person.post("/v1/auth/email:verify", token=found[1], password=PASSWORD)
        assert verified.status_code == 200, verified.text
        await person.log_in()
        await person.post("/v1/auth/password:forgot", email=person.email)
        async with asyncio.timeout(30):
            while len(await received(sink.url, person.email)) < 2:
                await asyncio.sleep(0.05)
        stop.set()
        await asyncio.gather(*senders)
        subjects = [each["subject"] for each in await received(sink.url, person.email)]
    assert subjects == ["Set a new password", "Confirm your address"]
