"""The cases of reconciliation in Postgres."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.pool import create_pool
from adapters.postgres.reconciliation import PostgresCases
from domain.money import bookkeeping as book
from domain.money.money import Money
from domain.money.reconciliation import Case, CaseKind

LEAGUE, OTHER = UUID(int=1), UUID(int=2)
AT = datetime(2027, 6, 1, tzinfo=UTC)


@pytest.fixture
async def pool(postgres_dsn: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    pool = await create_pool(postgres_dsn, role="pavilion_app", application_name="test", max_size=2)
    yield pool
    await pool.close()


@pytest.fixture
def cases(pool: "asyncpg.Pool[Any]") -> PostgresCases:
    return PostgresCases(pool)


def case(subject: str, detail: str = "what it is about") -> Case:
    return Case(tenant=LEAGUE, kind=CaseKind.UNEXPLAINED, subject=subject, detail=detail)


async def test_a_case_is_opened_once(cases: PostgresCases) -> None:
    assert await cases.open(LEAGUE, [case("a"), case("a"), case("b")]) == {
        ("unexplained", "a"),
        ("unexplained", "b"),
    }
    assert await cases.open(LEAGUE, [case("a", "something else")]) == frozenset()
    found = await cases.cases(LEAGUE, limit=10)
    assert {(each.subject, each.detail) for each in found} == {
        ("a", "what it is about"),
        ("b", "what it is about"),
    }


async def test_one_that_was_closed_is_opened_again(cases: PostgresCases) -> None:
    await cases.open(LEAGUE, [case("a")])
    assert await cases.close(LEAGUE, ["a", "never opened"]) == {"a"}
    assert await cases.close(LEAGUE, ["a"]) == frozenset()
    assert await cases.cases(LEAGUE, is_open=True, limit=10) == []
    assert await cases.open(LEAGUE, [case("a", "again")]) == {("unexplained", "a")}
    (again,) = await cases.cases(LEAGUE, is_open=True, limit=10)
    assert (again.detail, again.closed_at) == ("again", None)


async def test_they_come_a_page_at_a_time_the_newest_first(cases: PostgresCases) -> None:
    for subject in ("a", "b", "c"):
        await cases.open(LEAGUE, [case(subject)])
    first = await cases.cases(LEAGUE, limit=2)
    last = first[-1]
    rest = await cases.cases(LEAGUE, before=(last.opened_at, last.subject, last.kind), limit=2)
    assert [each.subject for each in (*first, *rest)] == ["c", "b", "a"]


async def test_no_league_sees_or_closes_those_of_another(cases: PostgresCases) -> None:
    await cases.open(LEAGUE, [case("a")])
    assert await cases.cases(OTHER, limit=10) == []
    assert await cases.close(OTHER, ["a"]) == frozenset()
    assert len(await cases.cases(LEAGUE, is_open=True, limit=10)) == 1


async def test_leagues_in_which_something_is_open_are_known_by_their_ids_alone(
    pool: "asyncpg.Pool[Any]", cases: PostgresCases, postgres_dsn: str
) -> None:
    await cases.open(LEAGUE, [case("a"), case("b")])
    cup = UUID(int=10)
    debt = book.prize_reclaimed(f"{cup}/1", cup, "a", Money(5, "inr"))
    await PostgresLedger(pool).post(OTHER, [debt])
    await PostgresLedger(pool).post(uuid4(), [book.fee_received("p1/3", cup, Money(5, "inr"))])
    assert sorted(await cases.leagues()) == [LEAGUE, OTHER]
    await cases.close(LEAGUE, ["a", "b"])
    assert await cases.leagues() == [OTHER]
    assert await pool.fetchval("select count(*) from ledger_account") == 0
    relay = await create_pool(postgres_dsn, role="pavilion_relay", application_name="test", max_size=1)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await relay.fetch("select reconciliation_leagues()")
    await relay.close()


async def test_reading_goes_on_from_where_it_was_and_never_back(cases: PostgresCases) -> None:
    assert await cases.read_to(LEAGUE) is None
    assert await cases.read_to(LEAGUE, AT) == AT
    assert await cases.read_to(LEAGUE, AT - timedelta(days=1)) == AT
    assert await cases.read_to(LEAGUE) == AT
    assert await cases.read_to(uuid4()) is None


async def test_the_application_can_delete_none(pool: "asyncpg.Pool[Any]", cases: PostgresCases) -> None:
    await cases.open(LEAGUE, [case("a")])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute("delete from reconciliation_case")
