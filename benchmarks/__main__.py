"""Every benchmark that runs by itself, one after the other, on an otherwise idle machine.

    python -m benchmarks [--results] [NAME]...

``--results`` (``make bench``) writes the figures into RESULTS.md: the sections of the benchmarks that ran. What needs the
sample of the real site is left out where it is not found (GENERATOR_CORPUS, or ../shared). The tools that are compared
are installed with pip into a folder that git ignores; one that cannot be installed is left out.
"""

import argparse
import ast
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import FIGURES_FILE, collected
from benchmarks.judgements import CORPUS, QUESTIONS
from benchmarks.machine import description
from benchmarks.results import PAGE, page_of, section, sections_of

SAMPLE = str(CORPUS)


@dataclass(frozen=True)
class Benchmark:
    """The arguments of a module of this package, and whether it needs the sample of the real site."""

    arguments: tuple[str, ...] = ()
    needs_sample: bool = True


BENCHMARKS: dict[str, Benchmark] = {
    "compare_drafting": Benchmark(needs_sample=False),
    "compare_resuming": Benchmark(needs_sample=False),
    "compare_frontmatter": Benchmark(),
    "drafting": Benchmark(needs_sample=False),
    "batch": Benchmark((str(QUESTIONS), SAMPLE, "--near", "allow")),
    "planning": Benchmark(),
    "review": Benchmark(("10000",), needs_sample=False),
    "reading": Benchmark(),
    "indexing": Benchmark(),
    "seo": Benchmark((SAMPLE,)),
    "related": Benchmark(),
    "duplicates": Benchmark(),
    "planted_errors": Benchmark(),
}


def main(argv: list[str]) -> int:
    """Run the named benchmarks, or all; the number of those that failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help=", ".join(BENCHMARKS))
    parser.add_argument("--results", action="store_true", help="write the figures into RESULTS.md")
    options = parser.parse_args(argv)
    unknown = sorted(set(options.names) - BENCHMARKS.keys())
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}: {', '.join(BENCHMARKS)}")
    failed = 0
    for name in options.names or BENCHMARKS:
        if BENCHMARKS[name].needs_sample and not CORPUS.is_dir():
            print(f"\n{name}: left out, the sample of the real site is not here")
            continue
        print(f"\n{name}", flush=True)
        failed += not measure(name, write=options.results)
    return failed


def measure(name: str, *, write: bool) -> bool:
    """Run a benchmark, and write its section unless it failed; whether it succeeded."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder, "figures.jsonl")
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *BENCHMARKS[name].arguments],
            env={**os.environ, FIGURES_FILE: str(figures)},
            check=False,
        )
        tables = collected(figures)
    if done.returncode:
        print(f"{name}: failed, exit code {done.returncode}", file=sys.stderr)
    elif write:
        sections = sections_of(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
        sections[name] = section(summary_of(name), description(load), tables)
        PAGE.write_text(page_of(sections, list(BENCHMARKS)), encoding="utf-8")
    return done.returncode == 0


def summary_of(name: str) -> str:
    """The first line of the module's docstring; read, because importing it would need what it needs."""
    text = Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or name).splitlines()[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
