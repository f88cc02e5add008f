"""What README.md and the pages in docs/ name exists: files, tests, commands with their options, headings of links."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from generator.cli.app import build
from tests.support.command_reference import commands

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
BY_NAME = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
MOST_LINES = 200

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_TEST = re.compile(r"\btests/[\w/]+\.py\b")
_FILE = re.compile(r"`([\w/]+\.(?:py|js|html|css|yaml|j2))(?::(\w+))?[`.]")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_GLOBAL = r"(?:(?:-c|--config|--log-file) \S+ |--log-prompts |--verbose )*"
_CALL = re.compile(rf"(?<!from )\bgenerator ({_GLOBAL})([a-z][\w-]*)((?: [^`\n|;#]*)?)")
_OPTION = re.compile(r"(?<!\S)(--[a-z][a-z-]*)")


@pytest.fixture(scope="module")
def tree() -> dict[str, set[str]]:
    """The options of each command by its words; those of a group are those of the command that it runs by default."""
    group: Any = get_command(build())
    found = {" ".join(words): _options(command) for words, command in commands(group)}
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        default = getattr(command, "default", None)
        if default is not None:
            found[name] = found[f"{name} {default}"]
    return found


def _options(command: Any) -> set[str]:
    return {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help"}


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@BY_NAME
def test_every_relative_link_leads_to_a_file_and_a_heading_of_it(page: Path) -> None:
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.is_file(), link
        assert not anchor or anchor in _anchors(target), link


@BY_NAME
def test_every_test_that_is_named_exists(page: Path) -> None:
    named = set(_TEST.findall(page.read_text(encoding="utf-8")))
    assert page != README or named
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_every_file_that_the_architecture_page_names_exists_and_has_what_it_names() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    found = [path for folder in ("generator", "tests", "prompts") for path in (ROOT / folder).rglob("*.*")]
    files = {f"/{path.relative_to(ROOT).as_posix()}": path for path in [ROOT / "config.yaml", *found]}
    wrong = []
    for name, symbol in sorted(set(_FILE.findall(page))):
        named = [path for below, path in files.items() if below.endswith(f"/{name}")]
        if not any(symbol in path.read_text(encoding="utf-8") for path in named):
            wrong.append(f"{name}:{symbol}")
    assert wrong == []


@BY_NAME
def test_every_command_that_is_named_exists_with_its_options(page: Path, tree: dict[str, set[str]]) -> None:
    wrong = []
    for code in _CODE.findall(page.read_text(encoding="utf-8")):
        for _, first, rest in _CALL.findall(code):
            problem = _problem(first, rest, tree)
            if problem:
                wrong.append(problem)
    assert wrong == []


def _problem(first: str, rest: str, tree: dict[str, set[str]]) -> str | None:
    words = rest.split()
    two = f"{first} {words[0]}" if words else first
    name = two if two in tree else first
    if name not in tree:
        return f"generator {two}: no such command"
    unknown = set(_OPTION.findall(rest)) - tree[name]
    return f"generator {name}: no option {', '.join(sorted(unknown))}" if unknown else None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("generator draft questions.csv --plan", None),
        ("generator --config a.yaml review", None),
        ("generator --log-file log.jsonl --verbose drat questions.csv", "no such command"),
        ("generator duplicates --html a.html", None),
        ("generator seo apply --clean", None),
        ("generator drat questions.csv", "no such command"),
        ("generator seo aply", "no such command"),
        ("generator draft questions.csv --nothing", "no option --nothing"),
    ],
)
def test_a_wrong_command_is_found(text: str, problem: str | None, tree: dict[str, set[str]]) -> None:
    [(_, first, rest)] = _CALL.findall(text)
    found = _problem(first, rest, tree)
    assert (found is None) if problem is None else (found is not None and problem in found)
