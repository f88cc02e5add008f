"""The index follows its folder, is rebuilt after damage, and can be shared by threads and processes."""

import os
import sqlite3
import threading
from pathlib import Path

from generator.content.site.site import Site
from generator.content.slugs import key_of
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.rows import RefreshReport
from tests.support.plant_articles import answer, write


def test_an_index_is_filled_once_its_folder_was_read_even_an_empty_folder(tmp_path, content):
    for folder in (content, tmp_path / "nothing"):
        with CorpusIndex(tmp_path / f"{folder.name}.sqlite3", folder) as index:
            assert not index.is_filled()
            index.refresh()
            assert index.is_filled()


def nothing_changed(report: RefreshReport) -> bool:
    """Whether a refresh found nothing new, changed or missing."""
    return (report.added, report.updated, report.removed) == (0, 0, 0)


class KeysDuringRebuild(set[str]):
    """Keys to leave out. Whoever asks for their number finds that another process empties the index just then."""

    def __init__(self, path: Path, content: Path) -> None:
        super().__init__()
        self.path = path
        self.content = content

    def __len__(self) -> int:
        for file in self.content.rglob("*.md"):
            file.unlink()
        with CorpusIndex(self.path, self.content) as other:
            other.refresh()
        return 0


def test_one_read_sees_one_state_of_the_index(content, index):
    for number in range(30):
        write(content, 100 + number, f"Who won the prize of the year {1900 + number}?")
    index.refresh()
    question = "How does photosynthesis work in deserts?"
    answer = "Plants of the desert open their pores at night, and photosynthesis goes on by day."
    with CorpusIndex(
        index.path, content
    ) as other:  # another object, because ``index`` must not have cached any row
        before = other.related(question, "Biology", answer=answer)
    found = index.related(question, "Biology", answer=answer, exclude=KeysDuringRebuild(index.path, content))
    assert found == before != []
    assert index.count() == 0


def test_a_first_refresh_indexes_every_article(tmp_path, content):
    with CorpusIndex(tmp_path / "index.sqlite3", content) as index:
        seen = []
        report = index.refresh(progress=lambda done, total: seen.append((done, total)))
        assert (report.added, report.updated, report.removed) == (4, 0, 0)
        assert seen[-1] == (4, 4)
        assert index.count() == 4
        assert index.subjects() == {"biology": 2, "economics": 1, "mythology": 1}


def test_a_refresh_reads_only_what_changed(index, content):
    write(content, 9, "How do roots take up water?")
    changed = write(content, 8, "Who wrote the Iliad?", "Mythology", answer=answer("Homer, by tradition."))
    (content / key_of("Economics", "What causes inflation in small economies?").path).unlink()
    report = index.refresh()
    assert (report.added, report.updated, report.removed, index.count()) == (1, 1, 1, 4)
    assert index.answer(f"mythology/{changed.stem}").startswith("Homer, by tradition.\n\n1. **Light")
    assert index.search("inflation in small economies") == []
    assert nothing_changed(index.refresh())


def test_a_file_with_a_new_stamp_and_the_same_bytes_counts_as_unchanged(index, content):
    path = content / key_of("Mythology", "Who wrote the Iliad?").path
    os.utime(path, ns=(1, 1))
    assert nothing_changed(index.refresh())
    assert nothing_changed(index.refresh())


def test_a_removed_last_article_is_not_found_any_more(index, content):
    last = key_of("Mythology", "Who wrote the Iliad?")
    (content / last.path).unlink()
    write(content, 5, "Where do glaciers form?", "Science")
    index.refresh()
    assert [hit.row.question for hit in index.search("glaciers")] == ["Where do glaciers form?"]
    assert index.search("Iliad") == []


def test_a_missing_folder_is_an_empty_corpus(tmp_path):
    with CorpusIndex(tmp_path / "index.sqlite3", tmp_path / "nowhere") as index:
        report = index.refresh()
        assert report.missing and index.count() == 0 and report.unreadable == ()
        assert index.next_id() == 1
        assert index.search("anything at all") == []


