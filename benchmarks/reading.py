"""Times reading, indexing and auditing article files beside python-frontmatter loading the same files, in one run.

    python -m benchmarks.reading FOLDER [--articles 36000]

The files of FOLDER are read as they are; for the index and the audit they are copied under new questions and slugs
until there are enough. Prints seconds, the ratio to python-frontmatter where it is installed, and the audit's memory.
Run it on an otherwise idle machine: the index and the audit use several processes.
"""

import argparse
import itertools
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from generator.content.frontmatter import read
from generator.store.corpus.index import CorpusIndex

ROUNDS = 3
_QUESTION = re.compile(rb"(?<=\nquestion: >-\n    )[^\n]*")
_AUDIT = """
import resource, sys
from generator.cli import main
code = main(["audit", "--json", sys.argv[1]])
own, workers = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(code, own // 1024, workers // 1024, file=sys.stderr)
"""


def seconds(work: Callable[[bytes], object], files: list[bytes]) -> float:
    """Processor time of one pass over all files."""
    begun = time.process_time()
    for data in files:
        work(data)
    return time.process_time() - begun


def elapsed(work: Callable[[], object]) -> float:
    """Wall time of one run."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def contenders() -> dict[str, Callable[[bytes], object]]:
    """What is timed file by file, by name; python-frontmatter first, where it is installed."""
    found: dict[str, Callable[[bytes], object]] = {}
    try:
        import frontmatter
    except ModuleNotFoundError:
        print("python-frontmatter is not installed: no ratios", file=sys.stderr)
    else:
        found["python-frontmatter"] = lambda data: frontmatter.loads(data.decode("utf-8"))
    found["read"] = read
    found["read and article()"] = lambda data: read(data).article()
    return found


def read_files(files: list[bytes]) -> None:
    """Each way to read the files, the best of three rounds, in processor time."""
    works = contenders()
    best = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            best[name] = min(best[name], seconds(work, files))
    peer = best.get("python-frontmatter")
    for name, taken in best.items():
        show(name, taken, peer)


def show(name: str, taken: float, peer: float | None) -> None:
    """One line of the result."""
    print(f"  {name:30} {taken:7.2f} s" + (f"  {taken / peer:.2f}" if peer else ""))


def copies(source: Path, target: Path, wanted: int) -> None:
    """Fill a content folder with the articles, again and again under new questions and slugs."""
    files = sorted(source.glob("*/*.md"))
    rounds = ((number, path) for number in itertools.count() for path in files)
    for number, path in itertools.islice(rounds, wanted):
        data, name = path.read_bytes(), path.stem
        if number:
            name = f"{path.stem}-{number}"
            data = _QUESTION.sub(lambda match, n=number: b"%s %d" % (match[0], n), data, count=1)
            for old, new in (
                (f"{path.stem}.md\n", f"{name}.md\n"),
                (f"{path.stem}\nscore", f"{name}\nscore"),
            ):
                data = data.replace(old.encode(), new.encode(), 1)
        file = target / path.parent.name / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def index_files(content: Path, folder: Path) -> None:
    """The index from nothing and unchanged, beside python-frontmatter loading the same files, in wall time."""
    peer = None
    if "python-frontmatter" in contenders():
        import frontmatter

        peer = elapsed(lambda: [frontmatter.load(str(path)) and None for path in content.glob("*/*.md")])
        show("python-frontmatter", peer, peer)
    with CorpusIndex(folder / "index.sqlite3", content) as index:
        show("index from nothing", elapsed(index.refresh), peer)
        show("index, nothing changed", elapsed(index.refresh), peer)


def audit_files(content: Path) -> None:
    """The audit as a user runs it, and the most memory that it and its workers took."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _AUDIT, str(content)],
        capture_output=True,
        check=True,
    )
    taken = time.perf_counter() - begun
    _, own, worker = done.stderr.split()[-3:]
    findings = done.stdout.count(b"\n")
    print(
        f"  {'audit':30} {taken:7.2f} s  {findings:,} findings, {own.decode()} MB and {worker.decode()} MB for each worker"
    )


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=36_000)
    options = parser.parse_args(argv)
    paths = sorted(options.folder.glob("*/*.md"))
    if not paths:
        parser.error(f"{options.folder} holds no <subject>/<slug>.md")
    print(f"{len(paths):,} files, processor time")
    read_files([path.read_bytes() for path in paths])
    with tempfile.TemporaryDirectory() as temporary:
        content = Path(temporary, "learn")
        copies(options.folder, content, options.articles)
        print(f"{options.articles:,} files, wall time")
        index_files(content, Path(temporary))
        audit_files(content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
