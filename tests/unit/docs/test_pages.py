"""The documentation is true as far as that can be told without running anything."""

import re
from pathlib import Path

import pytest

from api.match.schemas import MatchBody
from cli.main import COMMANDS
from docs import generate
from tests.unit.docs.pages import PROJECT, anchors, blocks, links, pages, shell_lines

EACH_PAGE = pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(PROJECT)))
PAVILION = re.compile(r"(?:uv run|\.venv/bin/|api )\s?pavilion ([a-z]+)(.*)")


@EACH_PAGE
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        target, _, anchor = link.partition("#")
        if target.startswith(("http:", "https:")):
            continue
        place = (page.parent / target).resolve() if target else page
        assert place.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors(place), f"{page.name} links to {link}"


@pytest.mark.parametrize("name", generate.PAGES)
def test_what_is_written_from_the_code_is_up_to_date(name: str) -> None:
    assert (PROJECT / name).read_text(encoding="utf-8") == generate.PAGES[name](), "run `make docs`"


@EACH_PAGE
def test_the_targets_it_tells_to_make_exist(page: Path) -> None:
    made = {line.split()[1] for line in shell_lines(page) if line.startswith("make ")}
    assert made <= targets()


@EACH_PAGE
def test_the_commands_it_tells_to_run_exist(page: Path) -> None:
    told = {match[1] for line in shell_lines(page) for match in PAVILION.finditer(line)}
    assert told <= COMMANDS.keys()


def targets() -> set[str]:
    """What can be made."""
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def test_make_help_lists_every_target() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    explained = set(re.findall(r"^([a-z]+):.*?## \S", makefile, re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    assert targets() == explained == set(phony[1].split())


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert "make test" in [line.split("  ")[0] for line in shell_lines(PROJECT / "README.md")]
    script = (PROJECT / ".ci/run").read_text(encoding="utf-8")
    assert script.rstrip().endswith("exec make test")


@pytest.mark.parametrize(
    "page", sorted((PROJECT / "docs/decisions").glob("[0-9]*.md")), ids=lambda page: page.stem
)
def test_a_decision_says_what_was_decided_and_what_holds_it(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    number, title = re.findall(r"^# (\d+)\. (.+)$", text, re.MULTILINE)[0]
    assert page.name.startswith(f"{int(number):04}-")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Enforced by"]
    index = (PROJECT / "docs/decisions/README.md").read_text(encoding="utf-8")
    assert f"| [{page.name[:4]}]({page.name}) | {title} |" in index


def test_no_two_decisions_have_one_number() -> None:
    numbers = [page.name[:4] for page in (PROJECT / "docs/decisions").glob("[0-9]*.md")]
    assert sorted(set(numbers)) == sorted(numbers)


def test_every_folder_and_module_named_in_the_architecture_exists() -> None:
    text = (PROJECT / "docs/architecture.md").read_text(encoding="utf-8")
    tops = "|".join(path.name for path in PROJECT.iterdir() if path.is_dir())
    named = set(re.findall(rf"`((?:{tops})/[\w./-]*)`", text))
    assert named, "the page names no folder"
    assert [name for name in sorted(named) if not (PROJECT / name).exists()] == []


def test_the_format_of_your_own_is_accepted() -> None:
    (example,) = blocks(PROJECT / "docs/cricket.md", "json")
    _, command = MatchBody().decode(example.encode())
    assert command.conditions.balls_per_over == 6
    assert command.conditions.wide_runs == 3


def test_every_package_is_in_the_architecture() -> None:
    text = (PROJECT / "docs/architecture.md").read_text(encoding="utf-8")
    packages = {path.parent.name for path in PROJECT.glob("*/__init__.py")} - {"tests"}
    assert {name for name in packages if f"`{name}/" not in text} == set()


def test_the_readme_shows_the_picture_it_links_to() -> None:
    picture = (PROJECT / "docs/architecture.svg").read_text(encoding="utf-8")
    assert picture.startswith("<svg")
    assert "<title" in picture
    assert blocks(PROJECT / "README.md", "text")
