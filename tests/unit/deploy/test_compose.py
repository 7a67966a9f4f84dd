"""docker-compose.yml: it follows the Compose specification, and agrees with the project it describes."""

import hashlib
import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml

from api.issuer import DEVELOPMENT_TENANT
from api.settings import ApiSettings
from auth.forward.settings import GateSettings
from auth.settings import AuthSettings
from stack import gateway
from stack.processes import PROJECT_PROCESSES, TASKS
from stack.secrets import Secrets
from stack.servers import SERVERS, Site
from stack.servers.temporal import DYNAMIC_CONFIG
from stack.settings import Settings
from tests.unit.deploy import compose

PROJECT = compose.PROJECT
VENDOR = PROJECT / "tests/data/vendor/compose-go@2.16.2"

EACH = pytest.mark.parametrize("name", compose.services())
RUNNING = pytest.mark.parametrize("name", sorted(compose.services().keys() - compose.jobs()))
DEPLOYED = [process for process in PROJECT_PROCESSES if not process.stands_in]
OURS = pytest.mark.parametrize("name", compose.ours())


def test_the_specification_is_the_published_one() -> None:
    for line in (VENDOR / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name


def test_the_file_follows_the_compose_specification() -> None:
    schema = json.loads((VENDOR / "compose-spec.json").read_text())
    faults = jsonschema.Draft202012Validator(schema).iter_errors(yaml.safe_load(compose.with_secrets()))
    assert [fault.message for fault in faults] == []


@EACH
def test_what_a_service_refers_to_exists(name: str) -> None:
    service, document = compose.services()[name], yaml.safe_load(compose.text())
    assert set(service.get("depends_on", {})) <= compose.services().keys()
    assert set(service["networks"]) <= document["networks"].keys()
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        assert source in document["volumes"] or (source.startswith("./") and (PROJECT / source).is_dir())


@EACH
def test_an_image_has_a_whole_version(name: str) -> None:
    image = compose.services()[name]["image"]
    if name in compose.ours():
        assert image == "pavilion:${PAVILION_IMAGE_TAG:-local}"
    else:
        assert re.search(r":v?\d+\.\d+(\.\d+)?", image), image


def test_servers_have_the_versions_of_the_embedded_stack(tmp_path: Path) -> None:
    names = [name for server in SERVERS.values() for name in server.ports]
    site = Site(tmp_path, dict.fromkeys(names, 20_000))
    for server in SERVERS.values():
        if server.name != "temporal":  # there as one process, here as a server, its database and its UI
            assert compose.services()[server.name]["image"] == server.container(site).image


def test_temporal_has_the_settings_of_the_embedded_one() -> None:
    settings = yaml.safe_load((PROJECT / "deploy/temporal/dynamic-config.yaml").read_text())
    assert {f"{name}={str(values[0]['value']).lower()}" for name, values in settings.items()} == set(
        DYNAMIC_CONFIG
    )


@RUNNING
def test_what_keeps_running_is_watched_and_restarted(name: str) -> None:
    service = compose.services()[name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(compose.jobs()))
def test_a_job_ends(name: str) -> None:
    assert compose.services()[name].get("restart", "no") in ("no", "on-failure:3")


@EACH
def test_memory_and_processors_are_limited(name: str) -> None:
    limits = compose.services()[name]["deploy"]["resources"]["limits"]
    assert limits["memory"]
    assert limits["cpus"]


@EACH
def test_only_this_machine_reaches_a_port(name: str) -> None:
    for port in compose.services()[name].get("ports", []):
        assert port.startswith("127.0.0.1:${"), port


@OURS
def test_our_image_runs_with_no_privileges(name: str) -> None:
    service = compose.services()[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_every_process_and_task_of_the_project_is_a_service() -> None:
    services = {name: str(service["command"][-1]) for name, service in compose.ours().items()}
    processes = {process.name: process.command[-1] for process in DEPLOYED}
    assert services == processes | {task.name: task.command[-1] for task in TASKS}


def test_every_process_logs_in_as_the_role_it_has_elsewhere() -> None:
    roles = (PROJECT / "deploy/postgres/roles.sql").read_text()
    for process in DEPLOYED:
        dsn = compose.ours()[process.name]["environment"]["PAVILION_POSTGRES_DSN"]
        assert dsn.startswith(f"postgresql://{process.postgres_role}:${{")
        assert f"alter role {process.postgres_role} password" in roles


@OURS
def test_every_variable_is_a_setting(name: str) -> None:
    fields = {
        f"PAVILION_{field.upper()}"
        for model in (Settings, ApiSettings, AuthSettings, GateSettings, Secrets)
        for field in model.model_fields
    }
    read = (
        {"PAVILION_METRICS_PORT"}
        if "PAVILION_METRICS_PORT" in (PROJECT / "workers/process.py").read_text()
        else set()
    )
    assert compose.ours()[name]["environment"].keys() <= fields | read


@pytest.mark.parametrize("name", ["api", "worker", "webhooks"])
def test_whoever_speaks_to_stripe_has_its_key(name: str) -> None:
    assert "PAVILION_STRIPE_KEY" in compose.ours()[name]["environment"]


@pytest.mark.parametrize("name", ["auth", "auth-http"])
def test_whoever_lets_people_in_knows_the_gateway(name: str) -> None:
    """Without it everybody comes from the gateway's address, and waits for everybody else's wrong passwords."""
    assert (
        compose.ours()[name]["environment"]["PAVILION_TRUSTED_PROXIES"]
        == "${PAVILION_TRUSTED_PROXIES:-172.16.0.0/12}"
    )


def test_the_league_of_the_stripe_account_is_by_default_the_one_of_the_tokens() -> None:
    environment = compose.ours()["worker"]["environment"]
    assert environment["PAVILION_STRIPE_TENANT"] == f"${{PAVILION_STRIPE_TENANT:-{DEVELOPMENT_TENANT}}}"


def test_the_example_names_every_variable_and_no_other() -> None:
    lines = (PROJECT / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert example.keys() == set(compose.VARIABLE.findall(compose.text()))
    required = set(compose.REQUIRED.findall(compose.text()))
    may_stay_empty = set(re.findall(r"\$\{(\w+):-\}", compose.text()))
    assert {name for name, value in example.items() if not value} == required | may_stay_empty


def test_the_example_has_the_default_ports() -> None:
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", compose.text()))
    lines = (PROJECT / ".env.example").read_text().splitlines()
    assert defaults.items() <= dict(line.split("=", 1) for line in lines if "=" in line).items()


@pytest.mark.parametrize(
    ("file", "acme"), [(compose.FILE, False), (PROJECT / "deploy/gateway-acme.yml", True)]
)
def test_traefik_has_the_arguments_of_the_embedded_one(file: Path, acme: bool) -> None:
    command = yaml.load(file.read_text(), Loader=compose.Loader)["services"]["traefik"]["command"]  # noqa: S506
    assert command == list(gateway.deployed_flags(acme=acme))


def test_traefik_has_the_rules_of_the_embedded_one() -> None:
    rules = json.loads((PROJECT / "deploy/traefik/routes.yml").read_text().partition("\n")[2])
    assert rules == gateway.dynamic(gateway.deployed()), "python -m stack.gateway > deploy/traefik/routes.yml"


def test_only_the_door_asks_with_the_doors_role() -> None:
    roles = {
        name: service["environment"].get("PAVILION_POSTGRES_DSN", "").partition("//")[2].partition(":")[0]
        for name, service in compose.ours().items()
    }
    assert [name for name, role in roles.items() if role == "pavilion_gate"] == ["gate"]


def test_secrets_are_kept_out_of_git() -> None:
    assert ".env" in (PROJECT / ".gitignore").read_text().splitlines()


def test_the_image_is_built_from_every_package() -> None:
    wheel = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]
    context = (PROJECT / ".dockerignore").read_text().splitlines()
    assert {f"!{package}" for package in wheel["packages"]} <= set(context)


def test_the_image_is_built_with_the_uv_of_the_makefile() -> None:
    (of_image,) = re.findall(r"ARG UV_VERSION=(\S+)", (PROJECT / "deploy/Dockerfile").read_text())
    (of_make,) = re.findall(r"UV_VERSION := (\S+)", (PROJECT / "Makefile").read_text())
    assert of_image == of_make


def test_the_image_does_not_run_as_root() -> None:
    lines = (PROJECT / "deploy/Dockerfile").read_text().splitlines()
    assert "USER pavilion" in lines[lines.index("COPY deploy/healthy.py /app/healthy.py") :]


def test_who_follows_a_match_keeps_nobody_out_who_scores_it() -> None:
    """The server takes more requests at once than listeners are let in."""
    (api,) = (process.command for process in PROJECT_PROCESSES if process.name == "api")
    of_image = (PROJECT / "deploy/Dockerfile").read_text().replace('"', "").replace(",", "").split()
    for command in (api, compose.services()["api"]["command"], of_image):
        at_once = int(command[list(command).index("--backpressure") + 1])
        assert at_once >= ApiSettings.model_fields["live_listeners"].default + 1_000
