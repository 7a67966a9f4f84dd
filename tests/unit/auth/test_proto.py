"""proto/auth/v1 and what is made from it and served."""

from pathlib import Path

from auth.generate import PROJECT, generate
from auth.grpc.service import METHODS, SERVICE
from contracts.identity import ROLES


def test_the_generated_modules_are_those_of_the_proto(tmp_path: Path) -> None:
    made = generate(tmp_path)
    assert [path.name for path in made] == ["auth_pb2.py", "auth_pb2.pyi", "auth_pb2_grpc.py"]
    for path in made:
        assert (PROJECT / path).read_text() == (tmp_path / path).read_text(), "run python -m auth.generate"


def test_every_method_is_served() -> None:
    assert [method.name for method in METHODS] == [each.name for each in SERVICE.methods]


def test_only_what_must_be_is_open_to_all() -> None:
    public = {method.name for method in METHODS if method.allowed is None}
    assert public == {"ValidateToken", "GetJwks", "CreateSession", "RefreshSession"}
    assert all(method.allowed is None or method.allowed <= set(ROLES) for method in METHODS)


def test_what_is_about_oneself_is_so_over_http_too() -> None:
    own = {method.name for method in METHODS if method.anywhere}
    assert own == {"GetUser", "RevokeSession", "ListSessions", "RemoveMember", "CreateTenant"}
