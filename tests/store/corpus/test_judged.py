"""The index of the whole sample: its rankings are at least as good as before, by the judgements in benchmarks/data."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import duplicates, related
from benchmarks.judgements import QUESTIONS, listed, records
from generator.content.duplicates.questions import similarity
from generator.content.duplicates.thresholds import DEFAULT_THRESHOLD
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.rows import RefreshReport

pytestmark = [pytest.mark.corpus, pytest.mark.slow]


@pytest.fixture(scope="module")
def corpus_index(
    corpus_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[CorpusIndex, RefreshReport]]:
    """The index and the report of its first refresh."""
    path = tmp_path_factory.mktemp("index") / "index.sqlite3"
    with CorpusIndex(path, corpus_dir) as index:
        yield index, index.refresh()


def test_the_whole_sample_is_indexed(
    corpus_index: tuple[CorpusIndex, RefreshReport], corpus_dir: Path
) -> None:
    index, report = corpus_index
    assert report.unreadable == ()
    assert report.added == index.count() == sum(1 for _ in corpus_dir.glob("*/*.md"))
    again = index.refresh()
    assert (again.added, again.updated, again.removed) == (0, 0, 0)
    hits = index.search("What is the role of dopamine in addiction?")
    assert "addiction" in hits[0].row.question.lower()


def test_the_links_are_as_good_as_they_were(corpus_index: tuple[CorpusIndex, RefreshReport]) -> None:
    judged = [
        related.Judged(item["key"], item["grades"], frozenset(item["near_duplicates"]))
        for item in records("related-judgements.jsonl")
    ]
    index, _ = corpus_index
    if not all(index.has_key(one.key) for one in judged):
        pytest.skip("another sample than the one that was judged")
    rankings = related.rankings(index)
    ours = related.measure(rankings["ours"], judged)
    plain = related.measure(rankings["BM25 over questions"], judged)
    assert ours["near_duplicates"] == 0
    assert ours["ndcg"] >= 0.63
    assert ours["ndcg"] >= 1.15 * plain["ndcg"]


def test_no_judged_near_miss_counts_as_a_duplicate(corpus_dir: Path) -> None:
    questions = listed(QUESTIONS) | duplicates.published(corpus_dir)
    pairs = [
        pair for pair in records("duplicate-judgements.jsonl") if {pair["a"], pair["b"]} <= questions.keys()
    ]
    if not pairs:
        pytest.skip("another sample than the one that was judged")
    found: dict[str, list[bool]] = {verdict: [] for verdict in ("duplicate", "near_miss", "borderline")}
    for pair in pairs:
        found[pair["verdict"]].append(
            similarity(questions[pair["a"]], questions[pair["b"]]) >= DEFAULT_THRESHOLD
        )
    assert not any(found["near_miss"])
    assert sum(found["duplicate"]) >= 0.25 * len(found["duplicate"])
