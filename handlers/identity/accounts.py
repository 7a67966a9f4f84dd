"""Accounts: people, by their mail address, in whatever tenants."""

from uuid import UUID

from handlers.identity.model import OPERATOR, Account, Actor, SignedUp, TotpEnrolment, User, Verified


class Accounts:
    """Signing up, proving an address, passwords, second factors."""

    async def sign_up(
        self,
        *,
        email: str,
        password: str,
        name: str,
        tenant_name: str,
        tenant_slug: str,
        address: str,
    ) -> SignedUp:
        """Ask for an account and a tenant. Neither is there before the address was proven (``verify_email``).

        The answer and the time it takes are the same for an address that has an account. ``address``: whence the
        request comes. Raises IdentityRefused: email_malformed, name_malformed, password_too_short, password_too_long,
        password_common, tenant_name_malformed, tenant_slug_malformed, tenant_slug_taken, too_many_attempts.
        """
        raise NotImplementedError

    async def verify_email(self, token: str, *, tenant_slug: str | None = None) -> Verified:
        """Make the account and the tenant that were asked for; who signed up is its owner.

        ``tenant_slug``: another than was asked for, which somebody has meanwhile. Raises IdentityRefused: link_invalid,
        link_used, link_expired, tenant_slug_taken, tenant_slug_malformed.
        """
        raise NotImplementedError

    async def ask_reset(self, email: str, *, address: str) -> None:
        """Send a mail that resets the password. Nothing tells whether there is such an account.

        Raises IdentityRefused: too_many_attempts (by ``address`` only).
        """
        raise NotImplementedError

    async def reset_password(self, token: str, password: str) -> None:
        """Set a password by a mailed token. Ends all sessions; the second factor stays.

        Raises IdentityRefused: link_invalid, link_used, link_expired, password_*.
        """
        raise NotImplementedError

    async def change_password(
        self, user_id: UUID, *, old: str, new: str, session_id: UUID | None = None
    ) -> None:
        """Set another password; ends all sessions but ``session_id``.

        Raises IdentityRefused: credentials_wrong, too_many_attempts, password_*, user_not_found.
        """
        raise NotImplementedError

    async def begin_totp(self, user_id: UUID, *, password: str) -> TotpEnrolment:
        """Begin to set up a second factor; it counts once a code was confirmed. Raises IdentityRefused:
        credentials_wrong, too_many_attempts, totp_enabled_already."""
        raise NotImplementedError

    async def confirm_totp(self, user_id: UUID, code: str) -> tuple[str, ...]:
        """The second factor counts from now on. The recovery codes, shown this once. Raises IdentityRefused:
        totp_wrong, totp_not_begun, totp_enabled_already, too_many_attempts."""
        raise NotImplementedError

    async def disable_totp(self, user_id: UUID, *, password: str, code: str) -> None:
        """Do without a second factor; ``code`` may be a recovery code. Raises IdentityRefused: credentials_wrong,
        totp_wrong, totp_not_enabled, too_many_attempts."""
        raise NotImplementedError

    async def rename(self, user_id: UUID, name: str) -> Account:
        """Call oneself something else. Raises IdentityRefused: name_malformed, user_not_found."""
        raise NotImplementedError

    async def account(self, user_id: UUID) -> Account:
        """The person with all memberships, suspended tenants too. Raises IdentityRefused: user_not_found."""
        raise NotImplementedError

    async def user(self, tenant_id: UUID, user_id: UUID) -> User:
        """The person as a member of the tenant. Raises IdentityRefused: user_not_found, also for one who is no member."""
        raise NotImplementedError

    async def provision(
        self,
        *,
        email: str,
        password: str,
        name: str,
        tenant_id: UUID,
        tenant_name: str,
        tenant_slug: str,
        by: Actor = OPERATOR,
    ) -> Verified:
        """Make an account and a tenant without a mail, for whoever runs the installation (development, the first
        league). With both there already, and the account an owner of it, nothing is changed. No API leads here."""
        raise NotImplementedError

    async def disable(self, user_id: UUID, *, reason: str, by: Actor = OPERATOR) -> None:
        """Lock an account in all tenants; ends all sessions. Raises IdentityRefused: user_not_found."""
        raise NotImplementedError

    async def enable(self, user_id: UUID, *, by: Actor = OPERATOR) -> None:
        """Unlock an account. Raises IdentityRefused: user_not_found."""
        raise NotImplementedError
