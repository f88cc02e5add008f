"""Imports point down only, everywhere, also inside functions."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "generator"
# What each part may import of the package, itself apart. The parts at the root come by their names.
ALLOWED = {
    "content": {"errors"},
    "questions": {"errors", "content"},
    "model": {"errors", "content"},
    "processes": {"errors"},
    "store": {"errors", "content", "processes"},
    "config": {"errors", "content", "model"},
    "extractive": {"errors", "content", "model"},
    "fake_openai": {"content", "extractive"},
    "services": {"errors", "content", "model", "store", "config", "extractive"},
    "workflows": {"errors", "content", "model", "store", "config", "questions", "processes", "services"},
    "desk": {"errors", "content", "model", "store", "config", "workflows", "services"},
    "web": {"errors", "content", "model", "store", "config", "workflows", "services", "desk"},
    "cli": {
        *(
            "errors",
            "content",
            "model",
            "store",
            "config",
            "questions",
            "workflows",
            "services",
            "desk",
            "web",
        )
    },
    "__main__": {"cli"},
    "__init__": set(),
    "errors": set(),
}
# Pure code does nothing with the world, and only generator/model speaks to models.
BARRED = {
    "content": {"asyncio", "openai", "os", "socket", "sqlite3", "subprocess", "pathlib", "time", "random"},
    "workflows": {"openai", "httpx2"},
    "store": {"openai", "httpx2"},
    "cli": {"openai", "httpx2"},
    "web": {"openai", "httpx2"},
}


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Every module that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
            if node.module == "generator":
                names |= {f"generator.{alias.name}" for alias in node.names}
    return names


def files() -> dict[str, Path]:
    """The package's files by their names in it."""
    return {str(path.relative_to(PACKAGE)): path for path in sorted(PACKAGE.rglob("*.py"))}


def wrong_imports(path: Path) -> set[str]:
    """What a file may not import."""
    part, names = part_of(path), imported(path)
    inside = {name for name in names if name.startswith("generator.")}
    allowed = ALLOWED.get(part, set()) | {part, "__version__"}
    return (
        {name for name in inside if name.split(".")[1] not in allowed}
        | {name for name in names if name.split(".")[0] in BARRED.get(part, set())}
        | {name for name in names if name.startswith(".")}
    )


def test_imports_point_down() -> None:
    assert len(files()) > 100
    assert {part_of(path) for path in files().values()} <= ALLOWED.keys()
    assert {name: wrong for name, path in files().items() if (wrong := wrong_imports(path))} == {}


def test_only_tests_and_benchmarks_use_the_test_server() -> None:
    users = {
        part_of(path)
        for path in files().values()
        if any(name.startswith("generator.fake_openai") for name in imported(path))
    }
    assert users == {"fake_openai"}


def test_the_first_line_says_what_a_file_is_for() -> None:
    silent = [
        name
        for name, path in files().items()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []
