"""What a mail says, and that nothing in a name can make it say something else."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from uuid import UUID, uuid4

import pytest

from adapters.mail.letters import MjmlComposer, sender_of
from contracts.preferences import LANGUAGES
from domain.notification.notice import RULES, Category, Channel, Kind
from domain.notification.preferences import Choice, Preferences
from handlers.mailing import MailRefused
from handlers.notification.ports import KeptNotice, Letter
from handlers.notification.texts import catalogue, one_line, told
from handlers.notification.unsubscribing import (
    BadToken,
    Unsubscription,
    read_token,
    token_for,
    without_mails,
)

AT = datetime(2026, 4, 1, 14, 30, tzinfo=UTC)
KEY = b"a key of this test alone"
WORDS = {
    "match": "Brook End v Castle Hill",
    "tournament": "Gully Cup",
    "player": "A Rao",
    "team": "Brook End",
    "starts_at": AT.isoformat(),
    "ground": "The Meadow",
    "reason": "a flooded ground",
}
SENDER = Address("Pavilion", addr_spec="no-reply@pavilion.example")
COMPOSER = MjmlComposer(sender=SENDER, public_url="https://api.example/", key=KEY)

NO_NAMES = (
    f"{'x' * 70}, everybody@example.com {'x' * 70}",
    f"{'x' * 70} <everybody@example.com>, {'x' * 40}",
    f'Friends: "{"x" * 140}',
    f"=?utf-8?q?{'x' * 70}?= A\r\nBcc: everybody@example.com",
    f"\\{'x' * 140}\x1b[31m",
)
"""Names as people have written them who want to be somebody else's address; too long for a line of a header."""


def notice(kind: Kind = Kind.FIXTURE_MOVED, **words: str) -> KeptNotice:
    return KeptNotice(
        id=uuid4(),
        kind=kind,
        category=RULES[kind].category,
        subject="s",
        about=(),
        followed=True,
        persons=(),
        captain_of=None,
        critical=False,
        while_start=None,
        made_at=AT,
        expires_at=None,
        words={**WORDS, **words},
    )


def letter(*notices: KeptNotice, digest: bool = False, **more: object) -> Letter:
    given = {
        "tenant_id": UUID(int=1),
        "id": UUID(int=2),
        "user_id": UUID(int=3),
        "email": "asha@example.com",
        "name": "Asha Rao",
        "league": "Gully League",
        "preferences": Preferences(time_zone="Asia/Kolkata"),
        "created_at": AT,
        "expires_at": None,
        "channels": ("email",),
        "notice_id": None if digest else uuid4(),
        "notices": notices or (notice(),),
    }
    return Letter(**{**given, **more})  # type: ignore[arg-type]


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return body.get_content()


def test_text_and_html_say_the_same() -> None:
    message = COMPOSER.compose(letter())
    line = "Brook End v Castle Hill (Gully Cup) is now on 2026-04-01 20:00 IST at The Meadow"
    assert message["subject"] == "Moved: Brook End v Castle Hill"
    assert line in part(message, "plain")
    assert line in part(message, "html")


def test_it_can_be_unsubscribed_from_with_one_click() -> None:
    """RFC 2369 and RFC 8058."""
    message = COMPOSER.compose(letter())
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(
        r"<https://api\.example/v1/notifications/unsubscribe/(.+)>", message["List-Unsubscribe"]
    )
    assert found is not None
    assert read_token(KEY, found[1]) == Unsubscription(UUID(int=1), UUID(int=3), Category.FIXTURES)
    assert found[0].strip("<>") in part(message, "plain")


def test_each_try_is_the_same_mail() -> None:
    one, other = COMPOSER.compose(letter()), COMPOSER.compose(letter())
    assert one["Message-ID"] == other["Message-ID"] == f"<{UUID(int=2)}@pavilion.example>"
    assert one["Date"] == other["Date"]


def test_a_name_is_no_html_of_ours() -> None:
    message = COMPOSER.compose(
        letter(
            notice(match="<img src=x onerror=alert(1)>", ground='" onload="x'), name="<b>Asha", league="<i>L"
        )
    )
    html = part(message, "html")
    assert "<img" not in html
    assert "<b>Asha" not in html
    assert "<i>L" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert '" onload="x' not in html


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_is_no_address(name: str) -> None:
    """As the mail server and who gets it read what was sent."""
    sent = BytesParser(EmailMessage, policy=policy.default).parsebytes(
        COMPOSER.compose(letter(name=name)).as_bytes()
    )
    assert [each.addr_spec for each in sent["to"].addresses] == ["asha@example.com"]
    assert sent["bcc"] is None


