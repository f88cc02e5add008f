"""Drafting, measured: throughput against a bare SDK loop, faults, an enforced rate limit, memory, start-up.

    python -m benchmarks.drafting [throughput] [faults] [limit] [memory] [start]

Every server is the project's own test server in a process of its own. Figures of one run are printed as
ratios where something is compared; machines differ, ratios hold.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.figures import show
from benchmarks.peers.bare_sdk import ask_with
from benchmarks.peers.job import Job
from benchmarks.peers.project import question_list
from benchmarks.running import ROOT, Ran, environment, generator, run
from generator.store.ledger.ledger import LEDGER_NAME, Ledger
from generator.store.ledger.storage.database import Database
from tests.support.servers import RunningServer

CONFIG = ROOT / "examples" / "config.yaml"
ARTICLES = 5_000
BARE_CALLS = 2_500
IN_FLIGHT = 64
LISTED = 500


def draft(folder: Path, address: str, count: int, name: str) -> Ran:
    """Draft a list of so many new questions into a folder of this name."""
    questions = question_list(folder / f"questions-{count}.csv", count)
    options = ("--near", "allow", "--concurrency", str(IN_FLIGHT), "--json")
    output = ("--output-dir", str(folder / name))
    return run(
        generator("--config", str(CONFIG), "draft", str(questions), *output, *options), environment(address)
    )


async def bare_rate(address: str, messages: list[dict[str, str]]) -> float:
    """Calls a second of a plain AsyncOpenAI with a semaphore for the same request, its default transport."""
    from openai import AsyncOpenAI

    async with AsyncOpenAI(api_key="benchmark", base_url=address, max_retries=0) as client:
        await ask_with(client, Job([messages], 1, 60, 1))
        started = time.perf_counter()
        await ask_with(client, Job([messages] * BARE_CALLS, IN_FLIGHT, 60, 1))
        return BARE_CALLS / (time.perf_counter() - started)


def throughput(folder: Path) -> None:
    """The whole job three times, each held against the mean of a bare loop right before it and right after it."""
    rates: list[float] = []
    bare: list[float] = []
    with RunningServer("--canned") as server:
        draft(folder, server.base_url, 1, "one")
        database = Database(folder / "one" / LEDGER_NAME)
        job = Ledger(database).jobs.get(1)
        database.close()
        messages = [{"role": "system", "content": job.system}, {"role": "user", "content": job.user}]
        bare.append(asyncio.run(bare_rate(server.base_url, messages)))
        for turn in range(3):
            ran = draft(folder, server.base_url, ARTICLES, f"throughput-{turn}")
            rates.append(ARTICLES / ran.said["seconds"])
            bare.append(asyncio.run(bare_rate(server.base_url, messages)))
    ratios = [2 * rate / (before + after) for rate, before, after in zip(rates, bare, bare[1:], strict=False)]
    show(
        f"Throughput of {ARTICLES:,} questions without latency",
        ("", "median", "all rounds"),
        [
            ("whole job", *_rounds(rates, "{:.0f} articles/s")),
            ("bare loop", *_rounds(bare, "{:.0f} calls/s")),
            ("ratio", *_rounds(ratios, "{:.2f} times")),
        ],
        note="The whole job is planning, calls, checks, ledger and files, in several processes; the bare loop is one"
        " process that reads the reply. Each round is held against the loops before and after it.",
    )


def _rounds(figures: list[float], form: str) -> tuple[str, str]:
    return form.format(statistics.median(figures)), ", ".join(
        form.format(figure).split()[0] for figure in figures
    )


def faults(folder: Path) -> None:
    """A list under 20 % faults of the kinds that a retry can mend."""
    kinds = "429,500,503,drop,drop_body,html"
    with RunningServer("--canned", "--faults", "0.2", "--seed", "1", "--fault-kinds", kinds) as server:
        ran = draft(folder, server.base_url, LISTED, "faults")
        stats = server.stats()
    count = sum(stats["faults"].values())
    show(
        f"{LISTED} questions under 20 % faults",
        ("lost", "calls", "faults", "beyond one call per fault", "time"),
        [
            (
                f"{LISTED - _drafted(ran)}",
                f"{stats['requests']}",
                f"{count}",
                f"{stats['requests'] - LISTED - count:+d}",
                f"{ran.said['seconds']:.1f} s",
            )
        ],
        note=f"Faults of the kinds {kinds}; no latency.",
    )


def limit(folder: Path) -> None:
    """A list under an enforced 25 requests a second that the headers tell."""
    with RunningServer("--canned", "--rate-limit", "25") as server:
        ran = draft(folder, server.base_url, LISTED, "limit")
        stats = server.stats()
    show(
        f"{LISTED} questions under a limit of 25 requests a second",
        ("lost", "answers 429", "of the ideal time"),
        [
            (
                f"{LISTED - _drafted(ran)}",
                f"{stats['statuses'].get('429', 0)}",
                f"{ran.said['seconds'] * 25 / LISTED:.2f} times",
            )
        ],
    )


def memory(folder: Path) -> None:
    """Peak memory for ten times the list."""
    counts = (1_000, 10_000)
    with RunningServer("--canned") as server:
        peaks = [draft(folder, server.base_url, count, f"memory-{count}").peak_mb for count in counts]
    show(
        "Peak memory by the length of the list",
        ("questions", "all processes together"),
        [(f"{count:,}", f"{peak:.0f} MB") for count, peak in zip(counts, peaks, strict=True)],
    )


def start(folder: Path) -> None:
    """Wall time of --help, status and --version, the median of five."""
    rows = []
    for arguments in (["--help"], ["status", "--output-dir", str(folder / "none")], ["--version"]):
        times = [run(generator(*arguments)).seconds for _ in range(5)]
        rows.append((f"`generator {arguments[0]}`", f"{statistics.median(times):.2f} s"))
    show("Start of a command", ("", "median of five"), rows)


def _drafted(ran: Ran) -> int:
    states: dict[str, Any] = ran.said["states"]
    return int(states.get("drafted", 0))


SECTIONS = {"throughput": throughput, "faults": faults, "limit": limit, "memory": memory, "start": start}


def main(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in names or SECTIONS:
            SECTIONS[name](Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
