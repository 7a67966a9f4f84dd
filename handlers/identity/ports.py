"""What identity needs from outside: a store with transactions, and what computes."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from contracts.identity_events import IdentityEvent
from domain.identity.throttling import Tally
from handlers.identity.model import Actor, Invitation, Mail, Member, Membership, Session, Tenant
from handlers.identity.rows import (
    AccountRow,
    ApiKeyRow,
    HeldKey,
    HeldRefresh,
    InvitationRow,
    MailedLink,
    MemberRow,
    SessionRow,
    ShareLinkRow,
    SigningKeyRow,
    Standing,
)


class Taken(Exception):
    """Somebody else has it, in the very moment: ``what`` is ``email``, ``slug`` or ``id``."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the {what} is taken")
        self.what = what


class Unit(Protocol):
    """A transaction. It sees the rows of its tenant, those about its user, and the one whose id it names.

    ``lock`` keeps others from the row until the transaction ends. ``put`` writes a whole row, new or not.
    """

    async def enter(self, tenant_id: UUID) -> None:
        """See and write this tenant's rows from here on."""
        ...

    async def record(
        self,
        tenant_id: UUID,
        noun: str,
        id_: object,
        version: int,
        event: IdentityEvent,
        by: Actor,
        event_id: UUID | None = None,
    ) -> None:
        """Have an event be ``version`` of a thing's stream. Events are appended as the transaction ends."""
        ...

    # accounts
    async def account_by_email(self, email: str) -> AccountRow | None: ...
    async def account(self, user_id: UUID, *, lock: bool = False) -> AccountRow | None: ...
    async def add_account(self, row: AccountRow) -> None:
        """Raises Taken (email)."""
        ...

    async def put_account(self, row: AccountRow) -> None: ...
    async def erase_account(self, row: AccountRow) -> None:
        """Delete the account, which is locked and of whom the transaction is, with all that there is of it in all
        tenants: memberships, sessions, links, and what its mail address was written to."""
        ...

    async def recovery_codes(self, user_id: UUID) -> int: ...
    async def put_recovery_codes(self, user_id: UUID, hashes: Sequence[bytes]) -> None:
        """In place of those there are."""
        ...

    async def take_recovery_code(self, user_id: UUID, hash_: bytes) -> bool:
        """Use one up; False if there is none such."""
        ...

    async def mailed_link(self, id_: UUID) -> MailedLink | None:
        """Locked."""
        ...

    async def put_mailed_link(self, link: MailedLink) -> None: ...
    async def withdraw_resets(self, user_id: UUID) -> None:
        """No link resets the user's password any more."""
        ...

    # tenants and members
    async def tenant(self, tenant: UUID | str, *, lock: bool = False) -> Tenant | None:
        """By id or slug. To be locked, it must be the tenant of the transaction."""
        ...

    async def tenants(self, after: str, limit: int) -> list[Tenant]: ...
    async def put_tenant(self, tenant: Tenant) -> None:
        """Raises Taken (slug)."""
        ...

    async def memberships(self, user_id: UUID) -> list[Membership]:
        """By the name of the tenant; those of a user of whom the transaction is, all."""
        ...

    async def member(self, tenant_id: UUID, user_id: UUID, *, lock: bool = False) -> MemberRow | None: ...
    async def hold_member(self, tenant_id: UUID, user_id: UUID) -> bool:
        """Is the user a member, and stays so until the transaction ends?"""
        ...

    async def members(self, tenant_id: UUID, after: str, limit: int) -> list[Member]: ...
    async def put_member(self, row: MemberRow) -> None: ...
    async def has_other_owner(self, tenant_id: UUID, user_id: UUID) -> bool: ...
    async def invitation(self, id_: UUID, *, lock: bool = False) -> InvitationRow | None: ...
    async def open_invitation(self, tenant_id: UUID, email: str) -> InvitationRow | None:
        """Locked. Also one that has expired."""
        ...

    async def invitations(self, tenant_id: UUID, now: datetime) -> list[Invitation]: ...
    async def put_invitation(self, row: InvitationRow) -> None: ...

    # sessions
    async def put_session(self, row: SessionRow) -> None: ...
    async def session(self, tenant_id: UUID, id_: UUID, *, lock: bool = False) -> SessionRow | None: ...
    async def sessions_of(self, user_id: UUID, tenant_id: UUID | None = None) -> list[SessionRow]:
        """The live sessions, locked; of a user of whom the transaction is, in all tenants."""
        ...

    async def known_device(self, user_id: UUID, user_agent: str | None) -> bool:
        """Did the user log in with such a device before, or never at all?"""
        ...

    async def held_refresh(self, id_: UUID) -> HeldRefresh | None:
        """The refresh token with its session, locked; the transaction is of its tenant from here on."""
        ...

    async def add_refresh(self, session: Session, id_: UUID, hash_: bytes, now: datetime) -> None: ...
    async def use_refresh(self, id_: UUID, now: datetime) -> None: ...

    # keys and links
    async def api_key(self, tenant_id: UUID, id_: UUID, *, lock: bool = False) -> ApiKeyRow | None: ...
    async def api_keys(self, tenant_id: UUID, *, revoked: bool) -> list[ApiKeyRow]: ...
    async def put_api_key(self, row: ApiKeyRow) -> None:
        """Raises Taken (id)."""
        ...

    async def share_link(self, id_: UUID, *, lock: bool = False) -> ShareLinkRow | None: ...
    async def share_links(self, tenant_id: UUID, match_id: UUID | None, now: datetime) -> list[ShareLinkRow]:
        """Those that are not over, locked."""
        ...

    async def put_share_link(self, row: ShareLinkRow) -> None:
        """Raises Taken (id)."""
        ...

    # mails and throttles
    async def add_mail(self, mail: Mail, sealed: bytes | None) -> None: ...
    async def due_mails(self, now: datetime, until: datetime, limit: int) -> list[tuple[Mail, bytes | None]]:
        """Mails that are due, put off until then. Those that are too late are given up instead."""
        ...

    async def mail_done(self, id_: UUID, now: datetime, error: str | None) -> None: ...
    async def mail_again(self, id_: UUID, at: datetime, error: str) -> None: ...
    async def tallies(self, keys: Sequence[bytes]) -> Mapping[bytes, Tally]:
        """Locked; empty ones for those that there are not."""
        ...

    async def put_tallies(self, tallies: Mapping[bytes, Tally]) -> None: ...

    # signing keys
    async def signing_keys(self, *, lock: bool = False) -> list[SigningKeyRow]:
        """All; ``lock``: nobody else makes one meanwhile."""
        ...

    async def add_signing_key(self, row: SigningKeyRow) -> None: ...
    async def drop_signing_keys(self, kids: Sequence[str]) -> None: ...

    async def tidy(self, before: datetime) -> int:
        """Delete sessions, links, mails and throttles that were over before then; how many."""
        ...


