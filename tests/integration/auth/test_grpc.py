"""auth.AuthService over gRPC: what each method does, who may call it, and how it refuses."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import grpc
import msgspec
import pytest
import pytest_asyncio
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from auth.grpc import calls, service
from auth.grpc.errors import DETAILS
from auth.grpc.service import METHODS
from auth.v1 import auth_pb2 as pb
from domain.identity.revocations import SessionEnded, SubjectChanged
from tests.conftest import a_name, fresh_database
from tests.integration.auth.service import PASSWORD, Service, bearer, refusal, running

pytestmark = pytest.mark.asyncio(loop_scope="module")
Code = grpc.StatusCode


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def auth(postgres_server: str, template_database: str) -> AsyncIterator[Service]:
    with fresh_database(postgres_server, template_database, a_name()) as dsn:
        async with running(dsn) as made:
            yield made


# tokens


async def test_a_good_token_names_its_caller(auth: Service) -> None:
    league = await auth.league()
    tokens = await auth.login(league.user.email)
    answer = await auth.valid(tokens.access_token, league.tenant.id)
    assert (answer.valid, answer.reason) == (True, "")
    who = answer.principal
    assert (who.subject, who.tenant_id, who.kind) == (str(league.user.id), str(league.tenant.id), "user")
    assert (list(who.roles), who.session_id) == (["owner"], str(tokens.session.id))
    assert who.expires_at.seconds - who.issued_at.seconds == pytest.approx(900, abs=1)


async def test_a_token_is_refused_with_a_reason_and_no_error(auth: Service) -> None:
    league, other = await auth.league(), await auth.league()
    tokens = await auth.login(league.user.email)
    good = tokens.access_token
    reasons = {
        "token_of_another_tenant": [(good, other.tenant.id), (good, "no id"), (good, "")],
        "token_malformed": [
            ("", league.tenant.id),
            ("a.b", league.tenant.id),
            ("x" * 5000, league.tenant.id),
        ],
        "token_invalid": [(f"{good[:-2]}AA", league.tenant.id)],
    }
    for reason, tries in reasons.items():
        for token, tenant_id in tries:
            answer = await auth.valid(token, tenant_id)
            assert (answer.valid, answer.reason) == (False, reason), token[:20]
            assert not answer.HasField("principal")


async def test_a_session_that_has_ended_is_refused_at_the_latest_after_two_seconds(auth: Service) -> None:
    """Here nothing is heard of it: what is stored is looked at again."""
    league = await auth.league()
    tokens = await auth.login(league.user.email)
    assert (await auth.valid(tokens.access_token, league.tenant.id)).valid
    await auth.stub.RevokeSession(
        pb.RevokeSessionRequest(session_id=str(tokens.session.id)), metadata=bearer(tokens)
    )
    async with asyncio.timeout(3):
        while (answer := await auth.valid(tokens.access_token, league.tenant.id)).valid:
            await asyncio.sleep(0.05)
    assert answer.reason == "token_revoked"


async def test_what_is_heard_of_counts_at_once(auth: Service) -> None:
    league = await auth.league()
    tokens, others = await auth.login(league.user.email), await auth.login(league.user.email)
    for each in (tokens, others):
        assert (await auth.valid(each.access_token, league.tenant.id)).valid
    auth.revocations.apply(SessionEnded(str(tokens.session.id)), datetime.now(UTC).timestamp())
    assert (await auth.valid(tokens.access_token, league.tenant.id)).reason == "token_revoked"
    assert (await auth.valid(others.access_token, league.tenant.id)).valid
    soon = datetime.now(UTC).timestamp() + 1
    auth.revocations.apply(SubjectChanged(str(league.user.id), league.tenant.id), soon)
    assert (await auth.valid(others.access_token, league.tenant.id)).reason == "token_revoked"


async def test_many_who_ask_about_one_token_share_one_look(
    auth: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    league = await auth.league()
    token = (await auth.login(league.user.email)).access_token
    looks: list[str] = []
    validate = type(auth.identity.sessions).validate

    async def look(self: Any, seen: str, tenant_id: Any = None) -> Any:
        looks.append(seen)
        return await validate(self, seen, tenant_id)

    monkeypatch.setattr(type(auth.identity.sessions), "validate", look)
    answers = await asyncio.gather(*(auth.valid(token, league.tenant.id) for _ in range(100)))
    assert all(answer.valid for answer in answers)
    assert len(looks) == 1


async def test_the_public_keys(auth: Service) -> None:
    answer = await auth.stub.GetJwks(pb.GetJwksRequest())
    keys = msgspec.json.decode(answer.document)["keys"]
    assert keys
    assert all(key["crv"] == "Ed25519" and "d" not in key for key in keys)


# sessions


async def test_logging_in_refreshing_and_logging_out(auth: Service) -> None:
    league = await auth.league()
    email = league.user.email
    made = await auth.stub.CreateSession(
        pb.CreateSessionRequest(email=email, password=PASSWORD, tenant=league.tenant.slug),
        metadata=(("x-forwarded-for", "198.51.100.7"),),
    )
    by_id = await auth.stub.CreateSession(
        pb.CreateSessionRequest(email=email, password=PASSWORD, tenant=str(league.tenant.id))
    )
    await auth.stub.RevokeSession(
        pb.RevokeSessionRequest(session_id=by_id.session.id), metadata=bearer(by_id.access_token)
    )
    assert (made.session.user_id, made.session.address) == (str(league.user.id), "198.51.100.7")
    assert made.session.user_agent.startswith("grpc-python")
    again = await auth.stub.RefreshSession(pb.RefreshSessionRequest(refresh_token=made.refresh_token))
    assert again.session.id == made.session.id
    me = await auth.stub.GetUser(pb.GetUserRequest(), metadata=bearer(again.access_token))
    assert (me.id, me.email, me.tenant_id) == (str(league.user.id), email, str(league.tenant.id))
    assert list(me.roles) == ["owner"]
    mine = await auth.stub.ListSessions(pb.ListSessionsRequest(), metadata=bearer(again.access_token))
    assert [each.id for each in mine.sessions] == [made.session.id]
    ended = pb.RevokeSessionRequest(session_id=made.session.id)
    await auth.stub.RevokeSession(ended, metadata=bearer(again.access_token))
    refreshed = auth.stub.RefreshSession(pb.RefreshSessionRequest(refresh_token=again.refresh_token))
    assert await refusal(refreshed) == (Code.UNAUTHENTICATED, "session_ended")


async def test_a_wrong_password_tells_nothing_of_the_account(auth: Service) -> None:
    league = await auth.league()
    seen = []
    for email in (league.user.email, "nobody@example.test"):
        call = auth.stub.CreateSession(pb.CreateSessionRequest(email=email, password="wrong"))
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call
        seen.append((caught.value.code(), caught.value.details()))
    assert seen[0] == seen[1]
    assert seen[0][0] == Code.UNAUTHENTICATED


async def test_whoever_tries_too_often_is_told_when_to_come_again(auth: Service) -> None:
    league = await auth.league()
    wrong = pb.CreateSessionRequest(email=league.user.email, password="wrong")
    said: list[grpc.aio.AioRpcError] = []
    while not said or said[-1].code() is Code.UNAUTHENTICATED:
        assert len(said) < 30
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await auth.stub.CreateSession(wrong)
        said.append(caught.value)
    trailers = dict(said[-1].trailing_metadata() or ())
    assert (said[-1].code(), trailers["pavilion-code"]) == (Code.RESOURCE_EXHAUSTED, "too_many_logins")
    seconds = int(trailers["retry-after"])
    assert seconds > 0
    status = Status.FromString(trailers[DETAILS])  # type: ignore[arg-type]
    info, retry = ErrorInfo(), RetryInfo()
    assert status.details[0].Unpack(info)
    assert status.details[1].Unpack(retry)
    assert (info.reason, info.domain) == ("TOO_MANY_LOGINS", "pavilion")
    assert (status.code, retry.retry_delay.seconds) == (Code.RESOURCE_EXHAUSTED.value[0], seconds)


# keys, members, leagues


async def test_the_life_of_an_api_key(auth: Service) -> None:
    league = await auth.league()
    owner = bearer(await auth.login(league.user.email))
    expires = Timestamp()
    expires.FromDatetime(datetime.now(UTC) + timedelta(days=30))
    made = await auth.stub.CreateApiKey(
        pb.CreateApiKeyRequest(name="scoreboard", roles=["viewer"], expires_at=expires), metadata=owner
    )
    assert made.secret.startswith("pvk_")
    assert (made.key.name, list(made.key.roles)) == ("scoreboard", ["viewer"])
    assert made.key.expires_at.seconds == expires.seconds
    rotated = await auth.stub.RotateApiKey(pb.RotateApiKeyRequest(key_id=made.key.id), metadata=owner)
    assert rotated.secret != made.secret
    assert rotated.key.previous_until.seconds > datetime.now(UTC).timestamp()
    exchanged = await auth.identity.api_keys.exchange(rotated.secret)
    assert (await auth.valid(exchanged.token, league.tenant.id)).principal.kind == "api_key"
    listed = await auth.stub.ListApiKeys(pb.ListApiKeysRequest(), metadata=owner)
    assert [key.id for key in listed.keys] == [made.key.id]
    assert made.secret not in str(listed)
    await auth.stub.RevokeApiKey(pb.RevokeApiKeyRequest(key_id=made.key.id), metadata=owner)
    assert not (await auth.stub.ListApiKeys(pb.ListApiKeysRequest(), metadata=owner)).keys
    gone = await auth.stub.ListApiKeys(pb.ListApiKeysRequest(revoked=True), metadata=owner)
    assert gone.keys[0].HasField("revoked_at")


async def test_the_life_of_a_member(auth: Service) -> None:
    league = await auth.league()
    owner = bearer(await auth.login(league.user.email))
    invited = await auth.stub.InviteMember(
        pb.InviteMemberRequest(email="zoe@example.test", roles=["scorer@match:42"]), metadata=owner
    )
    assert (invited.email, list(invited.roles)) == ("zoe@example.test", ["scorer@match:42"])
    member_id, tokens = await auth.member(league, "scorer")
    first = await auth.stub.ListMembers(pb.ListMembersRequest(page_size=1), metadata=owner)
    second = await auth.stub.ListMembers(
        pb.ListMembersRequest(page_size=1, page_token=first.next_page_token), metadata=owner
    )
    found = {member.user_id for page in (first, second) for member in page.members}
    assert found == {str(member_id), str(league.user.id)}
    assert second.next_page_token == ""
    changed = await auth.stub.ChangeMember(
        pb.ChangeMemberRequest(user_id=str(member_id), roles=["organiser"]), metadata=owner
    )
    assert list(changed.roles) == ["organiser"]
    await auth.stub.RemoveMember(pb.RemoveMemberRequest(user_id=str(member_id)), metadata=owner)
    assert (await auth.valid(tokens.access_token, league.tenant.id)).reason == "token_revoked"
    last = auth.stub.RemoveMember(pb.RemoveMemberRequest(user_id=str(league.user.id)), metadata=owner)
    assert await refusal(last) == (Code.FAILED_PRECONDITION, "last_owner")


async def test_the_life_of_a_league(auth: Service) -> None:
    league = await auth.league()
    owner = bearer(await auth.login(league.user.email))
    slug = f"s{uuid4().hex[:10]}"
    wanted = pb.CreateTenantRequest(name="Second League", slug=slug)
    second = await auth.stub.CreateTenant(wanted, metadata=owner)
    assert (second.name, second.slug, second.suspended) == ("Second League", slug, False)
    taken = auth.stub.CreateTenant(wanted, metadata=owner)
    assert await refusal(taken) == (Code.ALREADY_EXISTS, "tenant_slug_taken")
    for tenant_id in (second.id, str(league.tenant.id), ""):
        stopping = pb.SuspendTenantRequest(reason="spite", tenant_id=tenant_id)
        resuming = pb.ResumeTenantRequest(tenant_id=tenant_id)
        for call in (
            auth.stub.SuspendTenant(stopping, metadata=owner),
            auth.stub.ResumeTenant(resuming, metadata=owner),
        ):
            assert await refusal(call) == (Code.PERMISSION_DENIED, "not_allowed")
    assert await auth.login(league.user.email, league.tenant.id)


# who may


@pytest.mark.parametrize(
    "method", [each for each in METHODS if each.allowed is not None], ids=lambda each: each.name
)
async def test_who_may(auth: Service, method: calls.Method) -> None:
    """Nobody without a token, and nobody with a role that does not do."""
    assert method.allowed is not None
    call, request = getattr(auth.stub, method.name), method.request()
    assert await refusal(call(request)) == (Code.UNAUTHENTICATED, "token_missing")
    odd = call(request, metadata=(("authorization", "Basic abc"),))
    assert await refusal(odd) == (Code.UNAUTHENTICATED, "token_malformed")
    junk = call(request, metadata=bearer("a.b.c"))
    assert await refusal(junk) == (Code.UNAUTHENTICATED, "token_malformed")
    if "viewer" not in method.allowed:
        _, tokens = await auth.member(await auth.league(), "viewer")
        lower = call(request, metadata=bearer(tokens))
        code = "role_missing" if method.allowed else "not_allowed"
        assert await refusal(lower) == (Code.PERMISSION_DENIED, code)


async def test_a_role_in_a_part_of_the_league_is_none_in_the_whole(auth: Service) -> None:
    """Though whoever holds it may see to what is their own."""
    league = await auth.league()
    member_id, tokens = await auth.member(league, "scorer@match:42")
    call = auth.stub.ListMembers(pb.ListMembersRequest(), metadata=bearer(tokens))
    assert await refusal(call) == (Code.PERMISSION_DENIED, "role_missing")
    me = await auth.stub.GetUser(pb.GetUserRequest(), metadata=bearer(tokens))
    assert me.id == str(member_id)


async def test_what_is_somebody_elses(auth: Service) -> None:
    league, other = await auth.league(), await auth.league()
    member_id, tokens = await auth.member(league, "viewer")
    owner = bearer(await auth.login(league.user.email))
    seen = await auth.stub.GetUser(pb.GetUserRequest(user_id=str(member_id)), metadata=owner)
    assert seen.id == str(member_id)
    theirs = await auth.stub.ListSessions(pb.ListSessionsRequest(user_id=str(member_id)), metadata=owner)
    assert [each.id for each in theirs.sessions] == [str(tokens.session.id)]
    for call, request in (
        (auth.stub.GetUser, pb.GetUserRequest(user_id=str(league.user.id))),
        (auth.stub.ListSessions, pb.ListSessionsRequest(user_id=str(league.user.id))),
    ):
        assert await refusal(call(request, metadata=bearer(tokens))) == (
            Code.PERMISSION_DENIED,
            "role_missing",
        )
    stranger = auth.stub.GetUser(pb.GetUserRequest(user_id=str(other.user.id)), metadata=owner)
    assert await refusal(stranger) == (Code.NOT_FOUND, "user_not_found")


# how it refuses


async def test_ids_and_times_that_are_none(auth: Service) -> None:
    league = await auth.league()
    owner = bearer(await auth.login(league.user.email))
    for call, request in (
        (auth.stub.RevokeSession, pb.RevokeSessionRequest(session_id="7")),
        (auth.stub.RotateApiKey, pb.RotateApiKeyRequest(key_id="")),
        (auth.stub.ChangeMember, pb.ChangeMemberRequest(user_id=str(uuid4()), roles=["scorer@moon:1"])),
        (auth.stub.CreateApiKey, pb.CreateApiKeyRequest(name="k", expires_at=Timestamp(seconds=10**15))),
        (auth.stub.CreateSession, pb.CreateSessionRequest(email="a" * 2000)),
        (auth.stub.CreateSession, pb.CreateSessionRequest(email="a@example.org", tenant="\0")),
        (auth.stub.ListMembers, pb.ListMembersRequest(page_token="\0")),
        (auth.stub.InviteMember, pb.InviteMemberRequest(email="a@example.org", roles=["scorer@match:\0"])),
    ):
        code = await refusal(call(request, metadata=owner))
        assert code == (Code.INVALID_ARGUMENT, "malformed_parameter"), request


async def test_bytes_that_are_no_message(auth: Service) -> None:
    raw = auth.channel.unary_unary(f"/{service.NAME}/GetUser")
    assert await refusal(raw(b"\xff\xff\xff")) == (Code.INVALID_ARGUMENT, "malformed_message")


async def test_a_method_that_there_is_not(auth: Service) -> None:
    raw = auth.channel.unary_unary(f"/{service.NAME}/DropAllTables")
    assert (await refusal(raw(b"")))[0] is Code.UNIMPLEMENTED


async def test_a_message_that_is_too_large(auth: Service) -> None:
    request = pb.ValidateTokenRequest(token="x" * 70_000)
    assert (await refusal(auth.stub.ValidateToken(request)))[0] is Code.RESOURCE_EXHAUSTED


async def test_a_failure_of_ours_tells_nothing_of_its_inside(
    auth: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: Any, token: str, tenant_id: Any = None) -> Any:
        raise RuntimeError("password=hunter2 at db.internal:5432")

    league = await auth.league()
    token = (await auth.login(league.user.email)).access_token
    monkeypatch.setattr(type(auth.identity.sessions), "validate", broken)
    request = pb.ValidateTokenRequest(token=token, tenant_id=str(league.tenant.id))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await auth.stub.ValidateToken(request, metadata=(("x-request-id", "r-1"),))
    told = str(caught.value) + str(caught.value.trailing_metadata())
    assert caught.value.code() is Code.INTERNAL
    assert dict(caught.value.trailing_metadata() or ())["x-request-id"] == "r-1"
    assert "hunter2" not in told
    assert "db.internal" not in told


async def test_a_call_without_a_deadline_is_given_one(auth: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(self: Any, token: str, tenant_id: Any = None) -> Any:
        await asyncio.sleep(60)

    league = await auth.league()
    token = (await auth.login(league.user.email)).access_token
    monkeypatch.setattr(type(auth.identity.sessions), "validate", never)
    monkeypatch.setattr(calls, "DEFAULT_SECONDS", 0.2)
    request = pb.ValidateTokenRequest(token=token, tenant_id=str(league.tenant.id))
    assert await refusal(auth.stub.ValidateToken(request)) == (Code.DEADLINE_EXCEEDED, "deadline_exceeded")
    own = auth.stub.ValidateToken(request, timeout=0.1)
    assert (await refusal(own))[0] is Code.DEADLINE_EXCEEDED


async def test_health_and_reflection(auth: Service) -> None:
    health: Any = health_pb2_grpc.HealthStub(auth.channel)
    states = health_pb2.HealthCheckResponse
    for name in ("", service.NAME):
        answer = await health.Check(health_pb2.HealthCheckRequest(service=name))
        assert answer.status == states.SERVING
    await auth.server.serves(False)
    answer = await health.Check(health_pb2.HealthCheckRequest(service=service.NAME))
    assert answer.status == states.NOT_SERVING
    await auth.server.serves(True)
    channel: Any = auth.channel
    reflection: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
    asked = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
    listed = [answer async for answer in reflection.ServerReflectionInfo(asked)]
    names = {each.name for each in listed[0].list_services_response.service}
    assert names == {service.NAME, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}
