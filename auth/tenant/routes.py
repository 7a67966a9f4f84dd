"""The league that a token is for, and opening another."""

from starlette.requests import Request
from starlette.responses import Response

from api.http import encode, json_answer, versioned
from api.operations import Operation, principal
from auth.operation import ALL, asking, telling
from auth.requests import actor, body_of, user_of
from auth.services import services
from auth.tenant import bodies as b

TAG = "leagues"
ONE = f"{ALL}/tenant"


async def get_tenant(request: Request) -> Response:
    """The league that the token is for."""
    tenant = await services(request).identity.tenants.get(principal(request).tenant_id)
    return versioned(request, tenant.version, encode(b.tenant_body(tenant)))


async def rename_tenant(request: Request) -> Response:
    """Call the league something else. Its address stays."""
    said = await body_of(request, b.RenameTenantBody)
    tenants = services(request).identity.tenants
    tenant = await tenants.rename(principal(request).tenant_id, said.name, by=actor(request))
    return json_answer(b.tenant_body(tenant), headers={"etag": f'"{tenant.version}"'})


async def create_tenant(request: Request) -> Response:
    """Open another league, and be its owner. Log in to it to go on."""
    user, who = user_of(request), actor(request, key=True)
    said = await body_of(request, b.CreateTenantBody)
    tenants = services(request).identity.tenants
    tenant = await tenants.create(name=said.name, slug=said.slug, owner=user, by=who)
    return json_answer(b.tenant_body(tenant), 201)


OPERATIONS: tuple[Operation, ...] = (
    telling("get_tenant", ONE, "The league", get_tenant, tag=TAG, answer=b.TenantBody),
    asking(
        "rename_tenant", "PATCH", ONE, "Rename the league", rename_tenant,
        tag=TAG, body=b.RenameTenantBody, answer=b.TenantBody, refusals=(404,),
        example={"name": "Hambledon League"},
    ),
    asking(
        "create_tenant", "POST", f"{ALL}/tenants", "Open another league", create_tenant,
        tag=TAG, body=b.CreateTenantBody, answer=b.TenantBody, status=201, refusals=(404, 409), key=True,
        example={"name": "Winter League", "slug": "winter-league"},
    ),
)  # fmt: skip
