"""API keys exchanged for tokens by the Auth Service's HTTP side."""

import aiohttp
import msgspec

from api.errors import Problem

TOKENS = "/v1/auth/tokens"
TIMEOUT_SECONDS = 5.0
CONNECTIONS = 16


class _Answer(msgspec.Struct):
    access_token: str


class _Refusal(msgspec.Struct):
    code: str = "token_invalid"
    detail: str = "the API key is not good"


_answer, _refusal = msgspec.json.Decoder(_Answer), msgspec.json.Decoder(_Refusal)


class AuthExchange:
    """A :class:`auth.forward.ports.KeyExchange`. ``url`` is where the Auth Service answers, without a path."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/") + TOKENS
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def exchange(self, key: str) -> str:
        headers = {"content-type": "application/json"}
        body = msgspec.json.encode({"api_key": key})
        try:
            async with self._http.post(self._url, data=body, headers=headers) as answer:
                status, said = answer.status, await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _unavailable() from error
        if status < 300:
            return _answer.decode(said).access_token
        if status >= 500 or status == 429:
            raise _unavailable()
        raise _refused(said)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()


def _unavailable() -> Problem:
    return Problem(
        "auth_unavailable", "API keys cannot be looked up at the moment", headers={"retry-after": "1"}
    )


def _refused(said: bytes) -> Problem:
    try:
        refusal = _refusal.decode(said)
    except msgspec.MsgspecError:
        refusal = _Refusal()
    return Problem(
        refusal.code,
        refusal.detail,
        headers={"www-authenticate": 'Bearer realm="pavilion", error="invalid_token"'},
    )
