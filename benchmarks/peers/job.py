"""What a tool is given to do: the same messages and limits for all; the server is in the environment variables."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.peers.article import Article

MODEL = "gpt-4o-mini"
"""Known to all tools; the test server answers for any model."""

Messages = list[dict[str, str]]


@dataclass(frozen=True)
class Job:
    """Questions to be answered.

    Args:
        messages: the messages of each question.
        in_flight: how many calls may run at a time.
        timeout_seconds: of one call.
        attempts: at one question, where a tool counts them.
        folder: where a tool keeps what it needs to resume; None: it need not.
    """

    messages: list[Messages]
    in_flight: int
    timeout_seconds: int
    attempts: int
    folder: str | None = None

    @classmethod
    def of_arguments(cls) -> "Job":
        """The job of the file that the command line names."""
        return cls(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))

    def write(self, path: Path) -> None:
        """Write the file that ``of_arguments`` reads."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


async def ask_all(job: Job, ask: Callable[[Messages], Awaitable[Article]]) -> int:
    """Ask all questions, a bounded number at a time; returns how many articles came of it."""
    semaphore = asyncio.Semaphore(job.in_flight)

    async def one(messages: Messages) -> Article:
        async with semaphore:
            return await ask(messages)

    found = await asyncio.gather(*(one(messages) for messages in job.messages), return_exceptions=True)
    return sum(isinstance(article, Article) for article in found)


def report(articles: int) -> None:
    """Print what ``compare_drafting`` reads."""
    print(json.dumps({"articles": articles}))
