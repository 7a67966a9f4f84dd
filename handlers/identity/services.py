"""All use cases of identity, as one process has them."""

from dataclasses import dataclass

from handlers.identity.accounts import Accounts
from handlers.identity.api_keys import ApiKeys
from handlers.identity.mails import Mails
from handlers.identity.members import Members
from handlers.identity.sessions import Sessions
from handlers.identity.share_links import ShareLinks
from handlers.identity.signing_keys import SigningKeys
from handlers.identity.tenants import Tenants


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Use cases over one store, one pool of password hashers and one set of signing keys."""

    accounts: Accounts
    sessions: Sessions
    members: Members
    tenants: Tenants
    api_keys: ApiKeys
    share_links: ShareLinks
    signing_keys: SigningKeys
    mails: Mails
