"""A league in which every operation that reads has something to show, and the address of each operation in it."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from api.main import app
from api.notification.endpoints import person_of
from api.permissions import PERMISSIONS, PUBLIC
from api.services import Services
from benchmarks.matches import store, t20_match
from contracts.codec import encode
from contracts.identity import ADMIN, ORGANISER, TREASURER, ScopeKind
from contracts.work import payout_stream_id
from domain.match.events import MatchCreated
from domain.money import bookkeeping as book
from domain.money.ledger import key_of
from domain.money.money import Money
from domain.money.reconciliation import Case, CaseKind
from domain.payout.commands import ProposePayout
from domain.payout.terms import PayoutTerms, Share, Shares
from handlers.notification.ports import PushSubscription
from handlers.payees import Payee
from tests.integration.api.conftest import Client
from tests.integration.api.test_fixtures import drawn, solved
from tests.integration.api.test_sessions import match_day
from tests.integration.api.test_tournaments import created, ok, project
from tests.integration.relay.test_payment_projector import LIFE
from tests.unit.projections.test_payment import AT, TERMS

SOMEBODY = "somebody else"
SYSTEM = {"healthz", "readyz", "metrics", "get_problem", "asyncapi"}


@dataclass(frozen=True, slots=True)
class Documented:
    """An operation as the OpenAPI document has it."""

    id: str
    method: str
    path: str
    said: dict[str, Any]

    @property
    def public(self) -> bool:
        return self.id in PUBLIC

    def parameter(self, name: str) -> dict[str, Any] | None:
        """A parameter it takes, None if it takes none of that name."""
        return next((each for each in self.said.get("parameters", ()) if each["name"] == name), None)

    @property
    def example(self) -> Any:
        """The JSON of its example; None without a body."""
        content = self.said.get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("example")


def documented(document: dict[str, Any]) -> tuple[Documented, ...]:
    """The operations of an OpenAPI document, those of the process itself aside."""
    return tuple(
        Documented(said["operationId"], method.upper(), path, said)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
        if said["operationId"] not in SYSTEM
    )


OPERATIONS = documented(app.openapi())
READS = tuple(each for each in OPERATIONS if each.method == "GET")
WRITES = tuple(each for each in OPERATIONS if each.method != "GET")
POSTS = tuple(each for each in OPERATIONS if each.method == "POST")

IN_REGISTERS = {"/v1/teams": "rcb", "/v1/players": "v-kohli", "/v1/venues": "bengaluru"}


@dataclass(frozen=True, slots=True, kw_only=True)
class League:
    """``tournament`` has all its fixtures, placed by ``solution``; the session of ``match``, of another one, is
    open. ``payment`` was made and given back."""

    client: Client
    tournament: str
    solution: str
    node: str
    opponents: tuple[str, str]
    match: str
    payment: str
    cup: str
    """The tournament of ``match``."""
    endpoint: str = str(UUID(int=0))
    """A webhook endpoint, and a delivery to it."""
    delivery: str = str(UUID(int=0))

    def within(self, operation: Documented) -> dict[ScopeKind, str]:
        """The tournament, team and match that the operation is about, as ``call`` calls it."""
        tournament = self.tournament[-36:]
        if "{match_id}" in operation.path:
            tournament = self.cup[-36:]
        elif "{payment_id}" in operation.path:
            tournament = str(TERMS.tournament)
        elif operation.path.count("{") == 0 and operation.example:
            tournament = operation.example.get("tournament_id", tournament)
        return {"tournament": tournament, "team": "rcb", "match": self.match[-36:]}

    def address(self, operation: Documented) -> str:
        """Where the operation is in this league, with what it cannot do without."""
        register = next((id_ for path, id_ in IN_REGISTERS.items() if operation.path.startswith(path)), "")
        path = operation.path.format(
            tenant_id=self.client.tenant_id,
            tournament_id=self.tournament[-36:],
            match_id=self.match[-36:],
            team="rcb",
            person="menon",
            node=self.node,
            deadline="roster-lock",
            solution=self.solution,
            payment_id=self.payment,
            payee="rcb",
            notification_id=person_of(SOMEBODY),
            subscription_id=person_of(SOMEBODY),
            about="team:nobody",
            token="none",
            event="evt_1",
            what="result",
            webhook_endpoint_id=self.endpoint,
            webhook_delivery_id=self.delivery,
            id=register,
        )
        if operation.id.endswith("get_run_rate_needs"):
            team, rival = self.opponents
            return path + f"?node={self.node}&team={team}&rival={rival}&scores=150"
        needed = [each for each in operation.said.get("parameters", ()) if each["in"] == "query"]
        query = "&".join(f"{each['name']}={each['example']}" for each in needed if each["required"])
        return f"{path}?{query}" if query else path

    async def call(
        self, operation: Documented, *, query: str = "", without: str = "", **headers: str
    ) -> httpx.Response:
        """The answer to the operation with its own example, asked by an organiser (by a treasurer or an admin, where
        only those may), or by anybody if it is public. ``without``: a header that is left out."""
        path = self.address(operation)
        may = (ORGANISER,) if operation.public else PERMISSIONS[operation.id]
        role = next(each for each in (ORGANISER, TREASURER, ADMIN) if each in may)
        asker = self.client if role == ORGANISER else self.client.somebody(f"the {role}", role)
        sent = asker.headers(**headers)
        for name in (without, "authorization" if operation.public else ""):
            sent.pop(name, None)
        address = f"{path}{'&' if '?' in path else '?'}{query}" if query else path
        body = {} if operation.example is None else {"json": operation.example}
        return await self.client.http.request(operation.method, address, headers=sent, **body)


async def league(client: Client, known: Services, dsn: str) -> League:
    """The league, its read models up to date."""
    for operation in WRITES:
        if operation.path in IN_REGISTERS:
            answer = await client.post(operation.path, operation.example)
            assert answer.status_code == 201, answer.text
            second = {**operation.example, "id": "another", "name": "Another"}
            assert (await client.post(operation.path, second)).status_code == 201
    cup, match = await match_day(client)
    await client.created()
    tournament = await drawn(client)
    begun = await client.post(f"{tournament}/fixtures:solve", {"time_limit_seconds": 5})
    await solved(client, begun.headers["location"])
    ok(await client.post(f"{begun.headers['location']}:apply"))
    fixture = (await client.get(f"{tournament}/fixtures")).json()["fixtures"][0]
    for person in ("menon", "llong"):
        where = f"{tournament}/fixtures/{fixture['node']}/officials/{person}"
        ok(await client.put(where, {"name": person.title(), "role": "umpire"}))
    await created(client)
    for payment in (paid := [uuid4(), uuid4()]):
        for number, command in enumerate(LIFE):
            key = f"{payment}/{number}"
            await known.payments.execute(client.tenant_id, payment, (command,), idempotency_key=key, now=AT)
        booked = book.fee_received(key_of(payment, 1), payment, Money(250_000, "inr"), about="rcb")
        await known.ledger.post(client.tenant_id, [booked])
    for team in ("mi", "rcb"):
        payee = Payee(id=team, account=f"acct_{team}", email=f"{team}@example.com", country="IN")
        await known.payees.add(client.tenant_id, payee)
    await known.cases.open(
        client.tenant_id,
        [
            Case(tenant=client.tenant_id, kind=CaseKind.UNEXPLAINED, subject=line, detail="a charge")
            for line in ("txn_1", "txn_2")
        ],
    )
    await _failing_events(client, dsn)
    await scored(client.tenant_id, dsn)
    await _told(client, known, dsn)
    for prizes in (UUID(tournament[-36:]), uuid4()):
        await _prize_money(client, known, prizes)
    endpoint, delivery = await _webhooks(client)
    await project(dsn)
    return League(
        client=client,
        tournament=tournament,
        solution=begun.json()["id"],
        node=fixture["node"],
        opponents=(fixture["home"]["team"], fixture["away"]["team"]),
        match=match,
        payment=str(paid[0]),
        cup=cup,
        endpoint=endpoint,
        delivery=delivery,
    )


async def _webhooks(client: Client) -> tuple[str, str]:
    """An endpoint that was tested twice, beside another."""
    admin = client.somebody("the admin", ADMIN)
    (create,) = (each for each in WRITES if each.id == "create_webhook_endpoint")
    made = [(await admin.post(create.path, create.example)).json()["endpoint"]["id"] for _ in range(2)]
    tested = [await admin.post(f"{create.path}/{made[0]}:test") for _ in range(2)]
    assert [each.status_code for each in tested] == [202, 202]
    return made[0], tested[1].json()["delivery"]["id"]


async def _prize_money(client: Client, known: Services, tournament: UUID) -> None:
    """Somebody has won, and it is not approved yet."""
    share = Share(payee="rcb", name="Royal Challengers", rank=1, amount=Money(600, "inr"))
    terms = PayoutTerms(tournament=tournament, tournament_name="Cup", currency="inr")
    split = Shares(pool=Money(600, "inr"), shares=(share,), kept=Money(0, "inr"))
    await known.payouts.execute(
        client.tenant_id,
        payout_stream_id(tournament),
        (ProposePayout(terms=terms, shares=split),),
        idempotency_key=f"propose/{tournament}",
        now=AT,
    )


async def scored(tenant: UUID, dsn: str) -> None:
    """Two matches that were played, on grounds of their own, in two seasons of one tournament."""
    rows: list[tuple[Any, ...]] = []
    for number, season in enumerate(("2025", "2026"), 1):
        created, *others = t20_match(number)
        assert isinstance(created, MatchCreated)
        first = replace(created, tournament="cup", season=season, venue=f"ground {number}", starts_at=AT)
        events, match = (first, *others), uuid4()
        rows += [
            (tenant, "match", match, version, uuid4(), type(event).__name__, 1, encode(event).decode(), "{}")
            for version, event in enumerate(events, 1)
        ]
    connection = await asyncpg.connect(dsn)
    await store(connection, rows)
    await connection.close()


async def _told(client: Client, known: Services, dsn: str) -> None:
    """Two things that the organiser was told by mail, two that are followed, and two browsers."""
    person = person_of(client.subject)
    for about in ("team:rcb", "team:mi"):
        await known.notifications.follow(client.tenant_id, person, about)
        browser = PushSubscription(id=uuid4(), endpoint=f"https://push.example/{about}", p256dh="", auth="")
        await known.notifications.push_subscribe(client.tenant_id, person, browser)
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
        for player in ("Kohli", "Rohit"):
            notice, notification = uuid4(), uuid4()
            await pool.execute(
                "insert into notice (tenant_id, id, kind, category, subject, about, followed, grants, persons, words,"
                " critical, made_at) values ($1, $2, 'fifty', 'milestones', $3::text, '{team:rcb}', true, '{}', '{}',"
                " jsonb_build_object('player', $3::text), false, now())",
                client.tenant_id,
                notice,
                player,
            )
            await pool.execute(
                "insert into notification (tenant_id, id, notice_id, user_id, inbox, channels, created_at, due_at)"
                " values ($1, $2, $3, $4, true, '{email}', now(), now())",
                client.tenant_id,
                notification,
                notice,
                person,
            )
            await pool.execute(
                "insert into notification_attempt (tenant_id, notification_id, channel, at, outcome)"
                " values ($1, $2, 'email', now(), 'sent')",
                client.tenant_id,
                notification,
            )


async def _failing_events(client: Client, dsn: str) -> None:
    """Two events about the league that could not be handled."""
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
        for id_ in ("evt_1", "evt_2"):
            await pool.execute(
                "insert into webhook_event (event_id, type, created_at, live, metadata, attempts, last_error)"
                " values ($1, 'charge.refunded', now(), false, jsonb_build_object('tenant', $2::text), 1, 'away')",
                id_,
                str(client.tenant_id),
            )
