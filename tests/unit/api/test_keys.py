"""The ring of public keys: several issuers, rotation under load, issuers that are away."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from api import jwks as jwks_module
from api import keys as keys_module
from api.jwks import JwksAddress, Unreadable, sources_of
from api.keys import KeyRing, KeysUnavailable


def public(kid: str) -> dict[str, Any]:
    return {**OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate().public_key(), as_dict=True), "kid": kid}


def document(*kids: str) -> str:
    return json.dumps({"keys": [public(kid) for kid in kids]})


class Issuer:
    """A place with keys that the test changes, counts and takes away."""

    def __init__(self, *kids: str) -> None:
        self.name = "issuer"
        self.text = document(*kids)
        self.away = False
        self.reads = 0

    async def read(self) -> str:
        self.reads += 1
        await asyncio.sleep(0)
        if self.away:
            raise Unreadable("away")
        return self.text


@pytest.fixture(autouse=True)
def looks_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_module, "RELOAD_SECONDS", 0.01)


async def test_keys_of_several_issuers() -> None:
    ring = KeyRing([Issuer("a"), Issuer("b")])
    assert await ring.key("a")
    assert await ring.key("b")
    assert await ring.key("c") is None


async def test_the_first_issuers_key_counts_where_two_have_one_id() -> None:
    first, second = Issuer("a"), Issuer("a")
    ring = KeyRing([first, second])
    key = await ring.key("a")
    assert key is not None
    assert key._jwk_data["x"] == json.loads(first.text)["keys"][0]["x"]


async def test_an_issuer_that_is_away_keeps_its_keys_and_hinders_no_other() -> None:
    steady, away = Issuer("a"), Issuer("b")
    ring = KeyRing([steady, away])
    await ring.ensure()
    away.away = True
    steady.text = document("a", "new")
    assert await ring.key("new")
    assert await ring.key("b")


async def test_while_an_issuer_is_away_an_unknown_key_is_nobodys_fault() -> None:
    away = Issuer("b")
    ring = KeyRing([Issuer("a"), away])
    away.away = True
    assert await ring.key("a")
    with pytest.raises(KeysUnavailable):
        await ring.key("b")
    away.away = False
    assert await ring.key("b")


async def test_a_thousand_who_miss_a_key_cause_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = Issuer("a")
    ring = KeyRing([issuer])
    await ring.ensure()
    issuer.text = document("a", "new")
    monkeypatch.setattr(keys_module, "LONGEST_QUEUE", 2000)
    found = await asyncio.gather(*(ring.key("new") for _ in range(1000)))
    assert all(found)
    assert issuer.reads == 2


async def test_a_new_key_is_found_though_the_keys_were_read_a_moment_ago(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keys_module, "RELOAD_SECONDS", 0.2)
    issuer = Issuer("a")
    ring = KeyRing([issuer])
    assert await ring.key("junk") is None
    issuer.text = document("a", "new")
    junk, new = await asyncio.gather(ring.key("more junk"), ring.key("new"))
    assert (junk, new is None) == (None, False)
    assert issuer.reads == 2


async def test_who_comes_when_many_wait_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_module, "LONGEST_QUEUE", 3)
    monkeypatch.setattr(keys_module, "RELOAD_SECONDS", 0.1)
    ring = KeyRing([Issuer("a")])
    await ring.ensure()
    said = await asyncio.gather(*(ring.key(f"junk {n}") for n in range(5)), return_exceptions=True)
    assert [type(each) for each in said] == [type(None)] * 3 + [KeysUnavailable] * 2
    assert await ring.key("a")


async def test_a_withdrawn_key_is_noticed_without_anybody_missing_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keys_module, "REFRESH_SECONDS", 0.0)
    issuer = Issuer("a", "b")
    ring = KeyRing([issuer])
    await ring.ensure()
    before = ring.withdrawals
    issuer.text = document("a")
    async with asyncio.timeout(5):
        while await ring.key("b"):
            await asyncio.sleep(0)
    assert ring.withdrawals > before


async def test_another_key_under_a_known_id_is_a_withdrawal_too() -> None:
    issuer = Issuer("a")
    ring = KeyRing([issuer])
    await ring.ensure()
    await ring.reload()
    assert ring.withdrawals == 0
    issuer.text = document("a")
    await ring.reload()
    assert ring.withdrawals == 1


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", '{"keys": 7}', '{"keys": [7]}', "null", '{"keys": []}']
)
async def test_what_is_no_jwks_leaves_the_keys_as_they_were(text: str) -> None:
    issuer = Issuer("a")
    ring = KeyRing([issuer])
    await ring.ensure()
    issuer.text = text
    await ring.reload()
    assert await ring.key("a")


async def test_only_public_ed25519_keys_count() -> None:
    issuer = Issuer("good")
    private = OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate(), as_dict=True)
    others = [
        {**private, "kid": "private"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "shared", "alg": "HS256"},
        {key: value for key, value in public("nameless").items() if key != "kid"},
    ]
    issuer.text = json.dumps({"keys": [*json.loads(issuer.text)["keys"], *others]})
    ring = KeyRing([issuer])
    assert await ring.key("good")
    assert [await ring.key(kid) for kid in ("private", "shared", "nameless")] == [None] * 3


def test_a_list_of_places() -> None:
    names = [source.name for source in sources_of("/a.json, https://auth.example/jwks ,")]
    assert names == ["/a.json", "https://auth.example/jwks"]
    with pytest.raises(ValueError, match="no place"):
        sources_of(" , ")


async def test_what_was_read_is_kept_for_a_process_that_starts_while_the_issuer_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[str] = [document("a")]

    def fetch(_url: str) -> str:
        if not answers:
            raise OSError("nobody answers")
        return answers[0]

    monkeypatch.setattr(jwks_module, "_fetch", fetch)
    kept = tmp_path / "kept"
    assert await KeyRing([JwksAddress("https://auth.example", kept)]).key("a")
    (file,) = kept.iterdir()
    assert (file.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o600, 0o700)
    answers.clear()
    assert await KeyRing([JwksAddress("https://auth.example", kept)]).key("a")
    with pytest.raises(KeysUnavailable):
        await KeyRing([JwksAddress("https://elsewhere.example", kept)]).key("a")
    monkeypatch.setattr(jwks_module, "KEPT_SECONDS", -1.0)
    with pytest.raises(KeysUnavailable):
        await KeyRing([JwksAddress("https://auth.example", kept)]).key("a")


async def test_a_disk_that_takes_nothing_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = document("a")
    monkeypatch.setattr(jwks_module, "_fetch", lambda _url: text)
    (tmp_path / "file").touch()
    assert await KeyRing([JwksAddress("https://auth.example", tmp_path / "file" / "kept")]).key("a")
