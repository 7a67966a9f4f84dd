"""Mails of notifications: a text that says everything, the same as HTML, and a way to have no more of them."""

import html
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import lru_cache
from importlib.resources import files
from string import Template
from urllib.parse import quote

from mjml import mjml2html

from handlers.mailing import MailRefused, display_name
from handlers.notification.ports import Letter
from handlers.notification.texts import Text, category_name, one_line, phrase, told
from handlers.notification.unsubscribing import Unsubscription, token_for

ITEM = '<p style="margin:0 0 16px"><b>{subject}</b><br>{line}</p>'


class MjmlComposer:
    """A :class:`handlers.notification.composing.Composer`. ``public_url``: where people reach the API."""

    def __init__(self, *, sender: Address, public_url: str, key: bytes) -> None:
        self._sender = sender
        self._public_url = public_url.rstrip("/")
        self._key = key

    def compose(self, letter: Letter) -> EmailMessage:
        language = letter.preferences.language
        texts = [told(notice, letter.preferences) for notice in letter.notices]
        league = one_line(letter.league)
        category = letter.notices[0].category if letter.notice_id is not None else None
        message = self._addressed(letter)
        message["Subject"] = _subject(language, league, texts, digest=category is None)
        url = self._unsubscribe_url(Unsubscription(letter.tenant_id, letter.user_id, category))
        message["List-Unsubscribe"] = f"<{url}>"
        if url.startswith("https://"):  # RFC 8058, section 3.1: mail programs send nothing elsewhere
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["List-Id"] = f"<{category or 'digest'}.{letter.tenant_id}.{self._sender.domain}>"
        name = one_line(letter.name)
        greeting = phrase(language, "greeting", name=name) if name else phrase(language, "greeting_unnamed")
        leave = (
            phrase(language, "unsubscribe", category=category_name(language, category))
            if category
            else phrase(language, "unsubscribe_digest")
        )
        why = phrase(language, "why", league=league)
        body = "\n\n".join(
            (greeting, *(f"{text.subject}\n{text.line}" for text in texts), f"-- \n{why}\n{leave}:\n{url}")
        )
        message.set_content(body + "\n")
        escaped = {
            name: html.escape(said)
            for name, said in {
                "lang": language,
                "subject": str(message["Subject"]),
                "league": league,
                "greeting": greeting,
                "why": why,
                "unsubscribe": leave,
                "unsubscribe_url": url,
            }.items()
        }
        message.add_alternative(_page().substitute(escaped, items="".join(map(_item, texts))), subtype="html")
        return message

    def _addressed(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        try:
            message["From"] = self._sender
            message["To"] = Address(display_name=display_name(letter.name), addr_spec=letter.email)
        except (ValueError, IndexError) as error:
            raise MailRefused("the address cannot be written to") from error
        message["Date"] = letter.created_at
        message["Message-ID"] = f"<{letter.id}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        return message

    def _unsubscribe_url(self, of: Unsubscription) -> str:
        return f"{self._public_url}/v1/notifications/unsubscribe/{quote(token_for(self._key, of))}"


def sender_of(said: str) -> Address:
    """``Pavilion <no-reply@pavilion.example>`` as an address. Raises ValueError."""
    name, address = parseaddr(said)
    try:
        return Address(name, addr_spec=address)
    except (ValueError, IndexError) as error:
        raise ValueError(f"{said!r} is no mail address") from error


def _subject(language: str, league: str, texts: list[Text], *, digest: bool) -> str:
    if not digest:
        return texts[0].subject
    if len(texts) == 1:
        return phrase(language, "digest_subject_one", league=league, subject=texts[0].subject)
    return phrase(language, "digest_subject", league=league, count=str(len(texts)))


def _item(text: Text) -> str:
    return ITEM.format(subject=html.escape(text.subject), line=html.escape(text.line))


@lru_cache(maxsize=1)
def _page() -> Template:
    """The page as MJML made it; everything that is put into it is escaped before."""
    source = (files("adapters.mail") / "notification.mjml").read_text(encoding="utf-8")
    return Template(mjml2html(source))
