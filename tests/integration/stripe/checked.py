"""A connection to the simulator that shows each request to stripe-mock and each answer to the specification."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from aiohttp import ClientTimeout
from stripe import AIOHTTPClient

from tests.integration.stripe.specification import Specification


class CheckedHttp(AIOHTTPClient):
    """The library's own connections, with two witnesses. `seen` has each method and path that was asked."""

    def __init__(self, specification: Specification, mock_url: str, seconds: float = 60) -> None:
        super().__init__(timeout=ClientTimeout(total=seconds))
        self._specification = specification
        self._mock_url = mock_url
        self.seen: list[tuple[str, str]] = []

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        where = urlsplit(url)
        mock = f"{self._mock_url}{where.path}{'?' + where.query if where.query else ''}"
        body, status, _ = await super().request_async(method, mock, headers, post_data)
        assert status == 200, f"stripe-mock refuses {method} {where.path}: {body.decode()[:500]}"
        answer = await super().request_async(method, url, headers, post_data)
        self.seen.append((method.upper(), where.path))
        self._specification.check_answer(
            method.upper(), where.path, answer[1], msgspec.json.decode(answer[0])
        )
        return answer
