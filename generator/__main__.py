"""Runs the command line: ``generator`` and ``python -m generator``."""

import gc
import sys

from generator.cli.terminal.process import run_command

# New objects between two rounds of the garbage collector. With Python's own 700, a sixth of the time of a short command
# is spent in such rounds, which find nothing: what imports create is not garbage.
_GC_THRESHOLD = 20_000


def run() -> None:
    """Exit with what the command line returns."""
    gc.set_threshold(_GC_THRESHOLD)
    sys.exit(run_command(sys.argv[1:]))


if __name__ == "__main__":
    run()
