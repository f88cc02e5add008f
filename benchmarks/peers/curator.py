"""Bespoke Curator: an ``LLM`` with a response format over a list of rows; its cache in a folder lets it resume.

Its pause after an answer 429 is 10 seconds unless it is set; here it has the least that can be set, 1 second, because
the test server asks for a fifth of a second.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bespokelabs import curator

from benchmarks.peers.article import Article
from benchmarks.peers.job import MODEL, Job, report


class Writer(curator.LLM):
    """Writes the article of a row."""

    response_format = Article

    def prompt(self, row: dict[str, Any]) -> list[dict[str, str]]:
        """The messages of a row, as they are."""
        return [{"role": "system", "content": row["system"]}, {"role": "user", "content": row["user"]}]

    def parse(self, row: dict[str, Any], response: Article) -> dict[str, Any]:
        """The row of the result."""
        return response.model_dump()


def main(job: Job, folder: Path) -> int:
    """How many articles came of the job."""
    writer = Writer(
        model_name=MODEL,
        backend="openai",
        backend_params={
            "max_concurrent_requests": job.in_flight,
            "max_requests_per_minute": 1_000_000,
            "max_tokens_per_minute": 1_000_000_000,
            "max_retries": job.attempts - 1,
            "request_timeout": job.timeout_seconds,
            "seconds_to_pause_on_rate_limit": 1,
            "require_all_responses": False,
        },
    )
    rows = [{message["role"]: message["content"] for message in messages} for messages in job.messages]
    return sum(bool(row["introduction"]) for row in writer(rows, working_dir=str(folder)).dataset)


if __name__ == "__main__":
    given = Job.of_arguments()
    with TemporaryDirectory() as temporary:
        report(main(given, Path(given.folder or temporary)))
