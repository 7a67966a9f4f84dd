"""What the gateway does with each request: routers, middlewares and services of Traefik, for the stack and for
containers alike.

    python -m stack.gateway > deploy/traefik/routes.yml

A request goes through its router's middlewares in order. What Traefik itself cannot do right is left to others: quotas
to the door (``auth/forward``), which it asks before each request, and everything about identity to the services,
which verify tokens themselves and believe no header.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stack.certificates import KeyPair

GATE, API, AUTH_HTTP, AUTH_GRPC = "gate", "api", "auth-http", "auth"
"""Services by the names of their processes. The API's groups are services too (``api.groups``)."""

LARGEST_BODY_BYTES = 4 * 1024 * 1024
"""Twice the largest body that any operation takes; each operation has a smaller limit of its own."""
LONGEST_LENGTH_DIGITS = len(str(LARGEST_BODY_BYTES))
LARGEST_HEADERS_BYTES = 32 * 1024
LARGEST_DOOR_ANSWER_BYTES = 16 * 1024
TIMEOUT_SECONDS = 60
"""To send a whole request, and to begin to answer it. An answer that has begun takes as long as it takes: a live
stream is cut by neither."""

FORGED = (
    *(
        "X-User-Id",
        "X-User",
        "X-User-Email",
        "X-Subject",
        "X-Tenant-Id",
        "X-Tenant",
        "Tenant-Id",
        "X-Roles",
        "X-Scopes",
    ),
    *(
        "X-Forwarded-User",
        "X-Forwarded-Email",
        "X-Forwarded-Groups",
        "X-Forwarded-Prefix",
        "X-Auth-Request-User",
    ),
    *(
        "X-Auth-Request-Email",
        "X-Authenticated-User",
        "X-Authenticated-Userid",
        "X-Remote-User",
        "Remote-User",
    ),
    *(
        "X-Caller",
        "X-Logged-Path",
        "X-Original-Url",
        "X-Original-Uri",
        "X-Rewrite-Url",
        "X-Http-Method-Override",
    ),
    *("X-Real-Ip", "X-Client-Ip", "True-Client-Ip", "Forwarded"),
)
"""Headers by which somebody might claim to be somebody, or to be elsewhere. No service of ours reads them; they are
taken away all the same, for the day when a library does."""

COMPRESSED = (
    "application/json",
    "application/problem+json",
    "text/csv",
    "text/calendar",
    "text/html",
    "image/svg+xml",
)
"""Never text/event-stream: what is compressed is held back until there is enough of it."""

BREAKS = "NetworkErrorRatio() > 0.50 && (ResponseCodeRatio(200, 500, 500, 600) > 0.0 || LatencyAtQuantileMS(50.0) > 50)"
"""When a service is given a rest: more than half of the last ten seconds' requests got no answer. The language can't
count, so a minimum is said in other words: there were answers besides (then that are two failures at least), or the
failures were slow in coming, as those of a service that hangs are, and those of a read, which was tried three times. One
write whose connection broke is neither, and the next one goes through."""

READS = "(Method(`GET`) || Method(`HEAD`) || Method(`OPTIONS`))"


