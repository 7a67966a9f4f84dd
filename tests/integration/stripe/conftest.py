"""A simulator for each test, in its own event loop, and stripe-mock for all of them."""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession

from adapters.stripe.provider import StripeProvider
from stack.stripe_mock import SPECIFICATION, stripe_mock
from stack.stripe_simulator.ids import PREFIXES
from stack.stripe_simulator.payer import Payer
from stack.stripe_simulator.running import Running, running
from tests.integration.stripe.checked import CheckedHttp
from tests.integration.stripe.specification import Specification
from tests.integration.stripe.sums import check_sums

KINDS = PREFIXES.keys() - {"payment", "payment_method", "payment_refund", "bank_account", "request"}
ANY_PORT = "127.0.0.1:0"
SECRET_KEY = {"Authorization": "Bearer sk_test_simulator"}


@pytest.fixture(scope="session")
def mock_folder() -> Path:
    """Where stripe-mock and the specification are."""
    return stripe_mock(lambda _: None)


@pytest.fixture(scope="session")
def specification(mock_folder: Path) -> Specification:
    return Specification(mock_folder / SPECIFICATION)


@pytest.fixture(scope="session")
def mock_url(mock_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Stripe's own stripe-mock, which also refuses any version but its own.

    It listens by HTTPS whatever one says, on a port of everybody's unless it is given another. It writes of every request, so into a file: a pipe that nobody reads would fill up and stop it.
    """
    log = tmp_path_factory.mktemp("stripe-mock") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                mock_folder / "stripe-mock",
                *("-http-addr", ANY_PORT),
                *("-https-addr", ANY_PORT),
                "-strict-version-check",
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield f"http://{_address(process, log)}"
    finally:
        process.terminate()
        process.wait()


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Where it listens, once it says so."""
    for _ in range(600):
        for line in log.read_text().splitlines():
            if line.startswith("Listening for HTTP at"):
                return line.split()[-1]
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise TimeoutError(log.read_text())


@pytest.fixture
async def simulator(tmp_path: Path, specification: Specification) -> AsyncIterator[Running]:
    """After the test, every object and every event it led to is held to the specification, and
    the money has to add up."""
    async with running(tmp_path / "stripe") as simulator:
        yield simulator
        for kind in KINDS - {"event"}:
            for _, thing in simulator.stripe.store.every(kind):
                specification.check_object(kind, thing)
        for _, event in simulator.stripe.store.every("event"):
            specification.check_event(event)
        check_sums(simulator.stripe.store)


@pytest.fixture
async def http(specification: Specification) -> AsyncIterator[ClientSession]:
    """Connections whose answers from the API are checked, errors too."""

    async def check(answer: ClientResponse) -> None:
        if answer.url.path.startswith("/v1/"):
            specification.check_answer(answer.method, answer.url.path, answer.status, await answer.json())

    async with ClientSession(raise_for_status=check) as session:
        yield session


@pytest.fixture
async def checked(specification: Specification, mock_url: str) -> CheckedHttp:
    return CheckedHttp(specification, mock_url)


@pytest.fixture
async def provider(simulator: Running, checked: CheckedHttp) -> AsyncIterator[StripeProvider]:
    """The adapter, each of whose requests and answers is checked on its way."""
    provider = StripeProvider(simulator.url, http_client=checked)
    yield provider
    await provider.close()


@pytest.fixture
def payer(simulator: Running, http: ClientSession) -> Payer:
    return Payer(simulator.url, http)


class Desk:
    """The dashboard and the banks: what is done to the simulator from outside."""

    def __init__(self, url: str, http: ClientSession) -> None:
        self.url = url
        self.http = http

    async def post(self, path: str, **said: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.url}/_simulator/{path}", json=said) as answer:
            return await answer.json()

    async def knobs(self, **knobs: Any) -> None:
        async with self.http.put(f"{self.url}/_simulator/faults", json=knobs) as answer:
            assert answer.status == 200, await answer.text()

    async def books(self) -> dict[str, Any]:
        async with self.http.get(f"{self.url}/_simulator/books") as answer:
            return await answer.json()

    async def api(self, method: str, path: str, key: str | None = None, **form: Any) -> tuple[int, Any]:
        """A request of our own to the API, with another library or by hand."""
        headers = SECRET_KEY | ({"Idempotency-Key": key} if key else {})
        async with self.http.request(method, self.url + path, data=form or None, headers=headers) as answer:
            return answer.status, await answer.json()


@pytest.fixture
def desk(simulator: Running, http: ClientSession) -> Desk:
    return Desk(simulator.url, http)


async def until(condition: Any, seconds: float = 60) -> None:
    """Wait until an awaitable condition holds."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.01)
