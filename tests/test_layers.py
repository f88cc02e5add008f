"""Imports point down only, everywhere, also inside functions."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "generator"
# What each part may import of the package, itself apart. The parts at the root come by their names.
ALLOWED = {
    "content": {"errors"},
    "rows": {"errors", "content"},
    "questions": {"errors", "content", "rows"},
    "model": {"errors", "content"},
    "store": {"errors", "content"},
    "config": {"errors", "content", "model"},
    "jobs": {"errors", "content", "model", "store", "config", "questions"},
    "wiring": {"errors", "content", "model", "store", "config", "jobs"},
    "desk": {"errors", "content", "model", "store", "config", "jobs", "wiring"},
    "review": {"errors", "content", "model", "store", "config", "jobs", "wiring", "desk"},
    "cli": {"errors", "content", "model", "store", "config", "jobs", "questions", "wiring", "desk", "review"},
    "__main__": {"cli"},
    "__init__": set(),
    "errors": set(),
}
# Pure code does nothing with the world, and only generator/model speaks to models.
BARRED = {
    "content": {"asyncio", "openai", "os", "socket", "sqlite3", "subprocess", "pathlib", "time", "random"},
    "jobs": {"openai", "httpx2"},
    "store": {"openai", "httpx2"},
    "cli": {"openai", "httpx2"},
    "review": {"openai", "httpx2"},
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
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
            if node.module == "generator":
                names |= {f"generator.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_imports_point_down(path: Path) -> None:
    part, names = part_of(path), imported(path)
    inside = {name.split(".")[1] for name in names if name.startswith("generator.")}
    outside = {name.split(".")[0] for name in names}
    assert inside - {part, "__version__"} <= ALLOWED[part]
    assert not outside & BARRED.get(part, set())


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_the_first_line_says_what_a_file_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
