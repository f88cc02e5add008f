"""Reading in several processes gives the same results as reading in one."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from generator.content.site.site import Site
from generator.processes.ordered_map import ordered_map
from generator.store.corpus.files import IndexRecord, Unreadable, read_each, scan
from generator.store.corpus.index import CorpusIndex
from tests.support.processes import all_ended, recorded, set_cores


def folder(tmp_path: Path, count: int) -> Path:
    (tmp_path / "learn" / "biology").mkdir(parents=True)
    for number in range(count):
        text = (
            f"---\nid: {number}\nquestion: What is number {number}?\n---\n"
            if number % 7
            else "no front matter"
        )
        (tmp_path / "learn" / "biology" / f"q{number}.md").write_text(text, encoding="utf-8")
    return tmp_path / "learn"


def read(content: Path, processes: int) -> Iterator[IndexRecord | Unreadable]:
    """Read the files as a refresh reads a large folder."""
    to_read = sorted(scan(content).files.items())
    reader = partial(partial, read_each, str(content), Site())
    return ordered_map(reader, to_read, processes=processes, parallel_from=10)


def test_several_processes_give_the_same_results_in_order(tmp_path, monkeypatch):
    started = recorded(monkeypatch)
    content = folder(tmp_path, 150)
    alone = list(read(content, 1))
    assert started == []
    assert list(read(content, 2)) == alone
    assert {type(outcome) for outcome in alone} == {IndexRecord, Unreadable}
    assert len(started) == 2 and all_ended(started)


def test_few_articles_are_read_in_this_process(tmp_path, monkeypatch):
    started = recorded(monkeypatch)
    set_cores(monkeypatch, 2)
    content = folder(tmp_path, 600)
    with CorpusIndex(tmp_path / "index.sqlite3", content) as index:
        report = index.refresh()
    assert report.added + len(report.unreadable) == 600
    assert started == []


def test_without_usable_workers_this_process_reads(tmp_path, monkeypatch):
    content = folder(tmp_path, 20)
    for executable in ("no-python", "/bin/false"):
        monkeypatch.setattr("sys.executable", str(tmp_path / executable))
        assert len(list(read(content, 2))) == 20
