"""What tests of commands share: a way to run one, and the folder about bees and glaciers."""

from collections.abc import Callable

import pytest

from generator.cli import main
from tests.support.linked_site import CONFIG, LinkedSite


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
