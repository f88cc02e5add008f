"""Previews on a branch and refusals beside git, as a person sees them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.made_site import LENSES, MadeSite
from tests.support.repositories import commit_all, git, new_repository, put_behind

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MadeSite:
    """A site with one defect, committed, in the current folder."""
    made = MadeSite(tmp_path / "content")
    made.spoil(LENSES, {"seo.page_keywords": "lens,eye"})
    (tmp_path / "config.yaml").write_text("content_dir: content\n", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("output\n", encoding="utf-8")
    new_repository(tmp_path)
    commit_all(tmp_path)
    monkeypatch.chdir(tmp_path)
    return made


FIX = ("audit", "--fix", "--rule", "keyword-spacing")


def test_a_preview_says_what_would_change_and_where_it_is(site: MadeSite, run: Run) -> None:
    before = site.path(LENSES).read_bytes()
    _, out, err = run(*FIX, "--branch", "preview")
    assert "1 file would be changed" in out
    assert f"commit {git(Path(), 'rev-parse', 'preview')[:12]}" in out
    assert "go into one commit on the branch preview" in err
    assert site.path(LENSES).read_bytes() == before
    lines = run(*FIX, "--branch", "other", "--json")[1].splitlines()
    assert '"dry_run": true' in lines[0]
    assert git(Path(), "rev-parse", "other").strip() in lines[1]


def test_a_branch_that_is_behind_ends_the_command_with_the_reason(site: MadeSite, run: Run) -> None:
    put_behind(Path(), 2)
    code, _, err = run(*FIX)
    assert code == 2
    assert "2 commits behind origin/" in err
    assert "--despite-git writes all the same" in err
    assert run(*FIX, "--despite-git")[1].count("1 file changed") == 1


def test_a_file_that_a_person_is_editing_is_skipped_with_the_reason(site: MadeSite, run: Run) -> None:
    file = site.path(LENSES)
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    code, out, err = run(*FIX)
    assert (code, "1 file skipped" in out) == (1, True)
    assert "has uncommitted changes that this program did not make; commit them first" in err
