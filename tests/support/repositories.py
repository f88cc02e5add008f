"""Git repositories in temporary folders, and a hook that refuses commits."""

import subprocess
from pathlib import Path

USER = "Grace"


def git(folder: Path, *arguments: str) -> str:
    """What git writes, called in a folder."""
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def new_repository(folder: Path) -> None:
    """Make a folder a repository in which ``USER`` may commit."""
    git(folder, "init", "--quiet")
    with (folder / ".git" / "config").open("a", encoding="utf-8") as config:
        config.write(f"[user]\n\tname = {USER}\n\temail = grace@example.org\n")


def commit_all(folder: Path, *paths: str) -> None:
    """Commit what stands in a folder, or the named paths in it."""
    git(folder, "add", *(paths or (".",)))
    git(folder, "commit", "--quiet", "--message", "start")


def site_repository(folder: Path) -> None:
    """Make a folder a repository with one commit, which has nothing of what stands there."""
    new_repository(folder)
    (folder / "README.md").write_text("the site", encoding="utf-8")
    commit_all(folder, "README.md")


def refuse_commits(folder: Path, reason: str) -> None:
    """Have the repository refuse every commit for a reason."""
    hook = folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\necho {reason} >&2\nexit 1\n")
    hook.chmod(0o755)


def put_behind(folder: Path, commits: int = 1, *, remote: str = "origin") -> None:
    """Have the branch of a repository lack commits that were fetched from a remote."""
    branch = git(folder, "symbolic-ref", "--short", "HEAD").strip()
    start = git(folder, "rev-parse", "HEAD").strip()
    for number in range(commits):
        git(folder, "commit", "--quiet", "--allow-empty", "--message", f"of the CMS {number}")
    git(folder, "update-ref", f"refs/remotes/{remote}/{branch}", "HEAD")
    git(folder, "reset", "--quiet", "--soft", start)
