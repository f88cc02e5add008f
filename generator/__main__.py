"""Runs the command line: ``generator`` and ``python -m generator``."""

import sys

from generator.cli import main


def run() -> None:
    """Exit with what the command line returns."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
