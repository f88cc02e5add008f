"""The team's sources are read, divided into chunks, indexed when they change, and found for a question."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from generator.store.corpus.files import Unreadable
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.sources import files
from generator.store.corpus.sources.reader import DocumentReader
from tests.support.processes import all_ended, recorded

pytestmark = pytest.mark.slow


def pdf(*lines: str, password: str | None = None) -> bytes:
    """A PDF of one page with these lines."""
    from pypdf import PdfReader, PdfWriter

    text = " ".join(f"1 0 0 1 72 {720 - 14 * at} Tm ({line}) Tj" for at, line in enumerate(lines))
    stream = f"BT /F1 12 Tf {text} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    made = io.BytesIO(b"%PDF-1.4\n")
    made.seek(0, io.SEEK_END)
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(made.tell())
        made.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = made.tell()
    made.write(b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in offsets))
    made.write(b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    if password is None:
        return made.getvalue()
    writer = PdfWriter(clone_from=PdfReader(made))
    writer.encrypt(password, algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    return locked.getvalue()


def docx() -> bytes:
    from docx import Document

    document = Document()
    document.add_heading("Harbour rules", 1)
    document.add_paragraph("Ships keep to the starboard side of the fairway.")
    document.add_paragraph("Sound the horn in fog", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Speed", "six knots"
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "sources"
    (made / "tides").mkdir(parents=True)
    (made / "tides" / "moon.md").write_text(
        "---\ntags: x\n---\n# The moon's pull\n\nSpring tides come when moon and sun pull in one line.\n",
        encoding="utf-8",
    )
    (made / "notes.txt").write_bytes("Kelp forests shelter young fish – and urchins.".encode("cp1252"))
    (made / "page.html").write_text(
        "<title>Reefs</title><h2>Corals</h2><p>Corals build reefs of lime.", encoding="utf-8"
    )
    return made


@pytest.fixture
def index(tmp_path: Path, folder: Path):
    with CorpusIndex(tmp_path / "index.sqlite3", tmp_path / "learn", folder) as made:
        yield made


def test_every_format_is_read_and_found(index, folder):
    (folder / "harbour.docx").write_bytes(docx())
    (folder / "lights.pdf").write_bytes(
        pdf("Lighthouses flash in a rhythm of their", "own, so that sailors know them.")
    )
    counts = index.refresh().sources
    assert (counts.added, counts.updated, counts.removed) == (5, 0, 0)
    assert counts.unreadable == () and not counts.missing
    for question, key, title, text in (
        ("When do spring tides come?", "tides/moon.md", "The moon's pull", "Spring tides come when"),
        ("What shelters in kelp forests?", "notes.txt", "notes", "fish – and urchins."),
        ("How do corals build reefs?", "page.html", "Reefs", "Corals build reefs of lime."),
        (
            "Which side of the fairway do ships keep?",
            "harbour.docx",
            "Harbour rules",
            "Sound the horn in fog",
        ),
        ("Why do lighthouses flash?", "lights.pdf", "lights", "rhythm of their own, so that"),
    ):
        (passage,) = index.source_passages(question)
        assert (passage.id, passage.key, passage.title) == ("s1", key, title)
        assert text in passage.text


def test_only_what_changed_is_read_again(index, folder):
    index.refresh()
    counts = index.refresh().sources
    assert (counts.added, counts.updated, counts.removed, index.state().sources) == (0, 0, 0, 3)
    (folder / "notes.txt").write_text("Otters eat urchins.", encoding="utf-8")
    (folder / "page.html").unlink()
    counts = index.refresh().sources
    assert (counts.added, counts.updated, counts.removed, index.state().sources) == (0, 1, 1, 2)
    assert index.source_passages("How do corals build reefs?") == []
    assert index.source_passages("Do otters eat urchins?")[0].key == "notes.txt"


def test_unreadable_sources_are_reported_with_reasons(index, folder, monkeypatch):

    monkeypatch.setattr(files, "LARGEST_BYTES", 50_000)
    (folder / "locked.pdf").write_bytes(pdf("secret", password="abc"))
    (folder / "scan.pdf").write_bytes(pdf(""))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 and nothing more")
    (folder / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (folder / "empty.md").write_bytes(b"")
    (folder / "blank.txt").write_bytes(b" \n\n")
    (folder / "huge.txt").write_bytes(b"x" * 50_001)
    (folder / "program.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "slides.pptx").write_bytes(b"PK")
    (folder / "nowhere.md").symlink_to(folder / "nothing.md")
    (folder / ".hidden.md").write_text("not looked at", encoding="utf-8")
    counts = index.refresh().sources
    reasons = {item.path: item.reason for item in counts.unreadable}
    assert reasons["locked.pdf"] == "encrypted"
    assert reasons["scan.pdf"] == reasons["blank.txt"] == "there is no text in it"
    assert reasons["broken.pdf"].startswith("damaged")
    assert reasons["broken.docx"].startswith("damaged")
    assert reasons["old.docx"].startswith("encrypted")
    assert reasons["empty.md"] == "empty"
    assert reasons["huge.txt"].startswith("larger than")
    assert reasons["program.txt"].startswith("not text")
    assert ".pptx cannot be read" in reasons["slides.pptx"]
    assert reasons["nowhere.md"]
    assert len(reasons) == 11
    again = index.refresh().sources
    assert len(again.unreadable) == 11 and again.added == again.updated == 0


def test_a_text_beyond_the_limit_is_refused(index, folder, monkeypatch):
    monkeypatch.setattr("generator.store.corpus.sources.files.LARGEST_TEXT", 1_000)
    (folder / "long.txt").write_text("Tides. " * 200, encoding="utf-8")
    (folder / "empty.txt").write_text(" \n", encoding="utf-8")
    refused = {item.path: item.reason for item in index.refresh().sources.unreadable}
    assert "characters" in refused["long.txt"] and "no text" in refused["empty.txt"]
    assert "notes.txt" not in refused


def test_a_source_that_is_deleted_while_it_is_indexed_is_refused(tmp_path):
    with DocumentReader(tmp_path) as reader:
        assert reader.read("gone.pdf") == Unreadable("gone.pdf", "was deleted before it could be read")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that is never read to its end")
def test_only_the_document_that_hangs_or_kills_its_reader_is_refused(tmp_path, monkeypatch):
    (tmp_path / "good.docx").write_bytes(docx())
    os.mkfifo(tmp_path / "endless.pdf")
    started = recorded(monkeypatch)
    with DocumentReader(tmp_path, seconds=0.2) as reader:
        assert "longer than 0.2 seconds" in reader.read("endless.pdf").reason
        assert all_ended(started)
    with DocumentReader(tmp_path) as reader, ThreadPoolExecutor() as others:
        assert reader.read("good.docx").title == "Harbour rules"
        reading = others.submit(reader.read, "endless.pdf")
        with (tmp_path / "endless.pdf").open("wb"):  # opening the pipe waits until the reader opens it
            started[-1].kill()
            assert "the reader failed" in reading.result(60).reason
        assert reader.read("good.docx").title == "Harbour rules"
    assert len(started) == 3 and all_ended(started)


def test_a_document_reader_that_cannot_be_started_says_why(tmp_path, monkeypatch):
    recorded(monkeypatch, refused=1)
    with DocumentReader(tmp_path) as reader:
        reason = reader.read("good.docx").reason
    assert reason == "the reader could not be started: Resource temporarily unavailable"


def test_the_names_of_a_list_select_sources(index):
    index.refresh()
    question = "What do corals, ships, kelp and lighthouses have in common?"
    assert {passage.key for passage in index.source_passages(question, names=["page"])} <= {"page.html"}
    assert index.source_passages("How do corals build reefs?", names=["tides", "*.txt"]) == []
    assert index.source_passages("How do corals build reefs?", names=["p*.html"])[0].key == "page.html"
    assert index.source_passages("How do corals build reefs?", names=["unknown"]) == []
    assert index.unknown_sources(["tides/moon", "tides", "notes.txt", "nothing"]) == ["nothing"]


def test_a_question_with_few_terms_in_the_sources_gets_no_passages(index):
    index.refresh()
    assert index.source_passages("How did the moon goddess shape Aztec temple building and calendars?") == []


def test_passages_fit_the_limit_and_are_not_repeated(index, folder):
    (folder / "copy.md").write_text(
        (folder / "tides" / "moon.md").read_text(encoding="utf-8"), encoding="utf-8"
    )
    index.refresh()
    assert len(index.source_passages("When do spring tides come?")) == 1
    assert index.source_passages("When do spring tides come?", limit_chars=20) == []


def test_a_missing_folder_of_sources_is_reported(tmp_path):
    with CorpusIndex(tmp_path / "index.sqlite3", tmp_path / "learn", tmp_path / "none") as index:
        counts = index.refresh().sources
        assert counts.missing and index.state().passages == 0
        assert index.source_passages("Anything at all?") == []


def test_without_sources_there_are_none(tmp_path):
    with CorpusIndex(tmp_path / "index.sqlite3", tmp_path / "learn") as index:
        assert index.refresh().sources is None
        assert index.source_passages("Anything at all?") == []


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("---\ntags: x\n---\nTides come and go.\n", "Tides come and go."),
        ("--- \ntags: x\n--- \nTides come and go.\n", "Tides come and go."),
        ("---\ntags:\n  - x\n---", None),
        ("---\nTides come and go.\n\n---\nSo do winds.\n", "---\nTides come and go.\n\n---\nSo do winds."),
        ("---\ntags: x\nTides come and go.\n", "---\ntags: x\nTides come and go."),
    ],
)
def test_front_matter_is_left_out_and_a_rule_is_not_front_matter(tmp_path, text, body):
    (tmp_path / "tides.md").write_text(text, encoding="utf-8")
    found = files.read_plain(tmp_path, "tides.md")
    assert (found.markdown if isinstance(found, files.SourceText) else None) == body


def test_the_neighbours_of_what_matches_come_after_it(index, folder):
    parts = {
        "Seagrass": "Seagrass meadows bind the sand of the shore.",
        "Harvest": "It is cut by hand at low water.",
        "Drying": "The bundles lie in the wind for a week.",
        "Roofs": "Old barns are covered with them.",
    }
    text = "# Meadows\n\n" + "\n\n".join(f"## {title}\n\n{body}" for title, body in parts.items())
    (folder / "meadows.md").write_text(text, encoding="utf-8")
    index.refresh()
    found = index.source_passages("What do seagrass bundles do in the wind for a week?")
    assert [(passage.id, passage.heading) for passage in found] == [
        ("s1", "Drying"),
        ("s2", "Roofs"),
        ("s3", "Harvest"),
    ]
    assert [p.heading for p in index.source_passages("How does seagrass bind sand?")] == [
        "Seagrass",
        "Harvest",
    ]
    assert [p.heading for p in index.source_passages("How does seagrass bind sand?", limit_chars=60)] == [
        "Seagrass"
    ]
