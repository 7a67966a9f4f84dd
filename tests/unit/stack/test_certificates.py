"""Certificates of a checkout: made once, kept from others' eyes, and made again in time."""

import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from stack.certificates import HERE, IDENTITIES, LIFETIME, Certificates, ensure

NOW = datetime.now(UTC)


def names(file: Path) -> set[str]:
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    said = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in said}


def content(made: Certificates) -> bytes:
    return made.ca_file.read_bytes() + made.gateway.certificate.read_bytes()


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> None:
    """A whole TLS handshake in memory. Raises ssl.SSLError."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    for end in ends:
        end.do_handshake()


def serving(made: Certificates) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.gateway.certificate, made.gateway.key)
    return context


@pytest.mark.parametrize("host", HERE)
def test_a_client_that_trusts_the_ca_trusts_the_gateway(tmp_path: Path, host: str) -> None:
    made = ensure(tmp_path)
    shake_hands(serving(made), ssl.create_default_context(cafile=made.ca_file), host)


def test_no_other_name_is_trusted(tmp_path: Path) -> None:
    made = ensure(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(serving(made), ssl.create_default_context(cafile=made.ca_file), "example.org")


def test_two_checkouts_do_not_trust_each_other(tmp_path: Path) -> None:
    ours, theirs = ensure(tmp_path / "ours"), ensure(tmp_path / "theirs")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(serving(theirs), ssl.create_default_context(cafile=ours.ca_file), "localhost")


def test_each_service_has_its_own_names(tmp_path: Path) -> None:
    made = ensure(tmp_path)
    found = [names(pair.certificate) for pair in (made.gateway, made.auth_server, made.auth_client)]
    assert found == [set(identities) for identities in IDENTITIES.values()]


def test_keys_are_the_owners_alone_and_the_cas_is_nowhere(tmp_path: Path) -> None:
    folder = ensure(tmp_path).ca_file.parent
    assert folder.stat().st_mode & 0o777 == 0o700
    keys = {file.name: file.stat().st_mode & 0o777 for file in folder.glob("*.key")}
    assert keys == dict.fromkeys((f"{name}.key" for name in IDENTITIES), 0o600)
    assert "PRIVATE KEY" not in (folder / "ca.pem").read_text()


def test_they_are_made_once_by_whoever_is_first(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(ensure, [tmp_path] * 8))
    assert len({content(each) for each in made}) == 1


@pytest.mark.parametrize(("days_left", "again"), [(31, False), (29, True)])
def test_they_are_made_again_before_they_end(tmp_path: Path, days_left: int, again: bool) -> None:
    before = content(ensure(tmp_path, NOW))
    late = NOW + LIFETIME - timedelta(days=days_left)
    assert (content(ensure(tmp_path, late)) != before) is again


@pytest.mark.parametrize("damage", ["gateway.key", "auth-server.pem", "ca.pem"])
def test_what_is_missing_is_made_again(tmp_path: Path, damage: str) -> None:
    made = ensure(tmp_path)
    (made.ca_file.parent / damage).unlink()
    ensure(tmp_path)
    shake_hands(serving(made), ssl.create_default_context(cafile=made.ca_file), "localhost")


def test_what_cannot_be_read_is_made_again(tmp_path: Path) -> None:
    made = ensure(tmp_path)
    made.gateway.certificate.write_text("nonsense")
    ensure(tmp_path)
    assert names(made.gateway.certificate) == set(IDENTITIES["gateway"])
