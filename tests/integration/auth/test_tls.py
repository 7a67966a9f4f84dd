"""Encryption between services: who sees the server, whom it lets in, and what operators may."""

from pathlib import Path
from uuid import uuid4

import grpc
import pytest

from adapters.auth.client import AuthClient, ClientTls
from auth.grpc.server import Tls
from auth.main import tls_of
from auth.settings import AuthSettings
from auth.v1 import auth_pb2 as pb
from handlers.authority import AuthorityUnavailable
from stack.certificates import Certificates, ensure
from tests.integration.auth.service import refusal, running

OPERATOR = "api.pavilion.internal"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return ensure(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """The same names, by a CA of somebody else's."""
    return ensure(tmp_path_factory.mktemp("elsewhere"))


def served(certificates: Certificates, **more: str) -> Tls:
    """What the settings make of the files."""
    settings = AuthSettings(
        auth_tls_certificate=certificates.auth_server.certificate,
        auth_tls_key=certificates.auth_server.key,
        auth_tls_ca=certificates.ca_file,
        **more,  # type: ignore[arg-type]
    )
    tls = tls_of(settings)
    assert tls is not None
    return tls


def shown(certificates: Certificates) -> ClientTls:
    return ClientTls(
        ca=certificates.ca_file,
        certificate=certificates.auth_client.certificate,
        key=certificates.auth_client.key,
    )


async def answers(address: str, tls: ClientTls | None) -> bool:
    client = AuthClient(address.replace("127.0.0.1", "localhost"), tls)
    try:
        return await client.granted("a.b.c", uuid4()) == "token_malformed"
    except AuthorityUnavailable:
        return False
    finally:
        await client.close()


async def test_an_encrypted_server_is_seen_by_those_who_trust_its_ca(
    postgres_dsn: str, certificates: Certificates, strangers: Certificates
) -> None:
    trusting = ClientTls(ca=certificates.ca_file)
    async with running(postgres_dsn, tls=served(certificates), credentials=trusting.credentials()) as auth:
        assert await answers(auth.address, trusting)
        assert not await answers(auth.address, None)
        assert not await answers(auth.address, ClientTls(ca=strangers.ca_file))


async def test_with_mtls_only_certified_clients_get_in_and_operators_resume_leagues(
    postgres_dsn: str, certificates: Certificates, strangers: Certificates
) -> None:
    client = shown(certificates)
    async with running(
        postgres_dsn,
        tls=served(certificates, auth_mtls="required"),
        operators=OPERATOR,
        credentials=client.credentials(),
    ) as auth:
        assert await answers(auth.address, client)
        assert not await answers(auth.address, ClientTls(ca=certificates.ca_file))
        forged = ClientTls(
            ca=certificates.ca_file,
            certificate=strangers.auth_client.certificate,
            key=strangers.auth_client.key,
        )
        assert not await answers(auth.address, forged)
        league = await auth.league()
        named = str(league.tenant.id)
        stopped = await auth.stub.SuspendTenant(pb.SuspendTenantRequest(tenant_id=named, reason="unpaid"))
        assert stopped.suspended
        assert not (await auth.stub.ResumeTenant(pb.ResumeTenantRequest(tenant_id=named))).suspended
        # A certificate is no member of any league.
        call = auth.stub.ListMembers(pb.ListMembersRequest())
        assert await refusal(call) == (grpc.StatusCode.UNAUTHENTICATED, "token_missing")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"auth_tls_key": Path("a")}, "both"),
        ({"auth_mtls": "required"}, "needs"),
        ({"auth_mtls": "required", "auth_tls_key": Path("a"), "auth_tls_certificate": Path("b")}, "needs"),
        ({"auth_operators": "somebody"}, "PAVILION_AUTH_MTLS"),
        ({"auth_mtls": "sometimes"}, "required"),
    ],
)
def test_encryption_that_is_half_set_up_refuses_to_start(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        AuthSettings(**given)  # type: ignore[arg-type]
