"""By what workflows can be found: the one list, from which they are also registered with the server."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError, RPCStatusCode

TENANT_ID = SearchAttributeKey.for_keyword("TenantId")
TOURNAMENT_ID = SearchAttributeKey.for_keyword("TournamentId")
MATCH_ID = SearchAttributeKey.for_keyword("MatchId")
PAYMENT_ID = SearchAttributeKey.for_keyword("PaymentId")
PHASE = SearchAttributeKey.for_keyword("Phase")
SCHEDULED_START = SearchAttributeKey.for_datetime("ScheduledStart")

ALL: Sequence[SearchAttributeKey] = (
    TENANT_ID,
    TOURNAMENT_ID,
    MATCH_ID,
    PAYMENT_ID,
    PHASE,
    SCHEDULED_START,
)


def of_league(tenant_id: UUID) -> TypedSearchAttributes:
    """What a workflow that is about no one tournament is found by from its start."""
    return TypedSearchAttributes([SearchAttributePair(TENANT_ID, str(tenant_id))])


def of_tournament(tenant_id: UUID, tournament_id: UUID) -> TypedSearchAttributes:
    """What a tournament's workflow is found by from its start."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(TENANT_ID, str(tenant_id)),
            SearchAttributePair(TOURNAMENT_ID, str(tournament_id)),
        ]
    )


def of_session(
    tenant_id: UUID, tournament_id: UUID, match_id: UUID, starts_at: datetime
) -> TypedSearchAttributes:
    """What a session's workflow is found by from its start."""
    return TypedSearchAttributes(
        [
            *of_tournament(tenant_id, tournament_id),
            SearchAttributePair(MATCH_ID, str(match_id)),
            SearchAttributePair(SCHEDULED_START, starts_at),
        ]
    )


def of_payment(tenant_id: UUID, tournament_id: UUID | None, payment_id: UUID) -> TypedSearchAttributes:
    """What the workflow of an entry's payment is found by from its start; a payment looked up again long after
    may not know its tournament until it has read its stream."""
    pairs = [
        SearchAttributePair(TENANT_ID, str(tenant_id)),
        SearchAttributePair(PAYMENT_ID, str(payment_id)),
    ]
    if tournament_id is not None:
        pairs.append(SearchAttributePair(TOURNAMENT_ID, str(tournament_id)))
    return TypedSearchAttributes(pairs)


async def register(client: Client) -> None:
    """Make the namespace know them all; done by every worker when it starts."""
    for key in ALL:
        wanted = {key.name: IndexedValueType.ValueType(int(key.indexed_value_type))}
        request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=wanted)
        try:
            await client.operator_service.add_search_attributes(request)
        except RPCError as error:
            if error.status != RPCStatusCode.ALREADY_EXISTS:
                raise
