"""docs/webhooks.md: what it shows of receiving works, and its numbers are those of the code."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from domain.outgoing import PORTS
from domain.webhook.schedule import FAILING_LIFE
from handlers.deliveries import AT_ONCE_TO_LEAGUE, AT_ONCE_TO_ONE, LEASE
from handlers.webhook_endpoints import MOST_ENDPOINTS
from handlers.webhook_signing import headers_of, new_secret, secret_text
from tests.unit.docs.pages import PROJECT

PAGE = (PROJECT / "docs" / "webhooks.md").read_text(encoding="utf-8")
BODY = b'{"type": "match.toss_made", "data": {"winner": "rcb"}}'


@pytest.fixture(scope="module")
def receive() -> Callable[..., int]:
    """The function that the page shows."""
    found = re.search(r"<!-- verify: .*? -->\n```python\n(.*?)```", PAGE, re.DOTALL)
    assert found
    known: dict[str, object] = {}
    exec(found[1], known)  # noqa: S102 - the page's own words
    return known["receive"]  # type: ignore[return-value]


def test_what_we_send_is_taken_once(receive: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    secret, seen = new_secret(), set[str]()
    headers = headers_of("1", datetime.now(UTC), BODY, [secret])
    assert [receive(secret_text(secret), BODY, headers, seen) for _ in range(2)] == [204, 204]
    assert capsys.readouterr().out == "match.toss_made {'winner': 'rcb'}\n"


def test_what_somebody_else_sends_is_not(receive: Callable[..., int]) -> None:
    headers = headers_of("1", datetime.now(UTC), BODY, [new_secret()])
    assert receive(secret_text(new_secret()), BODY, headers, set()) == 401


def test_the_numbers_are_those_of_the_code() -> None:
    assert "at port 443 or 8443" in PAGE
    assert sorted(PORTS) == [443, 8443]
    assert f"{int(LEASE.total_seconds())} s later" in PAGE
    assert ("one that works sixteen" in PAGE, AT_ONCE_TO_ONE) == (True, 16)
    assert ("all of a league some 128" in PAGE, AT_ONCE_TO_LEAGUE) == (True, 128)
    assert ("twenty endpoints" in PAGE, MOST_ENDPOINTS) == (True, 20)
    assert ("five days" in PAGE, FAILING_LIFE.days) == (True, 5)
