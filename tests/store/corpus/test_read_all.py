"""Reading in several processes gives the same results as reading in one."""

from pathlib import Path

from generator.store.corpus.files import IndexRecord, Unreadable, scan
from generator.store.corpus.refresh import read_all
from tests.support.processes import all_ended, recorded


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


def test_several_processes_give_the_same_results_in_order(tmp_path, monkeypatch):
    started = recorded(monkeypatch)
    content = folder(tmp_path, 150)
    wanted = sorted(scan(content).files.items())
    alone = list(read_all(content, wanted, processes=1, parallel_from=10))
    assert started == []
    assert list(read_all(content, wanted, processes=2, parallel_from=10)) == alone
    assert {type(outcome) for outcome in alone} == {IndexRecord, Unreadable}
    assert len(started) == 2 and all_ended(started)


def test_few_articles_are_read_in_this_process(tmp_path, monkeypatch):
    started = recorded(monkeypatch)
    content = folder(tmp_path, 600)
    assert len(list(read_all(content, sorted(scan(content).files.items()), processes=2))) == 600
    assert started == []


def test_without_usable_workers_this_process_reads(tmp_path, monkeypatch):
    content = folder(tmp_path, 20)
    wanted = sorted(scan(content).files.items())
    for executable in ("no-python", "/bin/false"):
        monkeypatch.setattr("sys.executable", str(tmp_path / executable))
        assert len(list(read_all(content, wanted, processes=2, parallel_from=10))) == 20
