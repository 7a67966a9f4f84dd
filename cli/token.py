"""`pavilion token`: an access token of the development issuer."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer


def token(
    role: Annotated[
        list[str] | None, typer.Option(help="A role the token has; may be given several times.")
    ] = None,
    tenant: Annotated[str | None, typer.Option(help="The tenant's id (a UUID).")] = None,
    subject: Annotated[str, typer.Option(help="Who the token is for.")] = "developer",
    hours: Annotated[float, typer.Option(help="How long it is valid.", min=0.001, max=24 * 365)] = 12,
) -> None:
    """Print an access token for the API, signed with this checkout's development key."""
    from uuid import UUID

    from api.issuer import DEVELOPMENT_TENANT, DevelopmentIssuer
    from contracts.identity import ORGANISER, ROLES
    from stack.folders import project_root, state_folder

    roles = role or [ORGANISER]
    unknown = [each for each in roles if each not in ROLES]
    if unknown:
        raise typer.BadParameter(
            f"{', '.join(unknown)}: the roles are {', '.join(ROLES)}", param_hint="--role"
        )
    try:
        tenant_id = UUID(tenant) if tenant else DEVELOPMENT_TENANT
    except ValueError as error:
        raise typer.BadParameter("a tenant's id is a UUID", param_hint="--tenant") from error
    issuer = DevelopmentIssuer(state_folder(project_root()) / "issuer")
    typer.echo(
        issuer.token(
            now=datetime.now(UTC),
            roles=roles,
            tenant_id=tenant_id,
            subject=subject,
            lifetime=timedelta(hours=hours),
        )
    )
