"""``make bench``: every benchmark that runs by itself, one after the other, on an otherwise idle machine.

    python -m benchmarks [NAME]...

What needs the sample of the real site is left out where it is not found (GENERATOR_CORPUS, or ../shared).
"""

import subprocess
import sys

from benchmarks.judgements import CORPUS, QUESTIONS

SAMPLE = str(CORPUS)
BENCHMARKS: dict[str, list[str]] = {
    "drafting": [],
    "review": ["10000"],
    "batch": [str(QUESTIONS), SAMPLE, "--near", "allow"],
    "reading": [SAMPLE],
    "indexing": [],
    "related": [],
    "planning": [],
    "duplicates": [],
    "seo": [SAMPLE],
}
NEED_NO_SAMPLE = ("drafting", "review")


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; the number of those that failed."""
    unknown = sorted(set(names) - BENCHMARKS.keys())
    if unknown:
        print(f"there is no benchmark {', '.join(unknown)}: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    failed = 0
    for name in names or BENCHMARKS:
        if name not in NEED_NO_SAMPLE and not CORPUS.is_dir():
            print(f"\n{name}: left out, the sample of the real site is not here")
            continue
        print(f"\n{name}", flush=True)
        failed += (
            subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *BENCHMARKS[name]]).returncode != 0
        )
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
