"""Times the corpus index on a site of full size: from nothing, unchanged, one file changed, and its queries.

    python -m benchmarks.indexing [--content-dir DIR] [--articles 36000] [--questions LIST.csv]

The folder's files are copied under new questions and slugs until there are enough; python-frontmatter reads the same
files beside it. Run on an otherwise idle machine: wall time is what counts here.
"""

import argparse
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import show
from benchmarks.judgements import CORPUS, QUESTIONS, listed
from benchmarks.peers.environments import PYTHON_FRONTMATTER
from benchmarks.running import run
from benchmarks.site_copies import copies
from generator.content.duplicates.question_index import QuestionIndex
from generator.store.corpus.index import CorpusIndex

NOTE = """\
Wall time; of a question, the median. The index reads, checks and stores every text in several processes, and
python-frontmatter reads the values alone, in one.
"""


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def median_ms(work: Callable[[str], object], questions: list[str]) -> str:
    times = []
    for question in questions:
        begun = time.perf_counter()
        work(question)
        times.append(time.perf_counter() - begun)
    return f"{1000 * statistics.median(times):.2f} ms"


def measure(index: CorpusIndex, questions: list[str]) -> list[tuple[str, str]]:
    """What is timed, with the time it took; the first row is that of the index from nothing."""
    rows = [
        ("index from nothing", f"{timed(index.refresh):.2f} s"),
        ("index, nothing changed", f"{timed(index.refresh):.2f} s"),
    ]
    changed = next(index.content_dir.glob("*/*.md"))
    changed.write_bytes(changed.read_bytes().replace(b"\nauthor: QuickTakes\n", b"\nauthor: QuickTakes \n"))
    rows.append(("index, one file changed", f"{timed(index.refresh):.2f} s"))

    def all_of(question: str) -> None:
        hits = index.search(question)
        index.near_duplicates(question, hits=hits)
        index.related(question, "Others", hits=hits)

    rows.append(("search, near duplicates and related of a question", median_ms(all_of, questions)))
    rows.append(("the same, asked before", median_ms(all_of, questions)))
    keys = [hit.row.key for question in questions[:100] for hit in index.search(question, limit=1)]
    rows.append(("related to a whole article", median_ms(index.related_to, keys)))
    ten_thousand = list(itertools.islice(itertools.cycle(questions), 10_000))

    def check() -> None:
        known: QuestionIndex[int] = QuestionIndex()
        for number, question in enumerate(ten_thousand):
            index.near_duplicates(question)
            known.nearest(question)
            known.add(question, number)

    rows.append(("near-duplicate check of a list of 10,000", f"{timed(check):.1f} s"))
    return rows


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--content-dir", type=Path, default=CORPUS)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--articles", type=int, default=36_000)
    options = parser.parse_args(argv)
    questions = list(listed(options.questions).values())
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder, "learn")
        copies(options.content_dir, content, options.articles)
        with CorpusIndex(Path(folder, "index.sqlite3"), content) as index:
            rows = measure(index, questions)
        peer = PYTHON_FRONTMATTER
        if peer.python() is not None:
            read = run([*peer.command(), "read", str(content), "1"], peer.environment()).said
            rows.append((f"{peer} reads the same files", f"{read['seconds']:.2f} s"))
    show(f"Index of {options.articles:,} articles", ("", "time"), rows, note=NOTE)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
