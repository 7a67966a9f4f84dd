"""The operations by the service that they can be scaled apart as.

One image serves all of them, or with ``PAVILION_SERVICES=scoring`` those of one group only. The gateway sends each
address to the processes of its group (``stack/gateway.py``).
"""

from collections.abc import Mapping

from fastapi import FastAPI
from starlette.routing import BaseRoute

from api.analytics import match_routes as match_analytics
from api.analytics import routes as analytics
from api.audit import routes as audit
from api.ledger import routes as books
from api.live import routes as live
from api.match import routes as matches
from api.notification import routes as notifications
from api.operations import Operation, OperationRoute
from api.payment import routes as payments
from api.payout import routes as payouts
from api.privacy import routes as privacy
from api.registry import routes as registry
from api.session import routes as sessions
from api.tournament import routes as tournaments
from api.webhook import routes as webhooks
from api.webhook_endpoint import routes as webhook_endpoints

GROUPS: Mapping[str, tuple[Operation, ...]] = {
    "scoring": (*matches.OPERATIONS, *sessions.OPERATIONS, *live.OF_MATCHES),
    "tournament": (*tournaments.OPERATIONS, *live.OF_TOURNAMENTS),
    "registry": (
        *(*registry.OPERATIONS, *privacy.OPERATIONS, *audit.OPERATIONS),
        *webhook_endpoints.OPERATIONS,
    ),
    "payment": (*payments.OPERATIONS, *webhooks.OPERATIONS, *payouts.OPERATIONS, *books.OPERATIONS),
    "analytics": (*analytics.OPERATIONS, *match_analytics.OPERATIONS),
    "notification": notifications.OPERATIONS,
}


class UnknownGroup(ValueError):
    """A service that there is not."""


def named(services: str) -> tuple[Operation, ...]:
    """The operations of the groups named, separated by commas; blank: of all. Raises UnknownGroup."""
    names = [name for each in services.split(",") if (name := each.strip())] or list(GROUPS)
    unknown = [name for name in names if name not in GROUPS]
    if unknown:
        raise UnknownGroup(f"PAVILION_SERVICES names {', '.join(unknown)}; there are {', '.join(GROUPS)}")
    return tuple(operation for name in dict.fromkeys(names) for operation in GROUPS[name])


def serve_only(app: FastAPI, services: str) -> None:
    """Take the routes of all other groups out of ``app``. It documents the whole API all the same, so that it reads
    the same wherever it is asked for. Raises UnknownGroup."""
    served = {operation.id for operation in named(services)}
    grouped = {operation.id for group in GROUPS.values() for operation in group}

    def stays(route: BaseRoute) -> bool:
        if not isinstance(route, OperationRoute):
            return True
        return route.operation.id in served or route.operation.id not in grouped

    app.router.routes[:] = filter(stays, list(app.router.routes))


def first_words(group: str) -> tuple[str, ...]:
    """What the addresses of a group begin with after ``/v1/``: ``("matches",)``."""
    words = (operation.path.split("/")[2].partition(":")[0] for operation in GROUPS[group])
    return tuple(dict.fromkeys(words))
