"""How the supervisor is configured."""

from pathlib import Path

from stack.supervisor import Supervisor


def test_the_socket_lies_beside_the_configuration(tmp_path: Path) -> None:
    folder = Path("/srv/pavilion/.pavilion")
    assert Supervisor(folder).socket == folder / "supervisor" / "supervisor.sock"


def test_a_deep_folder_has_its_socket_where_the_path_is_short_enough() -> None:
    deep = Path("/", *["a-folder-with-a-long-name"] * 6)
    socket = Supervisor(deep).socket
    assert len(str(socket)) < 104
    assert socket != Supervisor(deep / "another").socket


def test_a_folder_without_a_supervisor_has_no_processes(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    assert supervisor.pid is None
    assert supervisor.states() == {}
