"""RESULTS.md: a benchmark replaces its own section, and the page says how it came about and nothing of the machine's owner."""

import platform
import re
from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks.figures import FIGURES_FILE, Table, collected, show
from benchmarks.peers.article import Article, Point
from benchmarks.results import PAGE, markdown, page_of, section, sections_of
from generator.content.drafts.schemas import draft_schema
from generator.content.limits import Limits


def test_a_benchmark_replaces_its_section_and_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "RESULTS.md"
    page.write_text(page_of({"seo": "## x", "drafting": "old"}, ["drafting", "seo"]), encoding="utf-8")
    monkeypatch.setattr(benchmarks, "PAGE", page)
    monkeypatch.setattr(
        benchmarks, "BENCHMARKS", {name: benchmarks.Benchmark() for name in ("drafting", "figures", "seo")}
    )
    assert benchmarks.measure("figures", write=True)
    written = sections_of(page.read_text(encoding="utf-8"))
    assert list(written) == ["drafting", "figures", "seo"]
    assert written["drafting"] == "old"
    assert written["figures"].startswith("What a benchmark reports")


def test_a_benchmark_that_fails_leaves_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "RESULTS.md"
    page.write_text(page_of({"missing": "old"}, ["missing"]), encoding="utf-8")
    monkeypatch.setattr(benchmarks, "PAGE", page)
    monkeypatch.setattr(benchmarks, "BENCHMARKS", {"missing": benchmarks.Benchmark()})
    assert not benchmarks.measure("missing", write=True)
    assert sections_of(page.read_text(encoding="utf-8")) == {"missing": "old"}


def test_figures_reach_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = tmp_path / "figures.jsonl"
    monkeypatch.setenv(FIGURES_FILE, str(figures))
    show("Speed", ("", "time"), [("a|b", "1.0 s"), ("c", "2.0 s")], note="How.\n")
    assert collected(figures) == [Table("Speed", ("", "time"), (("a|b", "1.0 s"), ("c", "2.0 s")), "How.\n")]
    expected = "### Speed\n\n|  | time |\n| --- | --- |\n| a\\|b | 1.0 s |\n| c | 2.0 s |\n\nHow."
    assert markdown(collected(figures)[0]) == expected
    page = page_of({"speed": section("Asks.", ["Run.", "Machine."], collected(figures))}, ["speed"])
    assert sections_of(page) == {"speed": f"Asks.\n\nRun.\nMachine.\n\n{expected}"}


def test_the_page_is_that_of_the_benchmarks() -> None:
    page = PAGE.read_text(encoding="utf-8")
    sections = sections_of(page)
    assert page == page_of(sections, list(benchmarks.BENCHMARKS))
    assert list(sections) == list(benchmarks.BENCHMARKS)
    assert platform.node() not in page
    assert not re.search(r"(?<![\w.])/(home|root|tmp|Users)/|https?://", page)


def test_the_tools_are_asked_for_the_fields_that_we_ask_for() -> None:
    schema = draft_schema(Limits())["properties"]
    assert set(Article.model_fields) == set(schema)
    assert set(Point.model_fields) == set(schema["points"]["items"]["properties"])
