"""What the endpoints work with, put together in ``api.main``."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from starlette.requests import Request

from api.belongings import Belongings
from api.live.published import Publications
from api.security import TokenVerifier
from domain.match.state import MatchState
from domain.outgoing import Allowed
from domain.tournament.fixtures.feed import FeedMatch
from handlers.analytics import AnalyticsReads
from handlers.audit import AuditLog
from handlers.league import LeagueData
from handlers.ledger import Ledger
from handlers.live.hub import LiveHub
from handlers.match import MatchHandler
from handlers.notification.ports import Notifications
from handlers.payees import Payees
from handlers.payment import PaymentHandler
from handlers.payment_provider import PaymentProvider
from handlers.payment_reads import PaymentReadModel
from handlers.payout import PayoutHandler
from handlers.persons import PersonHandler
from handlers.ports import EventStore, MatchReadModel, TournamentReadModel
from handlers.reconciliation import Cases
from handlers.register import RegisterHandler
from handlers.session import SessionHandler
from handlers.tournament import TournamentHandler
from handlers.webhook_endpoints import WebhookEndpoints
from handlers.webhooks import FailingEvents, WebhookInbox
from workflows.facade import Workflows


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """``ready`` raises when a request could not be served now; ``export`` writes Cricsheet's JSON;
    ``invitation_key`` makes the secrets of invitations; ``calendar`` writes iCalendar; ``check_signature`` raises
    SignatureInvalid or SignatureExpired unless Stripe has signed a body with this header; ``home`` is the league whose
    account at Stripe it is; ``notification_key`` has signed the links to unsubscribe; ``push_key`` is what browsers
    subscribe with; ``outgoing``: where pushes may go though it is not public."""

    verifier: TokenVerifier
    matches: MatchHandler
    store: EventStore
    read_model: MatchReadModel
    registers: RegisterHandler
    league_data: LeagueData
    persons: PersonHandler
    tournaments: TournamentHandler
    tournament_reads: TournamentReadModel
    sessions: SessionHandler
    live: LiveHub
    live_send_seconds: float
    workflows: Workflows
    payments: PaymentHandler
    payment_reads: PaymentReadModel
    webhooks: WebhookInbox
    failing_webhooks: FailingEvents
    home: UUID
    webhook_endpoints: WebhookEndpoints
    ledger: Ledger
    cases: Cases
    payouts: PayoutHandler
    payees: Payees
    provider: PaymentProvider | None
    audit: AuditLog
    analytics: AnalyticsReads
    notifications: Notifications
    notification_key: bytes
    push_key: str
    outgoing: Allowed
    check_signature: Callable[[bytes, str | None], None]
    invitation_key: bytes
    ready: Callable[[], Awaitable[None]]
    export: Callable[[MatchState], bytes]
    calendar: Callable[[str, Sequence[FeedMatch], datetime], bytes]
    card_wait_seconds: float
    belongings: Belongings = field(default_factory=Belongings)
    publications: Publications = field(default_factory=Publications)


def services(request: Request) -> Services:
    """The services of the application that a request came to."""
    return request.app.state.services
