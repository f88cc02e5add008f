"""Times the corpus index on a site of full size: from nothing, unchanged, one file changed, and its queries.

    python -m benchmarks.indexing [--content-dir DIR] [--articles 36000] [--questions LIST.csv]

The folder's files are copied under new slugs until there are enough. python-frontmatter loading the same
files is timed beside it, where it is installed. Run on an otherwise idle machine: wall time is what counts here.
"""

import argparse
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.judgements import CORPUS, QUESTIONS, listed, table
from generator.content.duplicates.question_index import QuestionIndex
from generator.store.corpus.index import CorpusIndex


def copies(source: Path, target: Path, wanted: int) -> None:
    """Fill the folder with the articles, again and again under new slugs."""
    files = sorted(source.glob("*/*.md"))
    for number, (round_, path) in zip(
        range(wanted), ((r, p) for r in itertools.count() for p in files), strict=False
    ):
        folder = target / path.parent.name
        if number < len(files):
            folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{path.stem}{f'-copy-{round_}' if round_ else ''}.md").write_bytes(path.read_bytes())


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
    """What is timed, with the time it took."""
    rows = [
        ("from nothing", f"{timed(index.refresh):.2f} s"),
        ("nothing changed", f"{timed(index.refresh):.2f} s"),
    ]
    changed = next(index.content_dir.glob("*/*.md"))
    changed.write_bytes(changed.read_bytes().replace(b"\nauthor: QuickTakes\n", b"\nauthor: QuickTakes \n"))
    rows.append(("one file changed", f"{timed(index.refresh):.2f} s"))

    def all_of(question: str) -> None:
        hits = index.search(question)
        index.near_duplicates(question, hits=hits)
        index.related(question, "Others", hits=hits)

    rows.append(("search, near duplicates, related", median_ms(all_of, questions)))
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
        try:
            import frontmatter
        except ModuleNotFoundError:
            print("python-frontmatter is not installed: no comparison", file=sys.stderr)
        else:
            loading = timed(lambda: [frontmatter.load(str(path)) for path in content.glob("*/*.md")])
            rows.insert(0, ("python-frontmatter loads them", f"{loading:.2f} s"))
    print(table([(f"{options.articles:,} articles", ""), *rows]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
