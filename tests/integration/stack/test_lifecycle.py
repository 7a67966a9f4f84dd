"""A stack's life: starting, starting again, being killed, and leaving nothing behind."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from stack import probes
from stack.errors import StackError
from stack.ports import remembered
from stack.processes import ProjectProcess, Task
from stack.servers import DEFAULT_SERVERS, SERVERS, Site
from stack.servers.postgres import sql
from stack.stack import Stack
from stack.strays import MARK
from tests.integration.stack.listener import held_port
from tests.integration.stack.waiting import eventually

LIGHT = ("postgres", "redis")


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A root whose stack is stopped after the test, whatever happened."""
    yield tmp_path
    Stack(tmp_path).down()


def pavilion(root: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """The command, running for this root."""
    return subprocess.Popen(
        [sys.executable, "-m", "cli.main", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PAVILION_ROOT": str(root), **environment},
    )


UNENDING = """
import sys
from cli.main import app
from stack import servers, stack
from stack.processes import ProjectProcess
servers.DEFAULT_SERVERS = ("redis",)
stack.TASKS = ()
sleeper = (sys.executable, "-c", "import time; time.sleep(600)")
stack.PROJECT_PROCESSES = (ProjectProcess("sleeper", sleeper, postgres_role="nobody", health="/"),)
app(["up"])
"""


def unending_start(root: Path) -> subprocess.Popen[str]:
    """`pavilion up` with a process that never gets ready, returned when everything is started."""
    command = subprocess.Popen(
        [sys.executable, "-c", UNENDING],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PAVILION_ROOT": str(root)},
        # A test run started in the background of a shell ignores SIGINT, and so would its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    eventually(lambda: "sleeper" in living(root), "the start did not begin")
    return command


def living(root: Path) -> list[str]:
    """The names of the stack's processes that live, the supervisor among them."""
    names = ["supervisor"] if Stack(root).supervisor.pid else []
    for process in psutil.process_iter():
        try:
            mark = process.environ().get(MARK, "")
            if mark.startswith(f"{root}:"):
                names.append(mark.removeprefix(f"{root}:"))
        except psutil.Error:
            continue
    return names


def test_the_second_start_fetches_nothing_and_keeps_addresses_and_data(root: Path) -> None:
    stack = Stack(root, LIGHT)
    first = stack.up()
    sql(first.postgres_dsn or "", "CREATE TABLE kept ()")
    assert stack.down()
    messages: set[str] = set()
    assert stack.up(lambda service, message, ready: messages.add(message)) == first
    assert messages == {"starting", "waiting until it is ready", "ready"}
    assert sql(first.postgres_dsn or "", "SELECT to_regclass('kept')") == ["kept"]


def test_up_leaves_alone_what_runs_and_adds_what_does_not(root: Path) -> None:
    Stack(root, ("redis",)).up()
    (redis,) = Stack(root).status()
    Stack(root, LIGHT).up()
    by_name = {status.name: status for status in Stack(root).status()}
    assert by_name["redis"].pid == redis.pid
    assert by_name["postgres"].state == "running"


def test_two_stacks_run_side_by_side(tmp_path: Path) -> None:
    stacks = [Stack(tmp_path / name, LIGHT) for name in ("one", "two")]
    try:
        with ThreadPoolExecutor() as pool:
            one, two = pool.map(Stack.up, stacks)
        assert one.postgres_dsn != two.postgres_dsn
        assert one.redis_url != two.redis_url
        assert all(status.state == "running" for stack in stacks for status in stack.status())
    finally:
        for stack in stacks:
            stack.down()


def test_down_leaves_no_process(root: Path) -> None:
    Stack(root, LIGHT).up()
    assert Stack(root).down()
    assert living(root) == []
    assert not Stack(root).down()


def test_a_killed_supervisor_takes_its_servers_along(root: Path) -> None:
    stack = Stack(root, DEFAULT_SERVERS)
    stack.up()
    os.kill(stack.supervisor.pid or 0, signal.SIGKILL)
    eventually(lambda: living(root) == [], "servers outlived their supervisor")


def test_a_stack_comes_back_after_its_supervisor_was_killed(root: Path) -> None:
    stack = Stack(root, ("redis",))
    first = stack.up()
    os.kill(stack.supervisor.pid or 0, signal.SIGKILL)
    assert stack.up() == first


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "Ground 1 [50% full]", LIGHT)
    try:
        stack.up()
        assert [status.state for status in stack.status()] == ["running", "running"]
    finally:
        stack.down()


def test_a_start_that_is_killed_leaves_nothing(root: Path) -> None:
    command = unending_start(root)
    command.kill()
    command.communicate()
    eventually(lambda: living(root) == [], "processes outlived the start that was killed")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_start_that_is_interrupted_leaves_nothing(root: Path, number: signal.Signals) -> None:
    command = unending_start(root)
    command.send_signal(number)
    out, err = command.communicate(timeout=60)
    assert command.returncode == 130
    assert out == ""
    assert err.endswith("pavilion: interrupted; what was started is stopped again\n")
    assert living(root) == []


def test_an_interrupted_addition_leaves_what_ran_before(root: Path) -> None:
    Stack(root, ("redis",)).up()
    command = unending_start(root)
    command.send_signal(signal.SIGINT)
    command.communicate(timeout=60)
    assert sorted(living(root)) == ["redis", "supervisor"]


def test_a_stack_with_an_owner_ends_with_it(root: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as owner:
        Stack(root, ("redis",), owner_pid=owner.pid).up()
        assert "redis" in living(root)
        owner.kill()
    eventually(lambda: living(root) == [], "servers outlived their owner")


def test_a_server_that_is_killed_is_started_again(root: Path) -> None:
    stack = Stack(root, ("redis",))
    stack.up()
    before = stack.status()[0].pid
    os.kill(before or 0, signal.SIGKILL)
    eventually(lambda: stack.status()[0].pid not in (None, before), "redis was not started again")
    site = Site(root, remembered(stack.folder))
    eventually(SERVERS["redis"].probe(site), "redis never answered again")


def test_restart_gives_a_process_a_new_life(root: Path) -> None:
    stack = Stack(root, ("redis",))
    stack.up()
    before = stack.status()[0].pid
    stack.restart("redis")
    assert stack.status()[0].pid not in (None, before)
    with pytest.raises(StackError, match="no process kafka runs here"):
        stack.restart("kafka")


WEB = """
import http.server, os, subprocess, sys
if sys.argv[1] == "main":
    subprocess.run([sys.executable, __file__, "child", sys.argv[2]])
http.server.HTTPServer(("127.0.0.1", int(sys.argv[2])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


@pytest.fixture
def web(tmp_path: Path) -> ProjectProcess:
    """A web server whose main process leaves its work to a child, as granian and uvicorn do."""
    script = tmp_path / "web.py"
    script.write_text(WEB)
    command = (sys.executable, str(script), "main", "{port}")
    return ProjectProcess("web", command, postgres_role="nobody", health="/", address="api_url")


def test_a_process_of_the_project_is_ready_when_its_health_answers(root: Path, web: ProjectProcess) -> None:
    addresses = Stack(root, (), processes=(web,)).up()
    assert addresses.api_url
    assert probes.http(addresses.api_url)()


def test_workers_of_a_killed_process_do_not_hold_its_port(root: Path, web: ProjectProcess) -> None:
    stack = Stack(root, (), processes=(web,))
    url = stack.up().api_url or ""
    (main,) = stack.status()
    family = psutil.Process(main.pid).children()
    os.kill(main.pid or 0, signal.SIGKILL)
    eventually(lambda: not any(child.is_running() for child in family), "the child was left")
    eventually(probes.http(url), "the new one never answered")


def test_a_task_that_fails_stops_the_start_with_its_last_words(root: Path) -> None:
    task = Task("migrate", (sys.executable, "-c", "raise SystemExit('no such table')"))
    with pytest.raises(StackError, match=r"migrate failed \(no such table\): see .*migrate.log"):
        Stack(root, ("redis",), tasks=(task,)).up()
    assert living(root) == []


def test_a_process_that_gives_up_stops_the_start_with_its_last_words(root: Path) -> None:
    broken = ProjectProcess(
        "api", (sys.executable, "-c", "raise SystemExit('no module')"), postgres_role="nobody"
    )
    with pytest.raises(StackError, match=r"api stopped \(no module\): see .*api.log"):
        Stack(root, (), processes=(broken,)).up()
    assert living(root) == []


def test_a_busy_port_is_one_line_with_its_holder(root: Path) -> None:
    with held_port() as port:
        command = pavilion(root, "up", "--servers-only", PAVILION_PORT_REDIS=str(port))
        out, err = command.communicate(timeout=60)
    assert command.returncode == 1
    assert out == ""
    last = err.splitlines()[-1]
    assert last.startswith(f"pavilion: port {port} for redis is held by py")
    assert last.endswith("stop that process, or give redis another port with PAVILION_PORT_REDIS")
    assert "Traceback" not in err


def test_a_registry_out_of_reach_is_one_line(root: Path) -> None:
    proxies = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"), "http://127.0.0.1:1")
    caches = {"XDG_CACHE_HOME": str(root / "cache"), "UV_CACHE_DIR": str(root / "uv"), "UV_HTTP_RETRIES": "0"}
    command = pavilion(root, "up", "--servers-only", **proxies, **caches)
    out, err = command.communicate(timeout=120)
    assert command.returncode == 1
    assert out == ""
    last = err.splitlines()[-1]
    assert last.startswith(("pavilion: fetching ", "pavilion: building "))
    assert "check the network" in last
    assert "Traceback" not in err


def test_status_and_up_speak_json(root: Path) -> None:
    Stack(root, ("redis",)).up()
    out, _ = pavilion(root, "status", "--json").communicate(timeout=60)
    answer = json.loads(out)
    assert [process["name"] for process in answer["processes"]] == ["redis"]
    assert answer["memory_mb"] > 0


def test_reset_wipes_data_and_logs_and_keeps_ports(root: Path) -> None:
    first = Stack(root, ("redis",)).up()
    command = pavilion(root, "reset", "--yes")
    command.communicate(timeout=60)
    assert command.returncode == 0
    assert living(root) == []
    assert sorted(path.name for path in (root / ".pavilion").iterdir()) == ["lock", "ports.json"]
    assert Stack(root, ("redis",)).up() == first
