"""The outbox: each mail is sent by one sender, and its secret is gone afterwards."""

import asyncio
from datetime import timedelta

import pytest

from tests.integration.identity.conftest import HERE, Installation


@pytest.fixture
async def mailed(here: Installation) -> Installation:
    """Three mails wait, each with a token that works for an hour."""
    for name in ("anna", "ben", "cleo"):
        await here.league(f"{name}@example.org")
        await here.identity.accounts.ask_reset(f"{name}@example.org", address=HERE)
    return here


async def test_senders_that_work_at_once_share_the_mails(mailed: Installation) -> None:
    found = await asyncio.gather(*(mailed.identity.mails.due(2) for _ in range(4)))
    to = [mail.to for mails in found for mail in mails]
    assert sorted(to) == ["anna@example.org", "ben@example.org", "cleo@example.org"]
    assert await mailed.identity.mails.due() == []


async def test_a_mail_whose_sender_is_gone_comes_again(mailed: Installation) -> None:
    first = await mailed.identity.mails.due(lease=timedelta(minutes=2))
    mailed.clock.on(minutes=3)
    again = await mailed.identity.mails.due()
    assert [mail.id for mail in again] == [mail.id for mail in first]
    assert {mail.attempts for mail in again} == {2}
    assert [mail.token for mail in again] == [mail.token for mail in first]


async def test_the_token_is_erased_with_the_sending(mailed: Installation) -> None:
    sent, given_up, later = await mailed.identity.mails.due()
    assert sent.token
    assert sent.token not in repr(sent)
    await mailed.identity.mails.sent(sent.id)
    await mailed.identity.mails.failed(given_up.id, "no such mailbox", again_at=None)
    await mailed.identity.mails.failed(
        later.id, "try later", again_at=mailed.clock.now + timedelta(minutes=5)
    )
    rows = await mailed.sql("select id, sealed is null as erased, last_error from identity_mail")
    assert {row["id"]: (row["erased"], row["last_error"]) for row in rows} == {
        sent.id: (True, None),
        given_up.id: (True, "no such mailbox"),
        later.id: (False, "try later"),
    }
    assert await mailed.identity.mails.due() == []
    mailed.clock.on(minutes=6)
    assert [mail.id for mail in await mailed.identity.mails.due()] == [later.id]


async def test_a_mail_that_cannot_be_opened_holds_up_no_other(mailed: Installation) -> None:
    """It was sealed with a key that is not there any more, or is damaged."""
    await mailed.sql("update identity_mail set sealed = 'broken' where recipient = 'anna@example.org'")
    assert [mail.to for mail in await mailed.identity.mails.due()] == ["ben@example.org", "cleo@example.org"]
    mailed.clock.on(minutes=3)
    assert len(await mailed.identity.mails.due()) == 2
    ((error,),) = await mailed.sql(
        "select last_error from identity_mail where recipient = 'anna@example.org'"
    )
    assert error == "cannot be opened"


async def test_a_mail_whose_token_has_expired_is_not_sent(mailed: Installation) -> None:
    mailed.clock.on(minutes=61)
    assert await mailed.identity.mails.due() == []
    assert await mailed.sql("select 1 from identity_mail where sealed is not null") == []
