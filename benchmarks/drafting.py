"""Drafting, measured: throughput against a bare SDK loop, faults, an enforced rate limit, memory, start-up.

    python -m benchmarks.drafting [throughput] [faults] [limit] [memory] [start]

Every server is the project's own test server in a process of its own. Figures of one run are printed as
ratios where something is compared; machines differ, ratios hold.
"""

import asyncio
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from generator.store.ledger.ledger import LEDGER_NAME, Ledger
from generator.store.ledger.storage.database import Database
from tests.support.servers import RunningServer

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "examples" / "config.yaml"
ARTICLES = 10_000
BARE_CALLS = 5_000
IN_FLIGHT = 64


def question_list(folder: Path, count: int) -> Path:
    """A list of questions that are all new."""
    path = folder / f"questions-{count}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["subject", "question"])
        for number in range(count):
            writer.writerow(
                ["Biology", f"What does enzyme {number} of the liver cell do in case {number * 7}?"]
            )
    return path


def draft(folder: Path, address: str, count: int, name: str, *options: str) -> dict[str, Any]:
    """Run the command; returns its JSON, with its peak memory in MB and its wall time."""
    output = folder / name
    command = [
        *(
            sys.executable,
            "-m",
            "generator",
            "--config",
            str(CONFIG),
            "draft",
            str(question_list(folder, count)),
        ),
        *(
            "--output-dir",
            str(output),
            "--near",
            "allow",
            "--concurrency",
            str(IN_FLIGHT),
            "--json",
            *options,
        ),
    ]
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, "OPENAI_API_KEY": "benchmark", "OPENAI_BASE_URL": address},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    text = process.stdout.read()
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return {
        **json.loads(text),
        "wall": time.perf_counter() - started,
        "peak_mb": usage.ru_maxrss / 1024,
        "output": output,
    }


async def bare_loop(
    address: str, messages: list[dict[str, str]], schema: dict[str, Any], count: int
) -> float:
    """Seconds that a plain AsyncOpenAI with a semaphore takes for the same requests, default transport."""
    from openai import AsyncOpenAI

    semaphore = asyncio.Semaphore(IN_FLIGHT)
    async with AsyncOpenAI(api_key="benchmark", base_url=address, max_retries=0) as client:

        async def ask() -> None:
            async with semaphore:
                reply = await client.chat.completions.create(
                    model="gpt-6-luna",
                    messages=messages,  # type: ignore[arg-type]
                    response_format={"type": "json_schema", "json_schema": {"name": "d", "schema": schema}},
                    max_completion_tokens=6000,
                )
                json.loads(reply.choices[0].message.content or "")

        await ask()
        started = time.perf_counter()
        await asyncio.gather(*(ask() for _ in range(count)))
        return time.perf_counter() - started


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

        def bare_rate() -> float:
            return BARE_CALLS / asyncio.run(
                bare_loop(server.base_url, messages, job.request["schema"], BARE_CALLS)
            )

        bare.append(bare_rate())
        for turn in range(3):
            rates.append(ARTICLES / draft(folder, server.base_url, ARTICLES, f"throughput-{turn}")["seconds"])
            bare.append(bare_rate())
    ratios = [2 * rate / (before + after) for rate, before, after in zip(rates, bare, bare[1:], strict=False)]
    print(f"  whole job  {'  '.join(f'{rate:.0f}' for rate in rates)} articles/s")
    print(f"  bare loop  {'  '.join(f'{rate:.0f}' for rate in bare)} calls/s")
    print(
        f"throughput: {sorted(ratios)[1]:.2f} times the bare loop (median of {sorted(round(r, 2) for r in ratios)})"
    )


def faults(folder: Path) -> None:
    """500 questions under 20 % faults of the kinds that a retry can mend."""
    kinds = "429,500,503,drop,drop_body,html"
    with RunningServer("--canned", "--faults", "0.2", "--seed", "1", "--fault-kinds", kinds) as server:
        result = draft(folder, server.base_url, 500, "faults")
        stats = server.stats()
    lost = 500 - result["states"].get("drafted", 0)
    count = sum(stats["faults"].values())
    print(
        f"faults: {lost} of 500 lost, {stats['requests']} requests for {count} faults"
        f" ({stats['requests'] - 500 - count:+d} beyond one per fault), {result['seconds']:.1f} s"
    )


def limit(folder: Path) -> None:
    """500 questions under an enforced 25 requests a second that the headers tell."""
    with RunningServer("--canned", "--rate-limit", "25") as server:
        result = draft(folder, server.base_url, 500, "limit")
        stats = server.stats()
    lost = 500 - result["states"].get("drafted", 0)
    refused = stats["statuses"].get("429", 0)
    print(f"limit: {lost} lost, {refused} answers 429, {result['seconds'] / 20:.2f} times the ideal time")


def memory(folder: Path) -> None:
    """Peak memory for ten times the list."""
    with RunningServer("--canned") as server:
        small = draft(folder, server.base_url, 2_000, "small")["peak_mb"]
        large = draft(folder, server.base_url, 20_000, "large")["peak_mb"]
    print(f"memory: {small:.0f} MB for 2,000 questions, {large:.0f} MB for 20,000: {large / small:.2f} times")


def start(folder: Path) -> None:
    """Wall time of --help and status, the median of five."""
    del folder
    for arguments in (["--help"], ["status", "--output-dir", "/nonexistent"], ["--version"]):
        times = []
        for _ in range(5):
            started = time.perf_counter()
            subprocess.run([sys.executable, "-m", "generator", *arguments], capture_output=True, check=False)
            times.append(time.perf_counter() - started)
        print(f"start: {' '.join(arguments):30} {sorted(times)[2]:.2f} s")


SECTIONS = {"throughput": throughput, "faults": faults, "limit": limit, "memory": memory, "start": start}


def main(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in names or SECTIONS:
            SECTIONS[name](Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"({os.cpu_count()} cores, Python {sys.version.split()[0]}, this process {peak:.0f} MB)")


if __name__ == "__main__":
    main(sys.argv[1:])
