"""Commits files to a branch that is not checked out: the working tree, the index and the current branch stay as they are."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from generator.content.display import plural
from generator.workflows.site.git_command import GitError, run_git


def commit_to_branch(top: Path, branch: str, files: Mapping[str, bytes | None], message: str) -> str | None:
    """Commit files to a branch, which is created from the current commit where it does not exist.

    An existing branch gets one more commit; nothing of it is rewritten. Hooks are not run.

    Args:
        top: the top folder of the checkout.
        files: the bytes by path below ``top``; None deletes a file.
        message: of the commit.

    Returns:
        The hash of the commit; None if the branch has these files already.

    Raises:
        GitError: the branch is checked out or has no valid name, has other changes of these files, or git failed. The
            branch is unchanged.
    """
    ref = require_free_branch(top, branch)
    tip = _commit_of(top, ref)
    head = _commit_of(top, "HEAD")
    parent = tip or head
    if parent is None:
        raise GitError(
            "there is no commit yet that a branch could begin from: commit the content folder first"
        )
    tree = _tree_with(top, parent, files)
    if tree == run_git(top, "rev-parse", f"{parent}^{{tree}}").strip():
        return None
    if tip is not None and head is not None:
        _refuse_other_changes(top, branch, head, tip, tree)
    commit = run_git(top, "commit-tree", "-p", parent, "-F", "-", tree, stdin=message.encode()).strip()
    # The old value guards against another process that moved the branch meanwhile.
    run_git(top, "update-ref", "-m", "generator preview", ref, commit, tip or "0" * len(commit))
    return commit


def _refuse_other_changes(top: Path, branch: str, head: str, tip: str, tree: str) -> None:
    """Raise GitError where a tree takes changes back that the branch has since it left the current one."""
    base = run_git(top, "merge-base", head, tip, allowed=(0, 1)).strip() or head
    other = sorted(_changed(top, tip, tree) & _changed(top, base, tip))
    if other:
        raise GitError(
            f"the branch {branch!r} has other changes in {plural(len(other), 'file')}, such as {other[0]}, which this"
            f" preview would take back: use another --branch, or git branch -D {branch} first"
        )


def _changed(top: Path, one: str, other: str) -> set[str]:
    return set(run_git(top, "diff", "--name-only", "--no-renames", "-z", one, other).split("\0")) - {""}


def require_free_branch(top: Path, branch: str) -> str:
    """The full name of a branch that may be committed to.

    Raises:
        GitError: the name is not valid, or the branch is checked out here or in another worktree.
    """
    try:
        run_git(top, "check-ref-format", "--branch", branch)
    except GitError as error:
        raise GitError(f"--branch {branch!r} is no valid name of a branch") from error
    ref = f"refs/heads/{branch}"
    worktrees = run_git(top, "worktree", "list", "--porcelain").splitlines()
    if f"branch {ref}" in worktrees:
        raise GitError(
            f"the branch {branch!r} is checked out: use --commit, or another --branch for a preview"
        )
    return ref


def _commit_of(top: Path, revision: str) -> str | None:
    found = run_git(top, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", allowed=(0, 1, 128))
    return found.strip() or None


def _tree_with(top: Path, parent: str, files: Mapping[str, bytes | None]) -> str:
    """The tree of a commit with some files replaced, made in an index and a working tree of its own."""
    with tempfile.TemporaryDirectory(prefix="generator-branch-") as folder:
        work_tree = Path(folder) / "files"
        for name, data in files.items():
            if data is not None:
                file = work_tree / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
        work_tree.mkdir(exist_ok=True)
        own = {
            "GIT_INDEX_FILE": str(Path(folder) / "index"),
            "GIT_WORK_TREE": str(work_tree),
            "GIT_DIR": run_git(top, "rev-parse", "--absolute-git-dir").strip(),
            # The modes of the files are those that the branch has.
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "core.fileMode",
            "GIT_CONFIG_VALUE_0": "false",
        }
        run_git(top, "read-tree", parent, environment=own)
        removed = [name for name, data in files.items() if data is None]
        for names, command in (
            (removed, ("rm", "--cached", "--quiet", "--ignore-unmatch")),
            ([name for name in files if name not in removed], ("add", "--force")),
        ):
            if names:
                paths = "\0".join(names).encode("utf-8", "surrogateescape")
                from_stdin = ("--pathspec-from-file=-", "--pathspec-file-nul")
                run_git(work_tree, *command, *from_stdin, stdin=paths, environment=own)
        return run_git(top, "write-tree", environment=own).strip()
