"""Times reading article files beside python-frontmatter and ruamel.yaml reading the same, and the audit of a full site.

    python -m benchmarks.reading [CONTENT_DIR] [--articles 36000]

The files of CONTENT_DIR are read as they are; for the audit they are copied under new questions and slugs until there
are enough. Run it on an otherwise idle machine: the audit uses several processes.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import show
from benchmarks.judgements import CORPUS
from benchmarks.peers.environments import PYTHON_FRONTMATTER, RUAMEL_YAML
from benchmarks.peers.files import time_reading
from benchmarks.running import generator, run
from benchmarks.site_copies import copies
from generator.content.frontmatter import read

NOTE = """\
Processor time of one pass over all files, the best of three. `read` keeps the place of every value, which the others
do not; `article()` also checks the values and makes an `Article` of them. python-frontmatter gives plain values;
ruamel.yaml here reads what its round trip needs, in pure Python.
"""
AUDIT_NOTE = "As a user runs it, from nothing, start-up included; memory of all processes together."


def time_readers(source: Path) -> None:
    """Each way to read the files, with its ratio to python-frontmatter."""
    files = sorted(source.glob("*/*.md"))
    taken = {
        str(peer): run([*peer.command(), "read", str(source)], peer.environment()).said["seconds"]
        for peer in (PYTHON_FRONTMATTER, RUAMEL_YAML)
        if peer.python() is not None
    }
    taken["read"] = time_reading(files, read)["seconds"]
    taken["read and article()"] = time_reading(files, lambda text: read(text).article())["seconds"]
    peer = next((seconds for name, seconds in taken.items() if name.startswith("python-")), None)
    rows = [
        (name, f"{seconds:.2f} s", f"{seconds / peer:.2f} times" if peer else "")
        for name, seconds in taken.items()
    ]
    show(f"{len(files):,} files read", ("", "processor", "of python-frontmatter"), rows, note=NOTE)


def time_audit(source: Path, articles: int) -> None:
    """The audit of a site of this size."""
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder, "learn")
        copies(source, content, articles)
        ran = run(generator("audit", "--json", str(content)))
    if ran.code not in (0, 1):
        raise SystemExit(ran.error)
    row = (
        f"{articles:,} articles",
        f"{ran.seconds:.1f} s",
        f"{ran.processor_seconds:.1f} s",
        f"{ran.peak_mb:,.0f} MB",
        f"{ran.out.count(chr(10)):,}",
    )
    show("Audit of a site", ("", "wall", "processor", "peak memory", "findings"), [row], note=AUDIT_NOTE)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("content_dir", type=Path, nargs="?", default=CORPUS)
    parser.add_argument("--articles", type=int, default=36_000)
    options = parser.parse_args(argv)
    time_readers(options.content_dir.resolve())
    time_audit(options.content_dir, options.articles)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
