"""Files of the site: atomic and durable writes, never over an edit or through a link out of the content folder."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from generator.errors import StorageError
from generator.store.files import sha256
from generator.workflows.site.file_change import FileChange, SkippedFile
from generator.workflows.site.files import FileWrite, SiteFiles
from tests.support.file_links import put_behind_link
from tests.support.syncs import Syncs

PATH = "biology/cells.md"
OLD, NEW = b"old\n", b"new\n"
REPLACE = FileWrite(PATH, NEW, replaces=sha256(OLD))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "biology").mkdir(parents=True)
    (folder / PATH).write_bytes(OLD)
    return folder


@pytest.fixture
def files(root: Path) -> SiteFiles:
    return SiteFiles(root)


def test_a_file_is_replaced_durably_with_its_permissions(root, files, monkeypatch):
    syncs = Syncs(monkeypatch)
    (root / PATH).chmod(0o640)
    files.write(REPLACE)
    files.sync()
    assert (root / PATH).read_bytes() == NEW
    assert (root / PATH).stat().st_mode & 0o777 == 0o640
    assert syncs.has(root / PATH, root / "biology")
    assert [path.name for path in (root / "biology").iterdir()] == ["cells.md"]


def test_the_folder_of_a_subjects_first_article_is_durable_too(root, files, monkeypatch):
    syncs = Syncs(monkeypatch)
    files.write(FileWrite("physics/tides.md", NEW, replaces=None))
    files.sync()
    assert syncs.has(root / "physics" / "tides.md", root / "physics", root)


@pytest.mark.parametrize("replaces", [None, sha256(b"what was read")])
def test_a_file_that_was_edited_since_it_was_read_is_left_alone(root, files, replaces):
    with pytest.raises(StorageError, match="changed by someone else"):
        files.write(FileWrite(PATH, NEW, replaces))
    assert [path.read_bytes() for path in (root / "biology").iterdir()] == [OLD]


def test_a_file_that_has_the_new_bytes_is_not_an_edit(root, files):
    (root / PATH).write_bytes(NEW)
    files.write(REPLACE)
    assert (root / PATH).read_bytes() == NEW


def test_a_link_that_stays_inside_is_followed_and_stays(root, files, monkeypatch):
    syncs = Syncs(monkeypatch)
    real = put_behind_link(root / PATH, root / "shared")
    assert (files.read(PATH), files.real(PATH)) == (OLD, real.resolve())
    files.write(REPLACE)
    files.sync()
    assert (root / PATH).is_symlink()
    assert real.read_bytes() == NEW
    assert syncs.has(real, real.parent)


@pytest.mark.parametrize("of", ["file", "folder"])
def test_the_target_of_a_link_out_is_neither_read_nor_written_nor_removed(root, files, tmp_path, of):
    outside = tmp_path / "outside"
    if of == "file":
        put_behind_link(root / PATH, outside)
    else:
        (root / "biology").rename(outside)
        (root / "biology").symlink_to(outside)
    for attempt in (
        lambda: files.read(PATH),
        lambda: files.write(REPLACE),
        lambda: files.remove(PATH),
        lambda: files.write(FileWrite(PATH, NEW, replaces=None)),
    ):
        with pytest.raises(StorageError, match="leads out of the content folder"):
            attempt()
    assert [path.read_bytes() for path in outside.iterdir()] == [OLD]


@pytest.mark.parametrize("target", ["nothing.md", "cells.md"])
def test_a_link_without_a_target_is_refused(root, files, target):
    (root / PATH).unlink()
    (root / PATH).symlink_to(target)
    with pytest.raises(StorageError, match="is a link without a target"):
        files.write(FileWrite(PATH, NEW, replaces=None))
    assert [path.name for path in (root / "biology").iterdir()] == ["cells.md"]


def test_removing_a_link_does_not_remove_its_target(root, files, monkeypatch):
    syncs = Syncs(monkeypatch)
    real = put_behind_link(root / PATH, root / "shared")
    files.remove(PATH)
    files.sync()
    assert (real.read_bytes(), (root / PATH).is_symlink()) == (OLD, False)
    assert syncs.has(root / "biology")


def test_a_content_folder_that_is_a_link_itself_is_the_content_folder(root, tmp_path):
    (tmp_path / "linked").symlink_to(root)
    SiteFiles(tmp_path / "linked").write(REPLACE)
    assert (root / PATH).read_bytes() == NEW


def test_two_names_of_one_file_never_overwrite_each_other(root, files):
    put_behind_link(root / PATH, root / "shared")
    other = FileWrite("shared/cells.md", b"other\n", replaces=sha256(OLD))
    failed = files.write_all([REPLACE, other])
    assert list(failed) == ["shared/cells.md"]
    assert (root / PATH).read_bytes() == NEW


def test_many_files_are_written_and_the_refused_are_named(root, files):
    writes = [FileWrite(f"biology/{number}.md", NEW, replaces=None) for number in range(50)]
    (root / "biology" / "7.md").write_bytes(OLD)
    (root / "biology" / "8.md").mkdir()
    failed = files.write_all(writes)
    assert sorted(failed) == ["biology/7.md", "biology/8.md"]
    assert sum(path.read_bytes() == NEW for path in (root / "biology").glob("*.md") if path.is_file()) == 48


def test_temporary_files_of_a_killed_process_are_removed(root, files):
    (root / "biology" / ".cells.md.999999999.tmp").write_bytes(b"half")
    (root / "biology" / ".other.md.999999999.tmp").write_bytes(b"half")
    files.write(REPLACE)
    assert sorted(path.name for path in (root / "biology").iterdir()) == [
        ".other.md.999999999.tmp",
        "cells.md",
    ]


def test_temporary_files_of_another_process_stay(root, files):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        writing = root / "biology" / f".cells.md.{other.pid}-1f-1.tmp"
        writing.write_bytes(b"half")
        files.write(REPLACE)
        assert writing.exists()
        other.communicate(b"\n")
    files.write(FileWrite(PATH, OLD, replaces=sha256(NEW)))
    assert [path.name for path in (root / "biology").iterdir()] == ["cells.md"]


def test_in_a_container_every_run_has_the_same_process_id(root, files):
    (root / "biology" / f".cells.md.{os.getpid()}-1.tmp").write_bytes(b"half")
    files.write(REPLACE)
    assert [path.name for path in (root / "biology").iterdir()] == ["cells.md"]


def test_a_temporary_file_that_cannot_be_removed_is_ignored(root, files):
    (root / "biology" / ".cells.md.999999999.tmp").mkdir()
    (root / "biology" / ".cells.md.backup.tmp").write_bytes(b"a person's")
    writes = [REPLACE, FileWrite("biology/genes.md", NEW, replaces=None)]
    assert files.write_all(writes) == {}
    assert (root / "biology" / ".cells.md.backup.tmp").read_bytes() == b"a person's"
    assert [(root / item.path).read_bytes() for item in writes] == [NEW, NEW]


def test_files_are_written_if_the_file_system_cannot_sync_a_folder(root, files, monkeypatch):
    sync = os.fsync

    def only_files(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        sync(handle)

    monkeypatch.setattr(os, "fsync", only_files)
    files.write(REPLACE)
    files.sync()
    assert (root / PATH).read_bytes() == NEW


def test_a_disk_that_fails_while_a_folder_is_synced_is_an_error(root, files, monkeypatch):
    def broken(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    files.write(REPLACE)
    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(StorageError, match="Input/output error"):
        files.sync()


def test_rewriting_yields_the_result_for_each_file_in_order(root, files):
    for number in range(90):
        (root / "biology" / f"{number}.md").write_bytes(OLD)
    paths = [f"biology/{number}.md" for number in range(90)]

    def changed(path: str) -> FileChange | SkippedFile | None:
        if path == paths[3]:
            return None
        if path == paths[5]:
            return SkippedFile(path, "dull")
        if path == paths[7]:
            (root / path).write_bytes(b"edited")
        return FileChange(path, (), OLD.decode(), NEW.decode())

    results = list(files.rewrite(paths, changed))
    assert [item.path if item else None for item in results] == [*paths[:3], None, *paths[4:]]
    left = [item for item in results if isinstance(item, SkippedFile)]
    assert [item.path for item in left] == [paths[5], paths[7]]
    assert left[1].reason == "was changed by someone else and is left alone"
    assert ((root / paths[7]).read_bytes(), (root / paths[89]).read_bytes()) == (b"edited", NEW)


def test_a_dry_run_writes_nothing(root, files):
    (change,) = files.rewrite([PATH], lambda path: FileChange(path, (), "old\n", "new\n"), dry_run=True)
    assert isinstance(change, FileChange)
    assert (root / PATH).read_bytes() == OLD
