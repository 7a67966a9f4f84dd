"""How the commands reach the API of this checkout: its address, and a token for it."""

import os
from datetime import UTC, datetime

from api.issuer import DevelopmentIssuer
from cli.client import ApiUnreachable, PavilionClient
from contracts.identity import ORGANISER
from stack.folders import project_root, state_folder
from stack.stack import Stack

COMMAND = "pavilion command"
"""As whom the command speaks."""


def connect(*, connections: int = 16, role: str = ORGANISER, subject: str = COMMAND) -> PavilionClient:
    """A client of the running API, as ``subject`` of the development tenant. Raises ApiUnreachable."""
    url = os.environ.get("PAVILION_API_URL") or Stack().addresses().api_url
    if url is None:
        raise ApiUnreachable("Pavilion is not running here")
    return PavilionClient(url.rstrip("/"), lambda: token(role, subject), connections=connections)


def token(role: str = ORGANISER, subject: str = COMMAND) -> str:
    """A token of the development issuer; PAVILION_TOKEN where the API is somebody else's."""
    given = os.environ.get("PAVILION_TOKEN")
    if given:
        return given
    issuer = DevelopmentIssuer(state_folder(project_root()) / "issuer")
    return issuer.token(now=datetime.now(UTC), roles=[role], subject=subject)
