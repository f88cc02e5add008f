"""The site's renderer as a function: answers in, what a reader would see out."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parents[1] / "site"
_WORTH_TWO = 100
CACHE = Path.home() / ".cache" / "article-oracle"


class Formula(NamedTuple):
    """A formula as the site's parser sees it; ``lost`` is text on the line of an opening ``$$``."""

    tex: str
    display: bool
    closed: bool
    lost: str


class Page(NamedTuple):
    """An answer as the site shows it: ``refused`` holds KaTeX's messages, ``raw`` text that shows ``\\(`` or ``\\[``."""

    html: str
    formulas: tuple[Formula, ...]
    refused: tuple[str, ...]
    raw: tuple[str, ...]


def missing() -> str | None:
    """Why nothing can be rendered here; None where it can."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not _has_packages(packages()):
        return "the site's packages are not installed (npm install in tests/site, or set ORACLE_DEPS)"
    return None


def packages() -> Path:
    """The folder that holds the site's packages: ORACLE_DEPS, this one, or the one in the user's cache."""
    if "ORACLE_DEPS" in os.environ:
        return Path(os.environ["ORACLE_DEPS"])
    return HERE if _has_packages(HERE) else CACHE


def _has_packages(folder: Path) -> bool:
    return (folder / "node_modules" / "react-markdown").is_dir()


def render(answers: Sequence[str], *, math: bool = True) -> list[Page]:
    """The pages of answers in stored form, in order; without ``math``, formulas stay TeX and none is refused."""
    asked = [json.dumps({"answer": answer, "math": math}) for answer in answers]
    half = (len(asked) + 1) // 2 if len(asked) >= _WORTH_TWO else len(asked)
    with ThreadPoolExecutor(2) as pool:  # one node process each
        return [page for part in pool.map(_rendered, (asked[:half], asked[half:])) for page in part]


def _rendered(asked: Sequence[str]) -> list[Page]:
    if not asked:
        return []
    done = subprocess.run(
        ["node", str(HERE / "render.mjs"), str(packages())],
        input="".join(f"{line}\n" for line in asked).encode(),
        capture_output=True,
        check=True,
    )
    return [_page(json.loads(line)) for line in done.stdout.splitlines()]


def _page(found: dict) -> Page:
    formulas = tuple(Formula(**formula) for formula in found["formulas"])
    return Page(found["html"], formulas, tuple(found["refused"]), tuple(found["raw"]))
