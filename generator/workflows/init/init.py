"""The use case of ``init``: makes a folder in which the other commands work. It asks nothing and overwrites nothing."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from generator.config import CONFIG_NAME
from generator.errors import StorageError, UsageError
from generator.model.prompt_copies import prompt_copies
from generator.store.files import write_file
from generator.workflows.init.config_file import config_of, new_config
from generator.workflows.init.content_facts import read_content_facts

if TYPE_CHECKING:
    from generator.workflows.engine.progress import Progress
    from generator.workflows.init.content_facts import ContentFacts

QUESTIONS = "questions.csv"
CONTENT_DIR = "content"
PROMPTS_DIR = "prompts"


@dataclass(frozen=True, slots=True)
class InitRequest:
    """Where the project is made, and from what.

    Args:
        folder: of the project; it is made where it does not exist.
        content_dir: an existing content folder, whose articles tell the settings; None for a new site.
        prompts: also copy the prompts, to change them.
    """

    folder: Path
    content_dir: Path | None = None
    prompts: bool = False


@dataclass(frozen=True, slots=True)
class InitOutcome:
    """What was made: paths relative to ``folder``, a folder's with a slash at the end.

    ``kept`` existed before and were left as they are.
    """

    folder: Path
    written: tuple[str, ...]
    kept: tuple[str, ...]
    facts: ContentFacts | None


def init_project(request: InitRequest, progress: Progress) -> InitOutcome:
    """Make a project. A file that exists is kept.

    Raises:
        UsageError: the folder has a config.yaml already, or the content folder has no articles.
        StorageError: a file cannot be written.
    """
    folder = request.folder
    if (folder / CONFIG_NAME).exists():
        raise UsageError(f"{folder / CONFIG_NAME} exists already: nothing was changed")
    facts = None if request.content_dir is None else read_content_facts(request.content_dir, progress)
    content_dir = _relative(request.content_dir, folder) if request.content_dir else CONTENT_DIR
    config = new_config(content_dir) if facts is None else config_of(facts.site, content_dir)
    files = {
        QUESTIONS: _example_list(facts),
        ".gitignore": _template("gitignore.txt"),
        **(_prompts() if request.prompts else {}),
    }
    written: list[str] = []
    kept: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if request.content_dir is None:
            content = folder / CONTENT_DIR
            (kept if content.exists() else written).append(f"{CONTENT_DIR}/")
            content.mkdir(exist_ok=True)
        for name, data in files.items():
            if (folder / name).exists():
                kept.append(name)
                continue
            (folder / name).parent.mkdir(exist_ok=True)
            write_file(folder / name, data)
            written.append(name)
        # Written last: a folder that has it is complete.
        write_file(folder / CONFIG_NAME, config.encode())
    except OSError as error:
        raise StorageError(str(folder), error.strerror or str(error)) from error
    return InitOutcome(folder, (CONFIG_NAME, *written), tuple(kept), facts)


def _relative(content_dir: Path, folder: Path) -> str:
    """The content folder as the settings name it: relative to the project where both are on one drive."""
    try:
        return Path(os.path.relpath(content_dir.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return content_dir.resolve().as_posix()


def _example_list(facts: ContentFacts | None) -> bytes:
    """The example list, with the questions of the site's subjects; all of them in one subject where it has no such."""
    example = _template(QUESTIONS)
    if facts is None:
        return example
    names = [subject.name for subject in facts.site.subjects]
    head, *rows = csv.reader(example.decode().splitlines())
    own = [row for row in rows if row[0] in names] or [[names[0], *row[1:]] for row in rows]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *own])
    return text.getvalue().encode()


def _template(name: str) -> bytes:
    return resources.files("generator.workflows.init").joinpath("templates", name).read_bytes()


def _prompts() -> dict[str, bytes]:
    """The package's prompts by their path in the project."""
    return {f"{PROMPTS_DIR}/{name}": data for name, data in prompt_copies().items()}