class IdentityStore(Protocol):
    """Rows of identity with their events. Every method may raise StoreUnavailable."""

    def unit(
        self,
        *,
        tenant_id: UUID | None = None,
        user_id: UUID | None = None,
        credential_id: UUID | None = None,
    ) -> AbstractAsyncContextManager[Unit]:
        """A transaction, which is done unless its block raises. Raises DuplicateEvent, VersionConflict at its end."""
        ...

    async def standing(
        self, tenant_id: UUID, kind: str, subject: UUID, session_id: UUID, now: datetime
    ) -> Standing | None:
        """Of a session, key or link that is alive; None for one that is not."""
        ...

    async def held_key(self, id_: UUID, now: datetime) -> HeldKey | None:
        """The API key with this id, if it opens anything."""
        ...

    async def key_used(self, tenant_id: UUID, id_: UUID, now: datetime) -> None:
        """Note when a key was last used; to the minute, since it is written for many requests."""
        ...


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """``rehashed``: the same password, hashed as new ones are; to be kept in place of the old hash."""

    right: bool
    rehashed: str | None = None


class Passwords(Protocol):
    """Hashes passwords, a few at once. Every method may raise IdentityRefused (identity_busy)."""

    async def hash(self, password: str) -> str: ...

    async def verify(self, password: str, kept: str | None) -> PasswordCheck:
        """``kept`` None: there is no such account, and it takes as long to say so."""
        ...

    async def judge(self, password: str, about: Sequence[str]) -> None:
        """Raises IdentityRefused (password_…) for one that is easily guessed; ``about``: what is known of the person."""
        ...


class CannotOpen(Exception):
    """It was sealed with a key that is not configured, about something else, or is damaged."""


class Vault(Protocol):
    """Encrypts what must be read again. ``about`` binds a secret to what it belongs to."""

    def seal(self, secret: bytes, about: str) -> bytes: ...
    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises CannotOpen."""
        ...


class OneTimeCodes(Protocol):
    """Time-based codes of an authenticator (RFC 6238)."""

    def new_secret(self) -> str: ...
    def uri(self, secret: str, email: str) -> str: ...
    def codes(self, secret: str, now: datetime) -> Mapping[int, str]:
        """The codes that are accepted now, by their time steps."""
        ...


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A new key for signatures. ``kid`` follows from the public half."""

    kid: str
    public: bytes
    private: bytes = field(repr=False)


class KeyPairs(Protocol):
    """Ed25519."""

    def new(self) -> KeyPair: ...
    def sign(self, claims: Mapping[str, Any], kid: str, private: bytes) -> str:
        """A JWT."""
        ...

    def jwk(self, kid: str, public: bytes) -> dict[str, Any]:
        """The public half as a JWK (RFC 8037)."""
        ...
