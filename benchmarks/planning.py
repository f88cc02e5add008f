"""How fast is a long list planned? ``draft LIST --plan`` in one process and in several, over the sample of the site.

    python -m benchmarks.planning [QUESTIONS] [--content-dir DIR]

The questions are put together from the words of the published ones, so that searching takes as long as for real ones.
Both ways must give the same counts and the same estimate.
"""

import argparse
import csv
import random
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from benchmarks.duplicates import published
from benchmarks.figures import show
from benchmarks.judgements import CORPUS
from generator.config import Settings
from generator.processes.ordered_map import PARALLEL_FROM
from generator.processes.pool import default_workers
from generator.services import Services
from generator.workflows.drafting import parallel_planning
from generator.workflows.drafting.draft import plan_drafts
from generator.workflows.drafting.requests import DraftRequest, PlanOutcome, PlanRequest, QuestionSource
from generator.workflows.engine.progress import NoProgress


def question_list(folder: Path, content: Path, count: int) -> Path:
    """A list of questions that are all new, from the words of the published ones."""
    chance = random.Random(7)
    words = sorted(
        {word for question in published(content).values() for word in question.rstrip("?").split()}
    )
    path = folder / "questions.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["question", "owner"])
        for number in range(count):
            chosen = " ".join(chance.choices(words, k=chance.randint(5, 12)))
            writer.writerow([f"How does case {number} of {chosen} work?", f"person {number % 7}"])
    return path


def timed_plan(services: Services, path: Path) -> tuple[PlanOutcome, float, float]:
    """The plan of the list, how many seconds it took, and how many of processor time in this process."""
    request = DraftRequest(PlanRequest(QuestionSource(path, path.name, str(path))))
    begun, used = time.perf_counter(), time.process_time()
    outcome = plan_drafts(services, request, NoProgress())
    return outcome, time.perf_counter() - begun, time.process_time() - used


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("count", metavar="QUESTIONS", type=int, nargs="?", default=10_000)
    parser.add_argument("--content-dir", type=Path, default=CORPUS)
    options = parser.parse_args(argv)
    seconds: dict[str, tuple[float, float]] = {}
    outcomes = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = question_list(folder, options.content_dir, options.count)
        settings = Settings(content_dir=options.content_dir, output_dir=folder / "output")
        services = Services(settings, environment={"OPENAI_API_KEY": "benchmark"})
        services.index.refresh()
        for way, parallel_from in (
            ("one process", sys.maxsize),
            (f"{default_workers()} processes", PARALLEL_FROM),
        ):
            with patch.object(parallel_planning, "PARALLEL_FROM", parallel_from):
                outcome, took, used = timed_plan(services, path)
            seconds[way] = (took, used)
            outcomes.append((outcome.plan.counts, outcome.estimate))
        services.close()
    if outcomes[0] != outcomes[1]:
        print("the plans differ", file=sys.stderr)
        return 1
    each = 1000 / options.count
    rows = [
        (way, f"{took:.1f} s", f"{took * each:.2f} ms", f"{used * each:.2f} ms")
        for way, (took, used) in seconds.items()
    ]
    show(
        f"`draft LIST --plan` of {options.count:,} questions",
        ("", "wall", "a question", "in the first process"),
        rows,
        note="Both ways must give the same counts and the same estimate.",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
