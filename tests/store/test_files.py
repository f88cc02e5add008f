"""Files are written completely or not at all."""

import pytest

from generator.errors import StorageError
from generator.store.files import read_article, read_file, write_file


def test_a_file_and_its_folders_are_created(tmp_path):
    write_file(tmp_path / "a" / "b.md", b"text")
    assert (tmp_path / "a" / "b.md").read_bytes() == b"text"


@pytest.mark.parametrize("durable", [False, True])
def test_writing_leaves_no_other_files(tmp_path, durable):
    write_file(tmp_path / "b.md", b"old", durable=durable)
    write_file(tmp_path / "b.md", b"new", durable=durable)
    assert [path.name for path in tmp_path.iterdir()] == ["b.md"]


def test_a_failed_expectation_leaves_the_old_file(tmp_path):
    write_file(tmp_path / "b.md", b"someone else's")
    with pytest.raises(StorageError, match="left alone"):
        write_file(tmp_path / "b.md", b"ours", expect=lambda present: present == b"what we read")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"someone else's"]


def test_a_folder_of_the_same_name_is_one_clear_error(tmp_path):
    (tmp_path / "b.md").mkdir()
    with pytest.raises(StorageError, match="b.md"):
        write_file(tmp_path / "b.md", b"text")
    assert [path.name for path in tmp_path.iterdir()] == ["b.md"]


def test_a_file_keeps_its_permissions(tmp_path):
    write_file(tmp_path / "b.md", b"old")
    (tmp_path / "b.md").chmod(0o640)
    write_file(tmp_path / "b.md", b"new")
    assert (tmp_path / "b.md").stat().st_mode & 0o777 == 0o640


def test_a_missing_file_reads_as_none(tmp_path):
    assert read_file(tmp_path / "none") is None


def test_a_file_too_large_for_an_article_is_not_read(tmp_path):
    assert read_article(tmp_path / "none") is None
    with (tmp_path / "b.md").open("wb") as file:
        file.truncate(4_000_000)
    assert len(read_article(tmp_path / "b.md")) == 4_000_000
    with (tmp_path / "b.md").open("ab") as file:
        file.write(b"a")
    with pytest.raises(StorageError, match="larger than 4 MB"):
        read_article(tmp_path / "b.md")
