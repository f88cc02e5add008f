"""Resuming beside other tools: killed in the middle of a list and run again, how many calls are paid twice.

python -m benchmarks.compare_resuming [QUESTIONS]
"""

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.figures import show
from benchmarks.peers.project import Contestant, Project, articles
from benchmarks.running import kill, run, start
from tests.support.servers import RunningServer

IN_FLIGHT = 8
LIMIT_SECONDS = 300
SERVER = ("--canned", "--latency-ms", "200", "--rate-limit", "100000")
HEADER = ("tool", "answered before the kill", "articles at the end", "calls", "paid twice", "second run")
NOTE = f"""\
SIGKILL for all processes of a tool when the server has answered half of the questions, then the same command again.
{IN_FLIGHT} calls in flight, so up to {IN_FLIGHT} of the calls paid twice are those whose reply never arrived. Paid twice are the answers with
status 200 beyond one for each question.

- The loop around the SDK keeps nothing and begins again.
- instructor has its cache on disk, by the hash of the request: it needs no name for a question, and other programs can
  share it.
- Curator keeps responses in its cache folder, by the hash of the data set and the prompt: a changed list is another run.
- Pydantic AI runs one DBOS workflow for each question, with the question as its id, in SQLite (PostgreSQL is what DBOS
  recommends): any Python between the calls is resumed too, also on another machine.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("questions", nargs="?", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Project(
            Path(folder, "project"), options.questions, in_flight=IN_FLIGHT, timeout_seconds=30, attempts=10
        )
        rows = [
            measure(contestant, options.questions)
            for contestant in project.contestants("resumed", resuming=True)
        ]
    show(f"{options.questions} questions, killed in the middle", HEADER, rows, note=NOTE)
    return 0


def measure(contestant: Contestant, questions: int) -> tuple[str, ...]:
    """A row: both runs of one tool."""
    command = list(contestant.command)
    with RunningServer(*SERVER) as server:
        environment = contestant.environment(server.base_url)
        process = start(command, environment, subprocess.DEVNULL, subprocess.DEVNULL)
        limit = time.monotonic() + LIMIT_SECONDS
        while (answered := server.stats()["delivered"]) < questions // 2 and process.poll() is None:
            if time.monotonic() > limit:
                break
            time.sleep(0.02)
        kill(process)
        process.wait()
        again = run(command, environment, limit=LIMIT_SECONDS)
        answers = server.stats()["statuses"].get("200", 0)
    return (
        contestant.name,
        f"{answered}",
        f"{articles(again.said)} of {questions}",
        f"{answers}",
        f"{answers - questions}",
        f"{again.seconds:.1f} s",
    )


if __name__ == "__main__":
    raise SystemExit(main())
