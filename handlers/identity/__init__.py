"""The use cases of identity. Wired together by ``adapters.identity.open_identity``, used as ``Identity``.

Every method may raise IdentityRefused (with a stable code) and handlers.ports.StoreUnavailable.
"""

from domain.identity.errors import IdentityRefused
from handlers.identity.accounts import Accounts
from handlers.identity.api_keys import ApiKeys
from handlers.identity.mails import Mails
from handlers.identity.members import Members
from handlers.identity.model import (
    OPERATOR,
    AccessToken,
    Account,
    Actor,
    ApiKey,
    ApiKeySecret,
    Invitation,
    Mail,
    MailKind,
    Member,
    Membership,
    Session,
    SessionTokens,
    ShareLink,
    ShareLinkSecret,
    SignedUp,
    Tenant,
    TotpEnrolment,
    User,
    Verified,
)
from handlers.identity.services import Identity
from handlers.identity.sessions import Sessions
from handlers.identity.share_links import ShareLinks
from handlers.identity.signing_keys import SigningKeys
from handlers.identity.tenants import Tenants

__all__ = [
    "OPERATOR",
    "AccessToken",
    "Account",
    "Accounts",
    "Actor",
    "ApiKey",
    "ApiKeySecret",
    "ApiKeys",
    "Identity",
    "IdentityRefused",
    "Invitation",
    "Mail",
    "MailKind",
    "Mails",
    "Member",
    "Members",
    "Membership",
    "Session",
    "SessionTokens",
    "Sessions",
    "ShareLink",
    "ShareLinkSecret",
    "ShareLinks",
    "SignedUp",
    "SigningKeys",
    "Tenant",
    "Tenants",
    "TotpEnrolment",
    "User",
    "Verified",
]