def test_unreadable_files_are_reported_with_reasons(index, content):
    (content / "biology" / "broken.md").write_bytes(b"---\nquestion: [\n---\n")
    (content / "biology" / "bytes.md").write_bytes(b"---\nquestion: \xff\xfe\n---\n")
    (content / "biology" / "silent.md").write_bytes(b"---\nid: 4\n---\n")
    (content / "biology" / "loop.md").symlink_to("loop.md")
    (content / "circle").symlink_to("circle")
    (content / "biology" / "inside.md").mkdir()
    (content / "biology" / "long.md").write_bytes(b"---\nid: 5\n---\n".ljust(4_000_001))
    os.close(os.open(os.fsencode(content / "biology") + b"/\xff.md", os.O_CREAT | os.O_WRONLY))
    report = index.refresh()
    assert index.count() == 4
    reasons = {item.path: item.reason for item in report.unreadable}
    assert set(reasons) == {
        "biology/broken.md",
        "biology/bytes.md",
        "biology/silent.md",
        "biology/loop.md",
        "biology/long.md",
        "biology/\\xff.md",
        "circle",
    }
    assert reasons["biology/silent.md"] == "it has no question"
    assert reasons["biology/long.md"] == "larger than 4 MB"
    assert "UTF-8" in reasons["biology/\\xff.md"]
    assert all(reasons.values())
    # Reported again without being read again, and forgotten when repaired.
    assert len(index.refresh().unreadable) == 7
    write(content, 30, "Broken")
    assert len(index.refresh().unreadable) == 6


def test_a_damaged_index_is_rebuilt(tmp_path, content):
    path = tmp_path / "index.sqlite3"
    path.write_bytes(b"this is no database, only text that is long enough to be looked at" * 100)
    with CorpusIndex(path, content) as index:
        assert index.refresh().added == 4
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))
    with CorpusIndex(path, content) as index:
        index.refresh()
        assert index.search("photosynthesis")
        assert nothing_changed(index.refresh()) and index.count() == 4


def test_damage_found_while_reading_is_repaired_too(index):
    with sqlite3.connect(index.path) as connection:
        connection.execute("DROP TABLE lead")
    connection.close()
    assert len(index.search("photosynthesis")) == 2


def test_an_index_of_another_schema_or_folder_is_rebuilt(tmp_path, content):
    path = tmp_path / "index.sqlite3"
    with CorpusIndex(path, content) as index:
        index.refresh()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with CorpusIndex(path, content) as index:
        assert index.refresh().added == 4
    write(tmp_path / "other", 7, "What is a glacier?")
    with CorpusIndex(path, tmp_path / "other") as index:
        assert index.refresh().added == 1
        assert index.count() == 1


def test_an_index_of_a_site_with_another_origin_is_rebuilt(tmp_path, content):
    """The origin says whether a page names itself or another one."""
    file = next(content.rglob("*.md"))
    path = f"/learn/{file.parent.name}/questions/{file.stem}"
    line = f"---\ncanonical: https://www.example.org{path}\nurl: {path}\n"
    text = "".join(each for each in file.read_text().splitlines(True) if not each.startswith("url:"))
    file.write_text(text.replace("---\n", line, 1))
    for origin, named in ((None, 0), ("https://other.example", 1), ("https://www.example.org", 0)):
        site = Site(origin=origin)
        with CorpusIndex(tmp_path / "index.sqlite3", content, site=site) as index:
            assert (index.refresh().added, len(index.with_canonical())) == (4, named)
        with CorpusIndex(tmp_path / "index.sqlite3", content, site=site) as index:
            assert nothing_changed(index.refresh())


def test_two_processes_can_share_one_index(tmp_path, content):
    path = tmp_path / "index.sqlite3"
    with CorpusIndex(path, content) as one, CorpusIndex(path, content) as other:
        assert one.refresh().added == 4
        assert nothing_changed(other.refresh()) and other.count() == 4
        write(content, 9, "How do roots take up water?")
        assert one.refresh().added == 1
        assert other.count() == 5
        other.rebuild()
        assert nothing_changed(one.refresh()) and one.count() == 5


def test_threads_search_while_the_index_changes(index, content):
    failures = []

    def search():
        try:
            for _ in range(20):
                assert len(index.search("photosynthesis")) == 2
        except (AssertionError, sqlite3.Error) as error:
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(5):
        write(content, 100 + number, f"What is a glacier number {number}?")
        index.refresh()
    for thread in threads:
        thread.join()
    assert failures == []


def test_its_state_says_what_is_indexed_and_how_recent_it_is(index, content):
    write(content, 9, "How do roots take up water?")
    (content / "biology" / "silent.md").write_bytes(b"---\nid: 4\n---\n")
    state = index.state()
    assert (state.articles, state.unreadable, state.pending) == (4, 0, 2)
    assert state.bytes > 4096 and state.changed_at.endswith("Z")
    index.refresh()
    state = index.state()
    assert (state.articles, state.unreadable, state.pending) == (5, 1, 0)
    assert state.subjects["biology"] == 3
