"""How good are the related articles? Rankings against judgements made by reading.

    python -m benchmarks.related [--content-dir DIR]

Reports for each ranking nDCG@5 (gains 3 for grade 2, 1 for grade 1, normalised by the best possible five of
all judged candidates), precision@5 (grade 2, of five), how many of the articles shown are near duplicates, and
how many were never judged (they count as 0). ``data/related-judgements.jsonl`` tells how the grades were made.

The rankings choose among the articles in the folder. The published links mostly lead to articles outside a
sample; they are reported as published (judged by their titles) and, to compare like with like, as those of
them that the folder holds.
"""

import argparse
import math
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import show
from benchmarks.judgements import CORPUS, records
from generator.content.frontmatter import read
from generator.content.language.stems import words
from generator.content.site.site import Site
from generator.store.corpus.index import CorpusIndex

SHOWN = 5
NOTE = """\
nDCG@5 of the articles shown by judgements made by reading, also as a ratio to SQLite's BM25 over the questions; P@5 is
the share that fits well. Near duplicates and articles that were never judged are counted. Time is processor time of a
query. The published links were chosen from the whole site, of which the folder is a sample.
"""
_FIELDS = {
    "questions": ("question",),
    "everything": ("question", "headings", "keywords", "description", "answer"),
}


@dataclass(frozen=True)
class Judged:
    """The judgements on one article's candidates."""

    key: str
    grades: Mapping[str, int]
    near_duplicates: frozenset[str]

    def gain(self, key: str) -> int:
        return (0, 1, 3)[self.grades.get(key, 0)]

    def ndcg(self, ranked: list[str]) -> float:
        best = sorted(map(self.gain, self.grades), reverse=True)
        return _discounted(map(self.gain, ranked[:SHOWN])) / _discounted(best[:SHOWN])


def _discounted(gains: Iterable[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


class PlainRanking:
    """SQLite's BM25 as it comes, over all words of the question, in one table of the given fields."""

    def __init__(self, index: CorpusIndex, fields: tuple[str, ...]) -> None:
        self._index = index
        self._database = sqlite3.connect(":memory:")
        columns = ", ".join(fields)
        self._database.execute(
            f"CREATE VIRTUAL TABLE text USING fts5({columns}, key UNINDEXED, tokenize='porter unicode61')"
        )
        with sqlite3.connect(index.path) as source:
            found = source.execute(f"SELECT {columns}, key FROM article ORDER BY key")
            self._database.executemany(f"INSERT INTO text VALUES ({'?, ' * len(fields)}?)", found)
        source.close()

    def __call__(self, key: str) -> list[str]:
        row = self._index.get(key)
        assert row is not None
        query = " OR ".join(f'"{word}"' for word in words(row.question))
        found = self._database.execute(
            "SELECT key FROM text WHERE text MATCH ? AND key <> ? ORDER BY bm25(text), key LIMIT ?",
            (query, key, SHOWN),
        )
        return [other for (other,) in found]


def rankings(index: CorpusIndex) -> dict[str, Callable[[str], list[str]]]:
    """What is compared, by name."""
    site = Site()

    def published(key: str) -> list[str]:
        document = read((index.content_dir / f"{key}.md").read_bytes())
        return [str(other) for link in document.related if (other := site.key_of_address(link.url or ""))]

    def question_alone(key: str) -> list[str]:
        row = index.get(key)
        assert row is not None
        return [hit.row.key for hit in index.related(row.question, row.subject_slug, exclude=[key])]

    return {
        "published links, as published": published,
        "published links in the folder": lambda key: [
            other for other in published(key) if index.has_key(other)
        ],
        "BM25 over questions": PlainRanking(index, _FIELDS["questions"]),
        "BM25 over all fields": PlainRanking(index, _FIELDS["everything"]),
        "ours, by the question alone": question_alone,
        "ours": lambda key: [hit.row.key for hit in index.related_to(key)],
    }


def measure(ranking: Callable[[str], list[str]], judged: list[Judged]) -> dict[str, float]:
    """The figures of one ranking; time is the median processor time of a query in milliseconds."""
    ndcg, precision, near, unknown, times = 0.0, 0.0, 0, 0, []
    for one in judged:
        begun = time.process_time()
        shown = ranking(one.key)[:SHOWN]
        times.append(time.process_time() - begun)
        ndcg += one.ndcg(shown)
        precision += sum(one.grades.get(key) == 2 for key in shown) / SHOWN
        near += sum(key in one.near_duplicates for key in shown)
        unknown += sum(key not in one.grades and key not in one.near_duplicates for key in shown)
    return {
        "ndcg": ndcg / len(judged),
        "precision": precision / len(judged),
        "near_duplicates": near,
        "unjudged": unknown,
        "milliseconds": 1000 * sorted(times)[len(times) // 2],
    }


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--content-dir", type=Path, default=CORPUS)
    options = parser.parse_args(argv)
    judged = [
        Judged(item["key"], item["grades"], frozenset(item["near_duplicates"]))
        for item in records("related-judgements.jsonl")
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        CorpusIndex(Path(folder, "index.sqlite3"), options.content_dir) as index,
    ):
        index.refresh()
        absent = [one.key for one in judged if not index.has_key(one.key)]
        if absent:
            print(f"{len(absent)} of the judged articles are not in {options.content_dir}", file=sys.stderr)
            return 2
        figures = {name: measure(ranking, judged) for name, ranking in rankings(index).items()}
    base = figures["BM25 over questions"]["ndcg"]
    rows = []
    for name, got in figures.items():
        rows.append(
            (
                name,
                f"{got['ndcg']:.3f}",
                f"{got['ndcg'] / base:.2f}",
                f"{got['precision']:.3f}",
                f"{got['near_duplicates']}",
                f"{got['unjudged']}",
                f"{got['milliseconds']:.1f} ms",
            )
        )
    show(
        f"{len(judged)} articles, {sum(len(one.grades) for one in judged):,} judged candidates",
        ("", "nDCG@5", "of BM25", "P@5", "near duplicates", "unjudged", "time"),
        rows,
        note=NOTE,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
