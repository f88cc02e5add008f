"""What tests of commands share: a way to run one, and the folder about bees and glaciers."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from generator.cli import main
from generator.content.house import Term
from generator.model.prompts import PromptSet
from tests.support.linked_site import CONFIG, LinkedSite
from tests.support.services import default_prompts


@pytest.fixture(autouse=True)
def prompts_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders without prompts of their own share the default ones."""

    def prompts(folder: Path | None = None, *, terms: Mapping[str, Term] | None = None) -> PromptSet:
        has_own = folder is not None and folder.exists()
        return PromptSet(folder, terms=terms) if terms or has_own else default_prompts()

    monkeypatch.setattr("generator.model.prompts.PromptSet", prompts)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command; returns code, stdout and stderr."""

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        return code, *capsys.readouterr()

    return command


@pytest.fixture
def linked_site(tmp_path, monkeypatch) -> LinkedSite:
    """The articles about bees and glaciers, below the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return LinkedSite(tmp_path / "learn")
