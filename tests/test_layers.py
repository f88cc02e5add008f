"""Imports point down only and form no cycle, also inside functions; every room stands in docs/architecture.md."""

import ast
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "generator"
# What each room may import of the package, itself apart. The modules at the root come by their names.
ALLOWED = {
    "content": {"errors"},
    "questions": {"errors", "content"},
    "search_console": {"errors", "content", "questions"},
    "model": {"errors", "content", "events"},
    "processes": {"errors"},
    "store": {"errors", "content", "events", "processes"},
    "config": {"errors", "content", "model"},
    "extractive": {"errors", "content", "model"},
    "fake_openai": {"content", "extractive"},
    "services": {"errors", "content", "events", "model", "store", "config", "extractive"},
    "workflows": {
        "errors",
        "content",
        "events",
        "model",
        "store",
        "config",
        "questions",
        "search_console",
        "processes",
        "services",
    },
    "web": {"errors", "content", "events", "model", "store", "config", "workflows", "services"},
    "cli": {"errors", "content", "events", "model", "store", "config", "workflows", "services"},
    "__main__": {"cli"},
    "api": {"errors", "content", "events", "store", "config", "workflows", "services"},
    "__init__": {"api"},
    "errors": set(),
    "events": {"errors"},
}
# The command that starts the page.
STARTS_THE_PAGE = "cli/review/server.py"
# Pure code does nothing with the world, and only generator/model speaks to models.
BARRED = {
    "content": {"asyncio", "openai", "os", "socket", "sqlite3", "subprocess", "pathlib", "time", "random"},
    "workflows": {"openai", "httpx2"},
    "store": {"openai", "httpx2"},
    "cli": {"openai", "httpx2"},
    "web": {"openai", "httpx2"},
}


def files() -> dict[str, Path]:
    """The package's files by their paths in it."""
    return {str(path.relative_to(PACKAGE)): path for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def parsed(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def module_of(path: Path) -> str:
    """The dotted name of a file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def import_statements(path: Path) -> list[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Every import of a file, wherever it stands, and whether it stands under TYPE_CHECKING."""
    found = []
    waiting: list[tuple[ast.AST, bool]] = [(parsed(path), False)]
    while waiting:
        node, for_types = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.append((node, for_types))
        if isinstance(node, ast.expr):
            continue  # which holds no statement
        under = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        in_body = node.body if under else ()
        waiting += [(child, for_types or child in in_body) for child in ast.iter_child_nodes(node)]
    return found


def imported(path: Path, modules: set[str], *, types: bool = True) -> set[str]:
    """Every module that a file imports, wherever the import stands; ``types`` counts those under TYPE_CHECKING."""
    names: set[str] = set()
    for node, for_types in import_statements(path):
        if for_types and not types:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        else:
            module = "." * node.level + (node.module or "")
            inside = {f"{module}.{alias.name}" for alias in node.names if f"{module}.{alias.name}" in modules}
            names |= inside or {module}
    return names


def wrong_imports(name: str, path: Path, modules: set[str]) -> set[str]:
    """What a file may not import."""
    room = Path(name).parts[0].removesuffix(".py")
    names = imported(path, modules)
    allowed = ALLOWED.get(room, set()) | {room, "__version__"}
    if name == STARTS_THE_PAGE:
        allowed = allowed | {"web"}
    return (
        {one for one in names if one.startswith("generator.") and one.split(".")[1] not in allowed}
        | {one for one in names if one.split(".")[0] in BARRED.get(room, set())}
        | {one for one in names if one.startswith(".")}
    )


def test_imports_point_down() -> None:
    modules = {module_of(path) for path in files().values()}
    assert len(modules) > 100
    assert {Path(name).parts[0].removesuffix(".py") for name in files()} <= ALLOWED.keys()
    wrong = {name: found for name, path in files().items() if (found := wrong_imports(name, path, modules))}
    assert wrong == {}


def test_no_files_import_each_other_in_a_cycle() -> None:
    modules = {module_of(path) for path in files().values()}
    graph = {module_of(path): imported(path, modules, types=False) & modules for path in files().values()}
    for module, names in graph.items():
        names.discard(module)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from None


def test_no_workflows_use_each_other() -> None:
    modules = {module_of(path) for path in files().values()}
    uses: dict[str, set[str]] = {}
    for name, path in files().items():
        parts = Path(name).parts
        if parts[0] == "workflows" and len(parts) > 2:
            inside = {
                one.split(".")[2] for one in imported(path, modules) if one.startswith("generator.workflows.")
            }
            uses.setdefault(parts[1], set()).update(inside - {parts[1], "ports"})
    try:
        TopologicalSorter(uses).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from None


def test_the_first_line_says_what_a_file_is_for() -> None:
    silent = [name for name, path in files().items() if not ast.get_docstring(parsed(path))]
    assert silent == []


def test_every_room_stands_in_the_architecture_page() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\s*([a-z_]+)/", page, flags=re.MULTILINE))
    rooms = {path.parent for path in files().values()} - {PACKAGE}
    assert sorted(str(room.relative_to(PACKAGE)) for room in rooms if room.name not in named) == []


def test_no_test_imports_from_a_test_module() -> None:
    wrong = {
        str(path.relative_to(ROOT)): sorted(bad)
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if ".test_" in path.read_text(encoding="utf-8")  # to parse all would take a second
        and (bad := {name for name in imported(path, set()) if ".test_" in f".{name}"})
    }
    assert wrong == {}
