"""Certificates of one checkout's stack: a CA of its own, and what the gateway and the Auth Service prove to be with.

They are for one machine. The CA's key is thrown away once it has signed: whoever trusts the CA trusts these three
certificates and nobody who finds the folder later. A deployment has certificates of its own (docs/gateway.md).
"""

import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from filelock import FileLock

from stack.folders import state_folder

LIFETIME = timedelta(days=397)  # browsers take no certificate that lives longer
RENEWED_BEFORE_END = timedelta(days=30)
BACKDATED = timedelta(hours=1)  # for clocks that are slow
HERE = ("localhost", "127.0.0.1", "::1")
ORGANISATION = "Pavilion development"

GATEWAY, AUTH_SERVER, AUTH_CLIENT = "gateway", "auth-server", "auth-client"
IDENTITIES = {
    GATEWAY: (*HERE, "pavilion.localhost"),
    AUTH_SERVER: (*HERE, "auth"),
    AUTH_CLIENT: ("api.pavilion.internal",),
}
"""Names each certificate is good for. The client of the Auth Service has one that is no address of anything."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Files with a certificate and its private key, PEM."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Certificates:
    """``ca_file`` is what a client trusts; the pairs are signed by it."""

    ca_file: Path
    gateway: KeyPair
    auth_server: KeyPair
    auth_client: KeyPair


def ensure(root: Path, now: datetime | None = None) -> Certificates:
    """The certificates of the checkout at ``root``; made by the first call, and all anew, CA too, by a call less
    than thirty days before they end. Safe to call from several processes."""
    known = certificates(root)
    folder = known.ca_file.parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    moment = now or datetime.now(UTC)
    with FileLock(folder.with_suffix(".lock")):
        if not _good(known, moment):
            _make(folder, moment)
    return known


def certificates(root: Path) -> Certificates:
    """Where the files of the checkout at ``root`` are, whether they are there or not."""
    folder = state_folder(root) / "certificates"
    pairs = {name: KeyPair(folder / f"{name}.pem", folder / f"{name}.key") for name in IDENTITIES}
    return Certificates(folder / "ca.pem", pairs[GATEWAY], pairs[AUTH_SERVER], pairs[AUTH_CLIENT])


def _good(known: Certificates, now: datetime) -> bool:
    """Whether every file is there, and no certificate ends soon."""
    pairs = (known.gateway, known.auth_server, known.auth_client)
    if not known.ca_file.exists() or not all(pair.key.exists() for pair in pairs):
        return False
    try:
        ends = [
            x509.load_pem_x509_certificate(pair.certificate.read_bytes()).not_valid_after_utc
            for pair in pairs
        ]
    except (OSError, ValueError):
        return False
    return min(ends) - now > RENEWED_BEFORE_END


def _make(folder: Path, now: datetime) -> None:
    draft = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}.draft")
    draft.mkdir(mode=0o700)
    ca = trustme.CA(path_length=0, organization_name=ORGANISATION, organization_unit_name=f"CA of {now:%F}")
    ca.cert_pem.write_to_path(draft / "ca.pem")
    for name, identities in IDENTITIES.items():
        issued = ca.issue_cert(
            *identities,
            common_name=identities[0],
            organization_name=ORGANISATION,
            organization_unit_name=name,
            not_before=now - BACKDATED,
            not_after=now + LIFETIME - BACKDATED,
        )
        (draft / f"{name}.pem").write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        _write_secret(draft / f"{name}.key", issued.private_key_pem.bytes())
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)


def _write_secret(file: Path, content: bytes) -> None:
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
