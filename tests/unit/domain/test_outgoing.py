"""Where requests may go that somebody else has asked for."""

from ipaddress import ip_address

import pytest

from domain.outgoing import Allowed, Refused, check, is_public, read

NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_not_everybody_can_reach_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450::1"]
)
def test_what_everybody_can_reach_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", [each for each in NOT_PUBLIC if "%" not in each])
def test_such_an_address_in_a_url_is_refused(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    assert _code(f"https://{host}/hook") in ("address_not_public", "url_malformed")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.1/", "address_not_public"),
        ("https://localhost/", "address_not_public"),
        ("https://LOCALHOST./", "address_not_public"),
        ("https://db.localhost/", "address_not_public"),
        ("https://metadata.google.internal/computeMetadata/v1/", "address_not_public"),
        ("https://printer.local/", "address_not_public"),
        ("https://postgres/", "address_not_public"),
        ("https://[::1]/", "address_not_public"),
        ("https://[::ffff:127.0.0.1]/", "address_not_public"),
        ("https://[64:ff9b::a9fe:a9fe]/", "address_not_public"),
        ("https://169.254.169.254/latest/meta-data/", "address_not_public"),
        ("https://2130706433/", "url_malformed"),
        ("https://0x7f000001/", "url_malformed"),
        ("https://0177.0.0.1/", "url_malformed"),
        ("https://127.1/", "url_malformed"),
        ("https://127.0.0.0x1/", "url_malformed"),
        ("https://1.2.3.4.5/", "url_malformed"),
        ("https://[::1/", "url_malformed"),
        ("https://[fe80::1%25eth0]/", "url_malformed"),
        ("https://[127.0.0.1]/", "address_not_public"),
        ("https://hooks.example.org@127.0.0.1/", "url_has_credentials"),
        ("https://user:secret@hooks.example.org/", "url_has_credentials"),
        ("https://127.0.0.1\\@hooks.example.org/", "url_malformed"),
        ("https://hooks.example.org#@127.0.0.1/", "url_malformed"),
        ("https://hooks.example.org/ x", "url_malformed"),
        ("https://hooks.example.org/\r\nhost: x", "url_malformed"),
        ("https://\u2460\u2461\u2466.0.0.1/", "url_malformed"),
        ("https://127\u30020\u30020\u30021/", "url_malformed"),
        ("https://%6c%6fcalhost/", "url_malformed"),
        ("https://-hooks.example.org/", "url_malformed"),
        ("https://hooks..example.org/", "url_malformed"),
        ("https:///hook", "url_malformed"),
        ("//hooks.example.org/", "url_malformed"),
        ("file:///etc/passwd", "url_malformed"),
        ("gopher://hooks.example.org/", "url_malformed"),
        ("", "url_malformed"),
        ("https://hooks.example.org/" + "a" * 2048, "url_malformed"),
        ("http://hooks.example.org/", "url_not_https"),
        ("https://hooks.example.org:22/", "url_port_refused"),
        ("https://hooks.example.org:80/", "url_port_refused"),
        ("https://hooks.example.org:0/", "url_port_refused"),
        ("https://hooks.example.org:99999/", "url_port_refused"),
    ],
)
def test_a_url_is_refused_with_its_code(url: str, code: str) -> None:
    assert _code(url) == code


@pytest.mark.parametrize(
    ("url", "called"),
    [
        ("https://hooks.example.org", "https://hooks.example.org/"),
        ("HTTPS://Hooks.Example.org./a?b=c&d=%20", "https://hooks.example.org/a?b=c&d=%20"),
        ("https://hooks.example.org:8443/x", "https://hooks.example.org:8443/x"),
        ("https://hooks.example.org:443/x", "https://hooks.example.org/x"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
        ("https://1.1.1.1?x", "https://1.1.1.1?x"),
    ],
)
def test_a_plain_url_is_taken(url: str, called: str) -> None:
    assert read(url).url == called


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(Refused) as refused:
        check("hooks.example.org", [ip_address("1.1.1.1"), ip_address("10.0.0.1")])
    assert refused.value.code == "address_not_public"


def test_what_an_installation_lets_off_may_be_plain_and_at_any_port() -> None:
    allowed = Allowed.parse("localhost, 127.0.0.0/8")
    assert read("http://localhost:9000/x", allowed).url == "http://localhost:9000/x"
    assert read("http://127.0.0.1:9000/x", allowed).url == "http://127.0.0.1:9000/x"


def test_and_nothing_besides_is_let_off_with_it() -> None:
    allowed = Allowed.parse("127.0.0.1")
    assert _code("https://127.0.0.2/", allowed) == "address_not_public"
    assert _code("http://hooks.example.org/", allowed) == "url_not_https"


def test_nothing_is_let_off_unless_said() -> None:
    assert Allowed.parse("") == Allowed()


def test_what_is_let_off_must_be_named_properly() -> None:
    with pytest.raises(ValueError, match="neither a name nor an address"):
        Allowed.parse("10.0.0.0/99")


def _code(url: str, allowed: Allowed = Allowed()) -> str:  # noqa: B008
    with pytest.raises(Refused) as refused:
        read(url, allowed)
    return refused.value.code
