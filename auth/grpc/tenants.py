"""Methods about leagues."""

from api.errors import Problem
from auth.grpc import messages
from auth.grpc.calls import Call
from auth.v1 import auth_pb2 as pb


async def create_tenant(call: Call, request: pb.CreateTenantRequest) -> pb.Tenant:
    """Another league of the caller, who must be a person."""
    if call.principal.kind != "user":
        raise Problem("not_allowed", "only people have leagues; log in as one")
    owner = messages.id_of(call.principal.subject, "subject")
    made = await call.identity.tenants.create(
        name=request.name, slug=request.slug, owner=owner, by=call.actor
    )
    return messages.tenant(made)


async def suspend_tenant(call: Call, request: pb.SuspendTenantRequest) -> pb.Tenant:
    """For an operator alone, who can resume it, too."""
    tenant_id = messages.id_of(request.tenant_id, "tenant_id")
    return messages.tenant(await call.identity.tenants.suspend(tenant_id, request.reason, by=call.actor))


async def resume_tenant(call: Call, request: pb.ResumeTenantRequest) -> pb.Tenant:
    """For an operator alone: whoever belongs to a suspended league has no token that is good."""
    tenant_id = messages.id_of(request.tenant_id, "tenant_id")
    return messages.tenant(await call.identity.tenants.resume(tenant_id, by=call.actor))