def test_one_click_is_offered_by_https_alone() -> None:
    """RFC 8058, section 3.1; a developer's own machine has no certificate."""
    plain = MjmlComposer(sender=SENDER, public_url="http://127.0.0.1:8000", key=KEY).compose(letter())
    assert plain["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/")
    assert plain["List-Unsubscribe-Post"] is None


def test_a_name_is_no_header_and_no_template() -> None:
    message = COMPOSER.compose(
        letter(notice(match="A\r\nBcc: all@example.com", ground="$items {tournament} {0.__class__}"))
    )
    assert message["bcc"] is None
    assert message["subject"].replace("\u200b", "") == "Moved: A Bcc: all@example.com"
    assert "$items {tournament} {0.__class__}" in part(message, "html").replace("\u200b", "")


@pytest.mark.parametrize("said", ["evil.example", "https://evil.example/x", "www.evil.example"])
def test_a_name_is_no_link_of_a_mail_programs_making(said: str) -> None:
    shown = one_line(said)
    assert said not in shown
    assert shown.replace("\u200b", "") == said


def test_a_long_name_is_cut() -> None:
    assert len(one_line("x" * 5000)) == 200


def test_what_is_written_from_right_to_left_turns_nothing_around_it() -> None:
    text = told(notice(match="فريق النسور v Brook End"), Preferences())
    assert "\u2068فريق النسور v Brook End\u2069" in text.line
    assert one_line("a\u202egpj.exe") == one_line("a gpj.exe")  # no overrides


def test_joiners_of_a_script_stay() -> None:
    assert one_line("क्\u200dष") == "क्\u200dष"


def test_a_digest_has_all_in_one() -> None:
    message = COMPOSER.compose(letter(notice(), notice(Kind.HAT_TRICK), digest=True))
    assert message["subject"] == "Gully League: 2 things that happened"
    assert "Moved: Brook End v Castle Hill" in part(message, "plain")
    assert "Hat-trick by A Rao" in part(message, "plain")
    token = message["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    assert read_token(KEY, token).category is None


def test_it_is_in_the_readers_language() -> None:
    message = COMPOSER.compose(letter(preferences=Preferences(language="hi", time_zone="Asia/Kolkata")))
    assert message["subject"] == "समय बदला: Brook End v Castle Hill"
    assert 'lang="hi"' in part(message, "html")


def test_what_a_language_lacks_is_in_english() -> None:
    assert told(notice(), Preferences(language="xx")) == told(notice(), Preferences())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_the_same_words(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    assert set(english["notices"]) == set(Kind)
    assert set(english["categories"]) == set(Category)
    for kind, texts in english["notices"].items():
        for name, text in texts.items():
            assert set(re.findall(r"{(\w+)}", other["notices"][kind][name])) == set(
                re.findall(r"{(\w+)}", text)
            ), (kind, name)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(MailRefused):
        COMPOSER.compose(letter(email="no address"))


def test_whom_mails_are_from_is_an_address() -> None:
    assert sender_of("Pavilion <p@example.com>").domain == "example.com"
    with pytest.raises(ValueError, match="no mail address"):
        sender_of("Pavilion")


# --- having no more of them ------------------------------------------------------------------------------------

OF = Unsubscription(UUID(int=1), UUID(int=3), Category.RESULTS)


def test_a_link_that_was_changed_or_signed_by_another_is_none() -> None:
    token = token_for(KEY, OF)
    assert read_token(KEY, token) == OF
    for wrong in (token[:-2] + "AA", token[:20], "", "é", token_for(b"another key", OF)):
        with pytest.raises(BadToken):
            read_token(KEY, wrong)


def test_mails_of_the_category_stop_and_nothing_else() -> None:
    before = Preferences()
    after = without_mails(before, Category.RESULTS)
    assert after.choice(Category.RESULTS) == replace(
        before.choice(Category.RESULTS), channels=frozenset({Channel.INBOX, Channel.PUSH})
    )
    assert all(after.choice(each) == before.choice(each) for each in Category if each is not Category.RESULTS)


def test_no_digest_is_no_mail_of_all_that_goes_into_it() -> None:
    collected = Choice(channels=frozenset(Channel), digest=True)
    before = Preferences(choices={Category.RESULTS: collected, Category.TOSS: collected})
    after = without_mails(before, None)
    assert {each for each in Category if Channel.EMAIL in after.choice(each).channels} == {
        *(Category.FIXTURES, Category.PAYMENTS, Category.ENTRIES, Category.DISPUTES, Category.WEBHOOKS)
    }
