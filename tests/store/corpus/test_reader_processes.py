"""Reading in several processes gives what reading in one does."""

from pathlib import Path

from generator.store.corpus import reader_processes
from generator.store.corpus.files import Record, Unreadable, scan


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


def test_the_outcomes_are_the_same_and_in_order(tmp_path, monkeypatch):
    content = folder(tmp_path, 150)
    wanted = sorted(scan(content).files.items())
    alone = list(reader_processes.read_all(content, wanted, processes=1))
    monkeypatch.setattr(reader_processes, "_SEVERAL_PROCESSES_FROM", 10)
    assert list(reader_processes.read_all(content, wanted, processes=2)) == alone
    assert {type(outcome) for outcome in alone} == {Record, Unreadable}


def test_when_no_process_starts_it_goes_on_alone(tmp_path, monkeypatch):
    content = folder(tmp_path, 20)
    wanted = sorted(scan(content).files.items())
    monkeypatch.setattr(reader_processes, "_SEVERAL_PROCESSES_FROM", 10)
    monkeypatch.setattr(reader_processes.sys, "executable", str(tmp_path / "no-python"))
    assert len(list(reader_processes.read_all(content, wanted, processes=2))) == 20
    monkeypatch.undo()
    monkeypatch.setattr(reader_processes, "_SEVERAL_PROCESSES_FROM", 10)
    monkeypatch.setattr(reader_processes, "_PROGRAM", "raise SystemExit(1)")
    assert len(list(reader_processes.read_all(content, wanted, processes=2))) == 20
