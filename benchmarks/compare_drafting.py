"""Drafting beside other tools: the same questions, messages and concurrency at a test server that fails and one that does not.

    python -m benchmarks.compare_drafting [QUESTIONS] [--rounds N]

Each tool runs alone, in a process of its own, start-up included; the server counts its calls.
"""

import argparse
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

from benchmarks.figures import show
from benchmarks.peers.project import BARE, Contestant, Project, articles
from benchmarks.running import Ran, run
from tests.support.servers import RunningServer

IN_FLIGHT = 64
TIMEOUT_SECONDS = 5
ATTEMPTS = 10
LIMIT_SECONDS = 300
USUAL = ("--canned", "--latency-ms", "200")
FAULTS = ("--faults", "0.2", "--fault-kinds", "429,500,slow,cut", "--slow-seconds", "15")
HEADER = ("tool", "valid articles", "lost", "calls", "wall", "of the loop", "processor", "peak memory")
NOTE = f"""\
{IN_FLIGHT} calls in flight, 200 ms a reply, {TIMEOUT_SECONDS} s until a call is given up, up to {ATTEMPTS} attempts; the same messages and the
same fields for all; one process after the other. Wall time is the median of {{rounds}} rounds and includes the start of the
program; memory is that of all processes together; articles, losses and calls are sums over the rounds. An article is
valid if all its fields are there; one of ours must also pass its checks, and is in the ledger and in a file.
"""
FAULTY_NOTE = """
A fifth of the calls fails, in equal parts by 429 with `Retry-After: 0.2`, by 500, by no answer, and by JSON that is cut
off; the faults of a round are drawn by the number of the call, so a tool that calls more often meets more of them.

- generator asks all others to wait after an answer 429, and lowers its rate while more than 3 % of the calls of the last
  seconds were refused, whatever the cause: here, where refusals are drawn and not caused by the rate, the others are
  quicker. After two replies that cannot be read it asks no more: what is lost is a draft that needs a fix, with the
  text that there is, and the exit code 1.
- The loop around the SDK has the SDK's two retries and loses what is cut off. It is the shortest program.
- instructor is a library, not a program: a retry of it adds the faulty reply and the error to the messages, so that the
  model can see what was wrong; it works with many providers, and its types are those of the caller.
- Curator begins with the retries after all first attempts are done. It takes and gives data sets, and has a viewer of the
  data, batch APIs of several providers, and local models. One of its calls asks for the rate limits.
- Pydantic AI is a framework for agents: tools, streaming, many providers, tracing. Its transport waits as the server asks.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("questions", nargs="?", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Project(
            Path(folder, "project"),
            options.questions,
            in_flight=IN_FLIGHT,
            timeout_seconds=TIMEOUT_SECONDS,
            attempts=ATTEMPTS,
        )
        note = NOTE.format(rounds=options.rounds)
        title = f"{options.questions} questions"
        compare(project, f"{title}, 20 % faults", options.rounds, FAULTS, note + FAULTY_NOTE)
        compare(project, f"{title}, no faults", options.rounds, (), note)
    return 0


def compare(project: Project, title: str, rounds: int, faults: tuple[str, ...], note: str) -> None:
    """All tools, round by round, at servers with these faults."""
    ran: dict[str, list[tuple[Ran, int]]] = defaultdict(list)
    for turn in range(rounds):
        for contestant in project.contestants(f"{title} {turn}"):
            ran[contestant.name].append(measure(contestant, (*USUAL, *faults, "--seed", str(turn + 1))))
    loop = statistics.median(one.seconds for one, _ in ran[BARE])
    asked = rounds * len(project.job.messages)
    rows = []
    for name, results in ran.items():
        wall = statistics.median(one.seconds for one, _ in results)
        valid = sum(articles(one.said) for one, _ in results)
        rows.append(
            (
                name,
                f"{valid:,} of {asked:,}",
                f"{asked - valid:,}",
                f"{sum(calls for _, calls in results):,}",
                f"{wall:.1f} s",
                f"{wall / loop:.2f}",
                f"{statistics.median(one.processor_seconds for one, _ in results):.1f} s",
                f"{max(one.peak_mb for one, _ in results):.0f} MB",
            )
        )
    show(title, HEADER, rows, note=note)


def measure(contestant: Contestant, server_options: tuple[str, ...]) -> tuple[Ran, int]:
    """A run against a fresh server, and how many calls the server counted; killed after LIMIT_SECONDS."""
    with RunningServer(*server_options) as server:
        ran = run(list(contestant.command), contestant.environment(server.base_url), limit=LIMIT_SECONDS)
        calls = server.stats()["requests"]
        server.kill()  # calls that hang would hold it up
        return ran, calls


if __name__ == "__main__":
    raise SystemExit(main())
