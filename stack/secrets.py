"""Secrets of an installation: from the environment; on a developer's machine made once for each checkout.

A variable that is there but blank is a mistake in somebody's deployment, and refuses to start: a blank secret
would let anybody sign. One that is not there at all is made by the first process that needs it and kept under
``.pavilion/secrets``, so that all processes of a checkout, the simulator of Stripe among them, have the same.
"""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from stack.errors import StackError
from stack.folders import project_root, state_folder

KEY_BYTES = 32
STRIPE_WEBHOOK_SECRETS = "stripe-webhook-secrets"
PAYLOAD_KEYS = "payload-keys"
DEMO_PASSWORD = "demo-password"  # noqa: S105 - a name
IDENTITY_KEY = "identity-key"
NOTIFICATION_KEY = "notification-key"
VAPID_KEY = "vapid-key"
WEBHOOK_KEY = "webhook-key"


class Secrets(BaseSettings):
    """``PAVILION_STRIPE_WEBHOOK_SECRETS``: of our endpoints at Stripe, ours and the one for connected accounts,
    the old one too while one is replaced; by commas. ``PAVILION_PAYLOAD_KEYS``: ``id:base64`` by commas, the
    newest first. ``PAVILION_IDENTITY_KEY``: what the Auth Service encrypts its secrets with, written likewise.
    ``PAVILION_NOTIFICATION_KEY``: what links to unsubscribe are signed with; ``PAVILION_VAPID_KEY``: the private key of
    web push (P-256, its 32 bytes as base64url), to which browsers have subscribed.
    ``PAVILION_WEBHOOK_KEY``: what the secrets of webhook endpoints are encrypted with, likewise."""

    model_config = SettingsConfigDict(env_prefix="PAVILION_", extra="ignore", frozen=True)

    stripe_key: SecretStr | None = None
    stripe_webhook_secrets: SecretStr | None = None
    payload_keys: SecretStr | None = None
    identity_key: SecretStr | None = None
    notification_key: SecretStr | None = None
    vapid_key: SecretStr | None = None
    webhook_key: SecretStr | None = None


def stripe_key() -> str | None:
    """Stripe's; None on a machine that has the simulator instead. Raises StackError if it is blank."""
    given = Secrets().stripe_key
    return None if given is None else _not_blank(given, "stripe-key")


def stripe_webhook_secrets(root: Path | None = None) -> str:
    """What Stripe signs its webhooks with. Raises StackError if it is blank, or missing beside a key of Stripe's."""
    known = Secrets()
    if known.stripe_webhook_secrets is None and known.stripe_key is not None:
        raise StackError(
            "PAVILION_STRIPE_KEY is set without PAVILION_STRIPE_WEBHOOK_SECRETS",
            "set it to the signing secrets (whsec_…) of the webhook endpoints, separated by commas",
        )
    return _given_or_made(root, known.stripe_webhook_secrets, STRIPE_WEBHOOK_SECRETS, _webhook_secret)


def payload_keys(root: Path | None = None) -> str:
    """The keys that payloads of workflows about money are encrypted with. Raises StackError if they are blank."""
    return _given_or_made(root, Secrets().payload_keys, PAYLOAD_KEYS, _payload_key)


def identity_key(root: Path | None = None) -> str:
    """The keys that the Auth Service encrypts its secrets with, the newest first. Raises StackError if blank."""
    return _given_or_made(root, Secrets().identity_key, IDENTITY_KEY, _payload_key)


def notification_key(root: Path | None = None) -> str:
    """What links to unsubscribe are signed with. Raises StackError if it is blank."""
    return _given_or_made(
        root, Secrets().notification_key, NOTIFICATION_KEY, lambda: secrets.token_urlsafe(KEY_BYTES)
    )


def vapid_key(root: Path | None = None) -> str:
    """The private key of web push. Raises StackError if it is blank."""
    return _given_or_made(root, Secrets().vapid_key, VAPID_KEY, _vapid_key)


def webhook_key(root: Path | None = None) -> str:
    """The keys that secrets of webhook endpoints are encrypted with, the newest first. Raises StackError if blank."""
    return _given_or_made(root, Secrets().webhook_key, WEBHOOK_KEY, _payload_key)


def demo_password(root: Path | None = None) -> str:
    """What the organiser of `make demo` logs in with on this machine."""
    return _development_secret(
        root or project_root(), DEMO_PASSWORD, lambda: secrets.token_urlsafe(KEY_BYTES)
    )


def _given_or_made(root: Path | None, given: SecretStr | None, name: str, make: Callable[[], str]) -> str:
    if given is None:
        return _development_secret(root or project_root(), name, make)
    return _not_blank(given, name)


def _not_blank(given: SecretStr, name: str) -> str:
    if not given.get_secret_value().strip():
        variable = f"PAVILION_{name.upper().replace('-', '_')}"
        raise StackError(f"{variable} is blank", "give it a value, or leave the variable out to develop")
    return given.get_secret_value()


def _development_secret(root: Path, name: str, make: Callable[[], str]) -> str:
    """The secret of this checkout; the first call makes it. Safe to call from several processes."""
    folder = state_folder(root) / "secrets"
    file = folder / name
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f"draft.{os.getpid()}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(make())
        try:
            os.link(draft, file)  # fails if another process was first: its secret counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text()


def _webhook_secret() -> str:
    return f"whsec_{secrets.token_hex(KEY_BYTES)}"


def _payload_key() -> str:
    return f"development:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def _vapid_key() -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(KEY_BYTES)).decode().rstrip("=")
