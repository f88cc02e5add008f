"""Commits of named files: their messages."""

import subprocess

from generator.workflows.site.git import Checkout


def git(folder, *arguments):
    made = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True)
    return made.stdout


def test_a_commit_of_many_files_names_the_first_and_counts_the_rest(tmp_path):
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "user.name", "Ada")
    git(tmp_path, "config", "user.email", "ada@example.org")
    files = [tmp_path / f"{number:04}.md" for number in range(1_102)]
    for file in files:
        file.write_text("x", encoding="utf-8")
    commit = Checkout(tmp_path).commit(files, "Rewrite 1,102 articles")
    message = git(tmp_path, "log", "-1", "--format=%B").splitlines()
    assert commit.hash == git(tmp_path, "rev-parse", "HEAD").strip()
    assert message[:3] == ["Rewrite 1,102 articles", "", "- 0000.md"]
    assert [line for line in message if line][-2:] == ["- 0099.md", "and 1,002 more"]
    assert len(git(tmp_path, "show", "--name-only", "--format=").split()) == 1_102