FOLLOWED = ("matches", "tournaments")
"""What there are live streams of: requests that last as long as somebody listens."""
LIVE = f"PathRegexp(`^/v1/(public/[^/]+/)?({'|'.join(FOLLOWED)})/[^/]+/live$`)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """What differs between a developer's machine and an installation.

    ``services``: addresses by name, those that there are; a group of the API without processes of its own is served
    by ``api``. ``per_second`` and ``in_flight`` are the shield: requests of one address, far above any quota.
    ``followers``: how many of one address may follow live besides, each of which is a request that goes on.
    ``certificate`` is shown to callers; without one Traefik gets it by ACME.
    """

    services: Mapping[str, str]
    groups: Mapping[str, tuple[str, ...]]
    per_second: int = 200
    in_flight: int = 200
    followers: int = 2_000
    hsts_seconds: int = 365 * 24 * 3600
    certificate: KeyPair | None = None


def dynamic(gateway: Gateway) -> dict[str, Any]:
    """The dynamic configuration. What leads to a service that there is not is left out, and all of it where nobody
    is at the door."""
    routers = {name: router for name, router in _routers(gateway) if router["service"] in gateway.services}
    if GATE not in gateway.services:
        routers = {}
    used = {name for router in routers.values() for name in router["middlewares"]}
    middlewares = {name: each for name, each in _middlewares(gateway).items() if name in used} if used else {}
    services = {name: _service(url) for name, url in gateway.services.items()}
    document: dict[str, Any] = {
        "http": {"routers": routers, "middlewares": middlewares, "services": services},
        "tls": {"options": {"default": {"minVersion": "VersionTLS12", "alpnProtocols": ["h2", "http/1.1"]}}},
    }
    if gateway.certificate is not None:
        files = {"certFile": str(gateway.certificate.certificate), "keyFile": str(gateway.certificate.key)}
        document["tls"] |= {
            "certificates": [files],
            "stores": {"default": {"defaultCertificate": files}},
        }
    return document


def _routers(gateway: Gateway) -> Iterable[tuple[str, dict[str, Any]]]:
    ours = ("forged", "headers", "shield", "crowd", "errors")
    door = (*ours, "door")
    read, write = (*door, "compress", "breaker", "retry"), (*door, "body", "breaker")
    live = ("forged", "headers", "shield", "followers", "errors", "door", "breaker", "retry")

    def router(rule: str, service: str, middlewares: Iterable[str], priority: int) -> dict[str, Any]:
        known = service if service in gateway.services or service not in gateway.groups else API
        return {
            "entryPoints": ["websecure"],
            "rule": rule,
            "service": known,
            "middlewares": list(middlewares),
            "priority": priority,
        }

    def both(name: str, rule: str, service: str, priority: int) -> Iterable[tuple[str, dict[str, Any]]]:
        yield f"{name}-read", router(f"({rule}) && {READS}", service, read, priority + 1)
        yield f"{name}-write", router(rule, service, write, priority)

    too_long = f"HeaderRegexp(`Content-Length`, `^0*[1-9][0-9]{{{LONGEST_LENGTH_DIGITS},}}$`)"
    yield "too-large", router(too_long, GATE, (*ours, "too-large"), 1000)
    yield "health", router("Path(`/healthz`) || Path(`/readyz`)", API, ours, 900)
    yield "jwks", router("Path(`/.well-known/jwks.json`)", AUTH_HTTP, (*ours, "breaker", "retry"), 900)
    # Stripe sends many at once, from few addresses, and signs each: no quota is counted.
    stripe = "Path(`/v1/webhooks/stripe`) && Method(`POST`)"
    yield "stripe", router(stripe, "payment", (*ours, "body", "breaker"), 900)
    # Nobody gets anything of a stream of gRPC by its HTTP status, so the gateway's own problems would not be read.
    grpc = "PathPrefix(`/auth.AuthService/`) || PathPrefix(`/grpc.health.v1.Health/`)"
    yield "grpc", router(grpc, AUTH_GRPC, ("forged", "headers", "shield", "crowd", "door"), 900)
    yield from both("auth", _under("auth"), AUTH_HTTP, 800)
    for group, words in gateway.groups.items():
        yield from both(group, _under(*words), group, 700)
        if not set(FOLLOWED).isdisjoint(words):
            yield f"{group}-live", router(f"{_under(*words)} && {LIVE} && {READS}", group, live, 750)
    yield from both(
        "docs",
        "Path(`/docs`) || Path(`/openapi.json`) || Path(`/asyncapi.json`) || PathPrefix(`/problems/`)",
        API,
        600,
    )
    yield from both("api", "PathPrefix(`/v1/`)", API, 500)
    yield "nothing", router("PathPrefix(`/`)", GATE, (*door, "not-found"), 1)


def _under(*words: str) -> str:
    """Addresses that begin with one of the words after ``/v1/``: ``/v1/teams``, ``/v1/teams/x``, ``/v1/teams:bulk``."""
    return f"PathRegexp(`^/v1/({'|'.join(words)})([/:.]|$)`)"


def _middlewares(gateway: Gateway) -> dict[str, Any]:
    from auth.forward.door import ASKED_WITH, CALLER, LET_THROUGH, REQUEST_ID
    from auth.forward.routes import FORWARD_AUTH, PROBLEMS

    by_address = {"ipStrategy": {"depth": 0, "ipv6Subnet": 64}}
    return {
        "forged": {"headers": {"customRequestHeaders": dict.fromkeys(FORGED, "")}},
        "headers": {
            "headers": {
                "stsSeconds": gateway.hsts_seconds,
                "contentTypeNosniff": True,
                "frameDeny": True,
                "referrerPolicy": "no-referrer",
                "customResponseHeaders": {"Server": "", "X-Powered-By": ""},
            }
        },
        "shield": {
            "rateLimit": {
                "average": gateway.per_second,
                "burst": 2 * gateway.per_second,
                "period": "1s",
                "sourceCriterion": by_address,
            }
        },
        "crowd": {"inFlightReq": {"amount": gateway.in_flight, "sourceCriterion": by_address}},
        "followers": {"inFlightReq": {"amount": gateway.followers, "sourceCriterion": by_address}},
        # No service of ours answers with these: 502 and 504 are Traefik's own, 599 is the breaker's.
        "errors": {
            "errors": {
                "status": ["502", "504", "599"],
                "statusRewrites": {"502": 503, "599": 503},
                "service": GATE,
                "query": f"{PROBLEMS}/{{status}}",
            }
        },
        "door": {
            "forwardAuth": {
                "address": f"{gateway.services[GATE]}{FORWARD_AUTH}",
                "trustForwardHeader": False,
                "authRequestHeaders": [_header(name) for name in ASKED_WITH],
                "authResponseHeaders": [_header(name) for name in LET_THROUGH],
                "headerField": _header(CALLER),
                "maxResponseBodySize": LARGEST_DOOR_ANSWER_BYTES,
            }
        },
        "compress": {"compress": {"includedContentTypes": list(COMPRESSED), "minResponseBodyBytes": 1024}},
        "body": {
            "buffering": {
                "maxRequestBodyBytes": LARGEST_BODY_BYTES,
                "memRequestBodyBytes": LARGEST_BODY_BYTES,
            }
        },
        "breaker": {
            "circuitBreaker": {
                "expression": BREAKS,
                "checkPeriod": "100ms",
                "fallbackDuration": "1s",
                "recoveryDuration": "1s",
                "responseCode": 599,
            }
        },
        "retry": {"retry": {"attempts": 3, "initialInterval": "50ms"}},
        # Asked like the door: what is refused so is answered at once, without a look at the body.
        "too-large": {
            "forwardAuth": {
                "address": f"{gateway.services[GATE]}{PROBLEMS}/413",
                "authRequestHeaders": [_header(REQUEST_ID)],
                "maxResponseBodySize": LARGEST_DOOR_ANSWER_BYTES,
            }
        },
        "not-found": {"replacePath": {"path": f"{PROBLEMS}/404"}},
    }


def _header(name: str) -> str:
    """``x-request-id`` as people write it, since Traefik shows it so."""
    known = {"ratelimit": "RateLimit", "ratelimit-policy": "RateLimit-Policy"}
    return known.get(name) or name.title()


def _service(url: str) -> dict[str, Any]:
    return {"loadBalancer": {"servers": [{"url": url}], "passHostHeader": True}}


def flags(
    *,
    host: str,
    ports: Mapping[str, int],
    routes: str,
    redirect_to: str = "websecure",
    acme: bool = False,
    timeout_seconds: int = TIMEOUT_SECONDS,
) -> tuple[str, ...]:
    """The static configuration, as arguments. ``redirect_to``: the port of HTTPS as callers know it, like ``:443``."""
    return (
        f"--entrypoints.web.address={host}:{ports['gateway-http']}",
        f"--entrypoints.web.http.redirections.entrypoint.to={redirect_to}",
        "--entrypoints.web.http.redirections.entrypoint.scheme=https",
        f"--entrypoints.web.http.maxheaderbytes={LARGEST_HEADERS_BYTES}",
        f"--entrypoints.websecure.address={host}:{ports['gateway']}",
        "--entrypoints.websecure.http.tls=true",
        f"--entrypoints.websecure.http.maxheaderbytes={LARGEST_HEADERS_BYTES}",
        # A path means the same to Traefik, which chooses the service by it, and to the service.
        "--entrypoints.websecure.http.encodedcharacters.allowencodedslash=false",
        "--entrypoints.websecure.http.encodedcharacters.allowencodedbackslash=false",
        "--entrypoints.websecure.http.encodedcharacters.allowencodednullcharacter=false",
        "--entrypoints.websecure.http2.maxconcurrentstreams=100",
        f"--entrypoints.websecure.transport.respondingtimeouts.readtimeout={timeout_seconds}s",
        "--entrypoints.websecure.transport.respondingtimeouts.idletimeout=180s",
        "--entrypoints.websecure.transport.lifecycle.gracetimeout=10s",
        "--serverstransport.forwardingtimeouts.dialtimeout=5s",
        f"--serverstransport.forwardingtimeouts.responseheadertimeout={timeout_seconds}s",
        "--serverstransport.maxidleconnsperhost=64",
        f"--entrypoints.admin.address={host}:{ports['gateway-admin']}",
        "--ping=true",
        "--ping.entrypoint=admin",
        "--metrics.prometheus=true",
        "--metrics.prometheus.entrypoint=admin",
        f"--providers.file.directory={routes}",
        "--providers.file.watch=true",
        "--global.checknewversion=false",
        "--global.sendanonymoususage=false",
        "--log.level=WARN",
        "--log.format=json",
        *_ACCESS_LOG,
        *(_ACME if acme else ()),
    )


# The path as the door gives it: without a query, and without the secret of a link. A path has no other secret.
_ACCESS_LOG = (
    "--accesslog=true",
    "--accesslog.format=json",
    "--accesslog.fields.names.RequestPath=drop",
    "--accesslog.fields.headers.defaultmode=drop",
    "--accesslog.fields.headers.names.X-Request-Id=keep",
    "--accesslog.fields.headers.names.Traceparent=keep",
    "--accesslog.fields.headers.names.X-Logged-Path=keep",
    "--accesslog.fields.headers.names.User-Agent=keep",
)
_ACME = (
    "--entrypoints.websecure.http.tls.certresolver=acme",
    "--entrypoints.websecure.http.tls.domains[0].main=${GATEWAY_HOST:?the name that the gateway is known by}",
    "--certificatesresolvers.acme.acme.email=${ACME_EMAIL:?where the certificate's issuer writes to}",
    "--certificatesresolvers.acme.acme.storage=/acme/acme.json",
    "--certificatesresolvers.acme.acme.tlschallenge=true",
)

DEPLOYED_PORTS = {"gateway": 8443, "gateway-http": 8080, "gateway-admin": 8081}


def deployed_flags(*, acme: bool) -> tuple[str, ...]:
    """The arguments of Traefik's container: on a machine of one's own, and with ``acme`` out in the open."""
    seen_as = ":443" if acme else ":${GATEWAY_PORT:-8443}"
    return flags(host="", ports=DEPLOYED_PORTS, routes="/setup", redirect_to=seen_as, acme=acme)


def deployed() -> Gateway:
    """The gateway of docker-compose.yml: one process of each kind. Its certificate is Traefik's own, which nobody
    trusts, or with deploy/gateway-acme.yml one that everybody does."""
    from api.groups import GROUPS, first_words

    return Gateway(
        services={
            GATE: "http://gate:8000",
            API: "http://api:8000",
            AUTH_HTTP: "http://auth-http:8001",
            AUTH_GRPC: "h2c://auth:7443",
        },
        groups={group: first_words(group) for group in GROUPS},
    )


if __name__ == "__main__":
    print(
        "# What the gateway does with each request. Made by: python -m stack.gateway > deploy/traefik/routes.yml"
    )
    print(json.dumps(dynamic(deployed()), indent=2))
