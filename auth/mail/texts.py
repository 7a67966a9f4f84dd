"""What the mails say. Plain text: whoever reads it sees all there is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.utils import parseaddr

from handlers.identity import Mail, MailKind

LONGEST_NAME = 80
_ADDRESS_LIKE = re.compile(r"://|www\.|\w\.\w{2,}(?:/|$|\s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Links:
    """Where the links of mails lead: the application that people use. None: there is none, so the mail tells how
    the API takes the token. The token is in the part of an address that is never sent to a server.
    """

    app_url: str | None
    api_url: str

    def link(self, page: str, operation: str, token: str | None) -> str:
        """How to go on with a token."""
        if self.app_url is not None:
            return f"{self.app_url.rstrip('/')}/{page}#token={token}"
        where = f"{self.api_url.rstrip('/')}/v1/auth{operation}"
        return f'{token}\n\n(Your league has no pages for this. Send it as "token" to POST {where}.)'


@dataclass(frozen=True, slots=True)
class Text:
    """A mail's subject, and its text between greeting and signature."""

    subject: str
    paragraphs: tuple[str, ...]


def sender_of(said: str) -> Address:
    """``Pavilion <no-reply@pavilion.example>`` as an address. Raises ValueError."""
    name, address = parseaddr(said)
    try:
        return Address(name, addr_spec=address)
    except (ValueError, IndexError) as error:
        raise ValueError(f"{said!r} is no mail address") from error


def written(mail: Mail, links: Links) -> Text:
    """What a mail says."""
    return _TEXTS[mail.kind](mail, links)


def body_of(mail: Mail, text: Text) -> str:
    """The whole text of a mail."""
    name = plain(mail.name)
    greeting = f"Hello {name}," if name else "Hello,"
    return "\n\n".join((greeting, *text.paragraphs, "Pavilion")) + "\n"


def plain(said: str, instead: str = "") -> str:
    """A name somebody chose, as it can stand in a mail to somebody else: one line, short, and no address that a
    mail program would make a link of."""
    line = " ".join("".join(c if c.isprintable() else " " for c in said).split())
    return instead if _ADDRESS_LIKE.search(line) else line[:LONGEST_NAME]


def at(moment: datetime | None) -> str:
    """A time as people read it."""
    return "a while" if moment is None else f"{moment:%-d %B %Y, %H:%M} UTC"


def _league(mail: Mail) -> str:
    return plain(mail.data.get("tenant_name", ""), "your league") or "your league"


def _verify(mail: Mail, links: Links) -> Text:
    return Text(
        "Confirm your address",
        (
            f"you have asked for an account and for the league {_league(mail)} on Pavilion. Confirm that this address "
            "is yours, with the password that you have chosen, and both are there:",
            links.link("verify-email", "/email:verify", mail.token),
            f"This works once, until {at(mail.expires_at)}.",
            "If it was not you, do nothing: without that password there will be no account.",
        ),
    )


def _signed_up(mail: Mail, links: Links) -> Text:
    return Text(
        "You have an account already",
        (
            "somebody, probably you, has tried to sign up with this address. It has an account already, so nothing "
            "was changed. Log in with it; another league can be opened from there.",
            "If you don't know the password any more, have it reset.",
            "If it was not you, you need do nothing.",
        ),
    )


def _reset(mail: Mail, links: Links) -> Text:
    return Text(
        "Set a new password",
        (
            "somebody, probably you, wants to set a new password for this account. Here it goes on:",
            links.link("reset-password", "/password:reset", mail.token),
            f"This works once, until {at(mail.expires_at)}. Afterwards you are logged out everywhere.",
            "If it was not you, you need do nothing: the password stays as it is.",
        ),
    )


def _changed(mail: Mail, links: Links) -> Text:
    return Text(
        "Your password was changed",
        (
            "the password of your account was changed, and you were logged out everywhere else.",
            "If it was not you, have it reset at once: whoever did it knew the old one, or reads your mails.",
        ),
    )


def _invited(mail: Mail, links: Links) -> Text:
    by, roles = plain(mail.data.get("invited_by", "")), mail.data.get("grants", "")
    who = f"{by} invites you" if by else "You are invited"
    as_what = f" as {plain(roles)}" if plain(roles) else ""
    return Text(
        f"{who} to {_league(mail)}",
        (
            f"{who} to {_league(mail)} on Pavilion{as_what}. Accept it here:",
            links.link("invitation", "/invitations:accept", mail.token),
            f"This works once, until {at(mail.expires_at)}.",
            "If you don't know what this is about, you need do nothing.",
        ),
    )


def _device(mail: Mail, links: Links) -> Text:
    known = mail.data
    told = (
        ("when", known.get("at", "")),
        ("from", known.get("address", "")),
        ("with", known.get("user_agent", "")),
        ("league", _league(mail)),
    )
    return Text(
        "Somebody has logged in",
        (
            "your account was used from where it was not used before:",
            "\n".join(f"  {name:7}{plain(value, '(not shown)')}" for name, value in told if value),
            "If it was you, all is well. If not, set a new password now: that logs everybody else out.",
        ),
    )


def _totp_on(mail: Mail, links: Links) -> Text:
    return Text(
        "A second factor is needed from now on",
        (
            "your account now asks for a code of your authenticator too. Keep the recovery codes where you find them "
            "without your phone.",
            "If it was not you, set a new password now, and tell whoever runs your league.",
        ),
    )


def _totp_off(mail: Mail, links: Links) -> Text:
    return Text(
        "No second factor is needed any more",
        (
            "your account no longer asks for a code of an authenticator.",
            "If it was not you, set a new password now, and set up a second factor again.",
        ),
    )


_TEXTS: dict[MailKind, Callable[[Mail, Links], Text]] = {
    "verify_email": _verify,
    "already_signed_up": _signed_up,
    "reset_password": _reset,
    "password_changed": _changed,
    "invitation": _invited,
    "new_device": _device,
    "totp_enabled": _totp_on,
    "totp_disabled": _totp_off,
}
