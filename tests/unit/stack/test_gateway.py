"""The gateway's rules, as far as they can be told without a gateway."""

import itertools
import json
import re
from typing import Any

import pytest

from api.groups import GROUPS
from api.main import OPERATIONS
from auth.forward.routes import FORWARD_AUTH
from stack import gateway
from stack.gateway import API, GATE, Gateway, deployed, dynamic

RULES = dynamic(deployed())["http"]
ROUTERS: dict[str, dict[str, Any]] = RULES["routers"]
UNCOUNTED = {"too-large", "health", "jwks", "stripe"}
"""Routers that do not ask the door, each for a reason of its own (decision 42)."""


def test_everything_else_asks_the_door() -> None:
    assert {name for name, router in ROUTERS.items() if "door" not in router["middlewares"]} == UNCOUNTED


@pytest.mark.parametrize("name", ROUTERS)
def test_every_router_takes_away_what_is_forged_before_anything_else(name: str) -> None:
    crowd = "followers" if name.endswith("-live") else "crowd"
    assert ROUTERS[name]["middlewares"][:4] == ["forged", "headers", "shield", crowd]


@pytest.mark.parametrize("name", ROUTERS)
def test_what_holds_back_is_never_before_a_stream(name: str) -> None:
    """Buffering is for what writes; what is retried only reads."""
    router = ROUTERS[name]
    reads = "Method(`GET`)" in router["rule"]
    assert ("body" in router["middlewares"]) <= (not reads)
    assert ("retry" in router["middlewares"]) <= (reads or name == "jwks")
    assert ("compress" in router["middlewares"]) <= reads


def test_event_streams_are_not_compressed() -> None:
    compress = RULES["middlewares"]["compress"]["compress"]
    assert "text/event-stream" not in compress["includedContentTypes"]
    assert "excludedContentTypes" not in compress  # Traefik takes one or the other


def test_no_prefix_is_stripped_and_no_limiter_but_the_shield() -> None:
    kinds = sorted(itertools.chain.from_iterable(RULES["middlewares"].values()))
    assert not {"stripPrefix", "stripPrefixRegex", "digestAuth"} & set(kinds)
    assert kinds.count("rateLimit") == 1


def test_forwarded_headers_are_trusted_from_nobody() -> None:
    assert RULES["middlewares"]["door"]["forwardAuth"]["trustForwardHeader"] is False
    said = gateway.deployed_flags(acme=True)
    assert not [flag for flag in said if "forwardedheaders" in flag.lower() or "insecure" in flag.lower()]


def test_no_token_is_logged() -> None:
    said = gateway.deployed_flags(acme=False)
    assert "--accesslog.fields.headers.defaultmode=drop" in said
    kept = [flag.split("names.")[1] for flag in said if flag.startswith("--accesslog.fields.headers.names")]
    assert kept == ["X-Request-Id=keep", "Traceparent=keep", "X-Logged-Path=keep", "User-Agent=keep"]


def test_the_shield_counts_ipv6_by_subscriber_as_the_door_does() -> None:
    for name in ("shield", "crowd", "followers"):
        (settings,) = RULES["middlewares"][name].values()
        assert settings["sourceCriterion"]["ipStrategy"]["ipv6Subnet"] == 64


def router_of(method: str, path: str) -> str:
    """The router that takes a request: a reading of the rules used here."""

    def matches(rule: str) -> bool:
        found = rule.replace("&&", " and ").replace("||", " or ")
        found = re.sub(r"Method\(`(\w+)`\)", lambda m: str(method == m[1]), found)
        found = re.sub(r"PathPrefix\(`([^`]*)`\)", lambda m: str(path.startswith(m[1])), found)
        found = re.sub(r"PathRegexp\(`([^`]*)`\)", lambda m: str(bool(re.search(m[1], path))), found)
        found = re.sub(r"Path\(`([^`]*)`\)", lambda m: str(path == m[1]), found)
        found = re.sub(r"HeaderRegexp\(`[^`]*`, `[^`]*`\)", "False", found)
        return bool(eval(found))  # noqa: S307 (our own rules)

    taken = [name for name, router in ROUTERS.items() if matches(router["rule"])]
    return max(taken, key=lambda name: ROUTERS[name]["priority"])


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.id)
def test_every_operation_goes_to_its_group(operation: Any) -> None:
    group = next((g for g, operations in GROUPS.items() if operation in operations), None)
    router = router_of(operation.method, operation.path)
    if operation.id == "metrics":
        assert router == "nothing"
    elif operation.id == "receive_stripe_webhook":
        assert router == "stripe"
    elif group is None:
        assert router in ("health", "docs-read")
    elif "follow_" in operation.id:
        assert router == f"{group}-live"
    else:
        assert router == f"{group}-{'read' if operation.method == 'GET' else 'write'}"


def test_the_door_is_not_reached_from_outside() -> None:
    assert router_of("GET", FORWARD_AUTH) == "nothing"


def test_a_group_with_processes_of_its_own_is_sent_to_them() -> None:
    rules = Gateway(
        services={API: "http://api", GATE: "http://gate", "scoring": "http://scoring"},
        groups=deployed().groups,
    )
    routers = dynamic(rules)["http"]["routers"]
    assert (routers["scoring-read"]["service"], routers["payment-read"]["service"]) == ("scoring", API)


def test_without_a_door_nothing_is_routed() -> None:
    rules = Gateway(services={API: "http://api"}, groups=deployed().groups)
    assert dynamic(rules)["http"]["routers"] == {}


def test_it_is_no_template() -> None:
    """Traefik would fill in what stands between double braces."""
    assert "{{" not in json.dumps(dynamic(deployed()), indent=2)
