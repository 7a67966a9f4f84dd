"""What a caller meets when what stands behind the gateway fails."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from stack.gateway import GATE
from tests.integration.gateway.backend import Backend
from tests.integration.gateway.conftest import Site
from tests.integration.gateway.running import Traefik, free_port
from tests.integration.stack.waiting import eventually

PAUSE_SECONDS = 0.025
"""The shortest pause between two attempts."""
CHECKED_SECONDS = 0.1
"""How often Traefik looks whether a breaker is to open."""
TIMEOUT_SECONDS = 2


@pytest.fixture
def registry(site: Site) -> Iterator[Backend]:
    backend = Backend().start()
    yield backend
    backend.close()


def test_a_service_that_is_away_is_a_problem_to_come_again_with(
    site: Site, beside: Callable[..., Traefik]
) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    traefik = beside(services={**site.rules.services, "registry": away})
    client = site.client(site.token())
    answer = client.get(f"{traefik.url}/v1/teams")
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["instance"] == "/v1/teams"


def test_a_read_is_tried_again_and_the_breaker_closes_when_the_service_is_back(
    site: Site, beside: Callable[..., Traefik], registry: Backend
) -> None:
    traefik = beside(services={**site.rules.services, "registry": registry.url})
    client = site.client(site.token())
    teams = f"{traefik.url}/v1/teams"
    assert client.get(teams).status_code == 200
    registry.stop()

    def waited() -> list[float]:
        """How long those who were told to come again have waited for it, in seconds."""
        lines = traefik.accesses(RouterName="registry-read@file", DownstreamStatus=503)
        return [line["Duration"] / 1e9 for line in lines]

    def answered_at_once() -> bool:
        assert client.get(teams).status_code == 503
        return any(each < PAUSE_SECONDS for each in waited())

    # Traefik writes down no attempts; their pauses, of a half to one and a half of 50 ms, show in the time it took.
    client.get(teams)
    eventually(waited, "not in the log")
    assert waited()[0] > 2 * PAUSE_SECONDS
    eventually(answered_at_once, "the breaker has not opened", 20)
    registry.start()
    eventually(lambda: client.get(teams).status_code == 200, "the breaker stays open", 20)


def test_what_may_have_been_done_is_not_done_again(site: Site, beside: Callable[..., Traefik]) -> None:
    """On a gateway of its own: its breakers open."""
    path, scoring = "/v1/matches/dropped", site.backends["scoring"]
    url, client = f"{beside().url}{path}", site.client(site.token())
    before = scoring.asked[path]
    assert [client.request(method, url).status_code for method in ("POST", "GET")] == [503, 503]
    assert scoring.asked[path] == before + 2


def test_one_write_that_fails_does_not_close_the_door_to_the_next(
    site: Site, beside: Callable[..., Traefik]
) -> None:
    path, scoring = "/v1/matches/dropped", site.backends["scoring"]
    url, client = f"{beside().url}{path}", site.client(site.token())
    before = scoring.asked[path]
    for number in range(1, 4):
        assert client.post(url).status_code == 503
        time.sleep(2 * CHECKED_SECONDS)  # a breaker that would open has opened by then
        assert scoring.asked[path] == before + number


def test_a_live_stream_goes_on_when_the_time_for_requests_is_over(
    site: Site, beside: Callable[..., Traefik]
) -> None:
    """The times are short here: whatever else takes longer is ended."""
    traefik = beside(timeout_seconds=TIMEOUT_SECONDS)
    client = site.client(site.token())
    live = f"{traefik.url}/v1/matches/live?events=8&pause={TIMEOUT_SECONDS / 3}"
    with client.stream("GET", live, headers={"accept": "text/event-stream"}) as answer:
        events = [line for line in answer.iter_lines() if line.startswith("data")]
    assert len(events) == 8
    late = client.get(f"{traefik.url}/v1/matches/late?seconds={3 * TIMEOUT_SECONDS}")
    assert (late.status_code, late.json()["code"]) == (504, "service_too_slow")
    assert seconds_to_hang_up(traefik) < 3 * TIMEOUT_SECONDS


def seconds_to_hang_up(traefik: Traefik) -> float:
    """How long somebody is waited for who begins to send a body and does not go on."""
    begun = time.monotonic()
    with (
        socket.create_connection(("127.0.0.1", traefik.ports["gateway"]), timeout=20) as plain,
        traefik.trust().wrap_socket(plain, server_hostname="127.0.0.1") as sock,
    ):
        sock.sendall(b"POST /v1/matches/slow HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nx")
        while sock.recv(65536):
            pass
    return time.monotonic() - begun


@pytest.mark.parametrize("status", [401, 403, 404, 409, 413, 422, 429, 500, 503])
def test_what_a_service_says_itself_comes_through(site: Site, status: int) -> None:
    answer = site.client(site.token()).get(f"/v1/matches/status/{status}")
    assert (answer.status_code, answer.json()) == (status, {"code": "ours"})


def test_services_that_fail_do_not_close_the_door_for_all(site: Site) -> None:
    client = site.client(site.token())
    for _ in range(20):
        client.get("/v1/matches/status/500")
    assert client.get("/v1/matches").status_code == 200


def test_without_a_door_nobody_comes_in(site: Site, beside: Callable[..., Traefik]) -> None:
    traefik = beside(services={**site.rules.services, GATE: f"http://127.0.0.1:{free_port()}"})
    before = site.backends["scoring"].asked.total()
    assert site.client(site.token()).get(f"{traefik.url}/v1/matches").status_code == 500
    assert site.backends["scoring"].asked.total() == before


def test_one_address_cannot_take_all_connections(site: Site, beside: Callable[..., Traefik]) -> None:
    traefik = beside(per_second=5)
    client = site.client()
    statuses = [client.get(f"{traefik.url}/healthz").status_code for _ in range(60)]
    assert 429 in statuses


def test_who_follows_live_keeps_nobody_else_of_the_same_address_out(
    site: Site, beside: Callable[..., Traefik]
) -> None:
    """Of one address two requests may be under way, and besides five that follow."""
    traefik = beside(in_flight=2, followers=5)
    client = site.client(site.token())
    live = f"{traefik.url}/v1/matches/m1/live?events=200"
    with ExitStack() as following:
        followers = [following.enter_context(client.stream("GET", live)) for _ in range(6)]
        assert [answer.status_code for answer in followers] == [200] * 5 + [429]
        assert client.get(f"{traefik.url}/v1/matches/m1").status_code == 200
