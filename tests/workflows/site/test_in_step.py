"""Every writing command in step with git: the remote, uncommitted changes of others and of its own, previews."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.errors import GeneratorError, StorageError
from generator.store.files import sha256
from generator.workflows.engine.progress import NoProgress
from generator.workflows.site.files import FileWrite, SiteFiles
from generator.workflows.site.git import GitError
from generator.workflows.site.in_step import OutOfStep, files_to_write
from tests.support.repositories import commit_all, git, new_repository, put_behind
from tests.support.writers import WRITERS, Writer

pytestmark = pytest.mark.slow


@pytest.fixture(params=WRITERS, ids=lambda make: make.__name__)
def writer(request: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    """A command over a site whose content folder is in a repository, with all committed."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent.resolve()))
    made = request.param(tmp_path)
    new_repository(tmp_path)
    (tmp_path / ".gitignore").write_text("output\n", encoding="utf-8")
    commit_all(tmp_path)
    yield made
    made.services.close()


class Said(NoProgress):
    """Keeps what a command says."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def info(self, text: str) -> None:
        self.lines.append(text)


def site(writer: Writer) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in writer.folder.rglob("*.md")}


def top(writer: Writer) -> Path:
    return writer.folder.parent


def test_a_command_is_refused_where_the_branch_is_behind_its_remote(writer: Writer) -> None:
    put_behind(top(writer), 3)
    before, state = site(writer), writer.state()
    with pytest.raises(
        OutOfStep, match=r"is 3 commits behind origin/\w+ as last fetched; run git pull first"
    ):
        writer.run()
    assert (site(writer), writer.state()) == (before, state)
    assert writer.run(despite_git=True).files == (writer.path,)


def test_a_file_with_uncommitted_changes_of_others_is_refused(writer: Writer) -> None:
    changed = writer.change_by_hand()
    before = site(writer)
    try:
        done = writer.run()
    except StorageError as error:
        refused: tuple[str, ...] = (str(error),)
    else:
        refused = done.refused
        assert done.files == ()
    assert any(
        writer.path.removesuffix(".md") in line and "has uncommitted changes" in line for line in refused
    )
    assert site(writer) == before
    assert writer.file.read_bytes() == changed


def test_it_goes_on_despite_git_where_that_is_wanted(writer: Writer) -> None:
    changed = writer.change_by_hand()
    if writer.run(despite_git=True).files:
        assert writer.file.read_bytes() != changed


def test_changes_of_others_elsewhere_are_no_obstacle(writer: Writer) -> None:
    (writer.folder / "biology").mkdir(exist_ok=True)
    (writer.folder / "biology" / "of-others.md").write_text("a draft of the CMS", encoding="utf-8")
    (writer.folder / "README.md").write_text("notes", encoding="utf-8")
    assert writer.run().files == (writer.path,)


def test_what_a_command_wrote_and_did_not_commit_is_its_own(writer: Writer) -> None:
    committed = writer.file.read_bytes()
    assert writer.run().files == (writer.path,)
    own = writer.file.read_bytes()
    assert own != committed
    files = files_to_write(writer.services.settings)
    new = own + b"<!-- another command of this program -->\n"
    files.write(FileWrite(writer.path, new, sha256(own)))
    assert writer.file.read_bytes() == new


def test_a_person_who_edits_what_a_command_wrote_makes_it_theirs(writer: Writer) -> None:
    writer.run()
    edited = writer.change_by_hand()
    with pytest.raises(StorageError, match="has uncommitted changes that this program did not make"):
        files_to_write(writer.services.settings).write(FileWrite(writer.path, b"new", sha256(edited)))
    commit_all(top(writer))
    files_to_write(writer.services.settings).write(FileWrite(writer.path, b"new", sha256(edited)))
    assert writer.file.read_bytes() == b"new"


def test_a_command_that_was_killed_between_its_record_and_its_file_can_be_repeated(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("generator.workflows.site.files.write_file", killed)
        with pytest.raises(KeyboardInterrupt):
            writer.run()
    assert git(top(writer), "status", "--porcelain", "content") == ""
    assert writer.path in writer.run().files


def test_a_folder_in_no_checkout_is_written_as_before(writer: Writer) -> None:
    git_folder = top(writer) / ".git"
    git_folder.rename(top(writer) / "no-git")
    writer.change_by_hand() if writer.run.__qualname__.startswith("fixing") else None
    said = Said()
    assert writer.run(progress=said).files == (writer.path,)
    assert "only a copy of the folder undoes this" in said.lines[0]
    assert not (writer.services.settings.output_dir / "written-files.sqlite3").exists()


def test_a_preview_goes_to_a_branch_and_changes_nothing_else(writer: Writer) -> None:
    folder = top(writer)
    before, state = site(writer), writer.state()
    head, branch = git(folder, "rev-parse", "HEAD"), git(folder, "symbolic-ref", "HEAD")
    said = Said()
    done = writer.run(progress=said, branch="preview/today")
    assert done.files == (writer.path,)
    assert done.commit == git(folder, "rev-parse", "preview/today").strip()
    assert (site(writer), writer.state()) == (before, state)
    assert (git(folder, "rev-parse", "HEAD"), git(folder, "symbolic-ref", "HEAD")) == (head, branch)
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "rev-parse", "preview/today~1") == head
    assert git(folder, "show", "--name-only", "--format=", "preview/today").split() == [
        f"content/{writer.path}"
    ]
    assert "preview/today" in said.lines[0]
    again = writer.run(branch="preview/today")
    assert again.commit is None
    assert git(folder, "rev-parse", "preview/today").strip() == done.commit
    writer.run()
    assert git(folder, "diff", "--stat", "preview/today", "--", f"content/{writer.path}") == ""


@pytest.mark.parametrize(
    ("branch", "message"),
    [("", "no valid name"), ("bad name", "no valid name"), ("-x", "no valid name"), (None, "is checked out")],
)
def test_a_branch_that_cannot_get_a_preview_is_refused(
    writer: Writer, branch: str | None, message: str
) -> None:
    current = git(top(writer), "symbolic-ref", "--short", "HEAD").strip()
    before, state = site(writer), writer.state()
    with pytest.raises(GitError, match=message):
        writer.run(branch=current if branch is None else branch)
    assert (site(writer), writer.state()) == (before, state)


def test_a_change_is_announced_before_it_is_made(writer: Writer) -> None:
    before = site(writer)
    seen: list[bool] = []

    class Watching(Said):
        def info(self, text: str) -> None:
            super().info(text)
            seen.append(site(writer) == before)

    said = Watching()
    writer.run(progress=said)
    (line,) = [line for line in said.lines if line.startswith("writing")]
    assert re.search(r"writing (at most )?\d files? in", line)
    assert "git restore" in line
    assert seen and all(seen)


def test_a_commit_is_announced_with_the_branch_and_how_to_undo_it(writer: Writer) -> None:
    said = Said()
    done = writer.run(progress=said, commit=True)
    if done.commit is not None:
        branch = git(top(writer), "symbolic-ref", "--short", "HEAD").strip()
        assert f"one commit on {branch}; git revert" in said.lines[0]


# the checkout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    new_repository(tmp_path)
    (tmp_path / "a.md").write_text("a\n", encoding="utf-8")
    commit_all(tmp_path)
    return tmp_path


def opened(folder: Path, **options: Any) -> SiteFiles:
    from tests.support.services import settings

    return files_to_write(settings(folder, content_dir=folder), **options)


def no_remote(folder: Path) -> None:
    git(folder, "status")


def detached(folder: Path) -> None:
    put_behind(folder)
    git(folder, "checkout", "--quiet", "--detach")


def ahead(folder: Path) -> None:
    git(folder, "update-ref", f"refs/remotes/origin/{current(folder)}", "HEAD")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "ours")


def other_branch_behind(folder: Path) -> None:
    put_behind(folder)
    git(folder, "checkout", "--quiet", "-b", "another")


def two_remotes_without_origin(folder: Path) -> None:
    put_behind(folder, remote="one")
    put_behind(folder, remote="two")


def without_commits(folder: Path) -> None:
    git(folder, "update-ref", "-d", "HEAD")


def current(folder: Path) -> str:
    return git(folder, "symbolic-ref", "--short", "HEAD").strip()


@pytest.mark.parametrize(
    "prepare", [no_remote, detached, ahead, other_branch_behind, two_remotes_without_origin, without_commits]
)
def test_what_is_not_behind_is_written(repository: Path, prepare: Callable[[Path], None]) -> None:
    prepare(repository)
    assert isinstance(opened(repository), SiteFiles)


def configured(folder: Path) -> None:
    git(folder, "branch", "work")
    put_behind(folder, remote="upstream")
    git(folder, "config", "remote.upstream.url", "unused")
    git(folder, "config", "remote.upstream.fetch", "+refs/heads/*:refs/remotes/upstream/*")
    git(folder, "branch", f"--set-upstream-to=upstream/{current(folder)}")


def diverged(folder: Path) -> None:
    put_behind(folder)
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "ours")


def origin_among_two(folder: Path) -> None:
    put_behind(folder, remote="other")
    put_behind(folder)


@pytest.mark.parametrize("prepare", [configured, diverged, origin_among_two])
def test_what_is_behind_is_refused(repository: Path, prepare: Callable[[Path], None]) -> None:
    prepare(repository)
    with pytest.raises(OutOfStep, match="1 commit behind"):
        opened(repository)


def test_a_preview_keeps_attributes_modes_and_what_else_the_branch_has(repository: Path) -> None:
    (repository / ".gitattributes").write_text("*.md text eol=crlf\n", encoding="utf-8")
    (repository / "biology").mkdir()
    file = repository / "biology" / "x.md"
    file.write_bytes(b"one\r\n")
    file.chmod(0o755)
    commit_all(repository)
    git(repository, "checkout", "--quiet", "-b", "preview")
    (repository / "only-there.md").write_text("x\n", encoding="utf-8")
    commit_all(repository)
    git(repository, "checkout", "--quiet", "-")
    files = opened(repository, branch="preview")
    files.write(FileWrite("biology/x.md", b"two\r\n", sha256(b"one\r\n")))
    files.write(FileWrite("biology/new.md", b"new\r\n", None))
    assert files.read("biology/x.md") == b"two\r\n"
    files.remove("biology/new.md")
    assert files.find("biology/new.md") is None
    commit = files.commit("Two")  # type: ignore[attr-defined]
    assert commit.error is None
    assert git(repository, "show", "preview:biology/x.md") == "two\n"
    assert git(repository, "show", "preview:only-there.md") == "x\n"
    assert git(repository, "ls-tree", "preview", "biology/x.md").startswith("100755")
    assert git(repository, "log", "-1", "--format=%B", "preview").split("\n")[:3] == [
        "Two",
        "",
        "- biology/new.md",
    ]
    assert file.read_bytes() == b"one\r\n"
    assert git(repository, "status", "--porcelain") == ""


def test_a_preview_needs_a_checkout_and_a_commit(repository: Path, tmp_path: Path) -> None:
    without_commits(repository)
    files = opened(repository, branch="preview")
    files.write(FileWrite("biology/new.md", b"new\n", None))
    assert "no commit yet" in files.commit("New").error  # type: ignore[attr-defined]
    with pytest.raises(GeneratorError, match="not in a git checkout"):
        opened(Path("/"), branch="preview")


def test_a_preview_takes_no_other_change_of_its_branch_back(repository: Path) -> None:
    file = repository / "x.md"
    file.write_bytes(b"one\n")
    commit_all(repository)
    git(repository, "checkout", "--quiet", "-b", "preview")
    file.write_bytes(b"by hand\n")
    commit_all(repository)
    git(repository, "checkout", "--quiet", "-")
    tip = git(repository, "rev-parse", "preview")
    files = opened(repository, branch="preview")
    files.write(FileWrite("x.md", b"two\n", sha256(b"one\n")))
    commit = files.commit("Two")  # type: ignore[attr-defined]
    assert "has other changes in 1 file, such as x.md" in commit.error
    assert git(repository, "rev-parse", "preview") == tip


def test_what_the_current_branch_changed_since_is_no_obstacle_to_a_preview(repository: Path) -> None:
    file = repository / "x.md"
    file.write_bytes(b"one\n")
    commit_all(repository)
    git(repository, "branch", "preview")
    file.write_bytes(b"newer\n")
    commit_all(repository)
    files = opened(repository, branch="preview")
    files.write(FileWrite("x.md", b"two\n", sha256(b"newer\n")))
    assert files.commit("Two").error is None  # type: ignore[attr-defined]
    assert git(repository, "show", "preview:x.md") == "two\n"
