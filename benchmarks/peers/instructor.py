"""instructor: ``from_openai`` with a tenacity policy in ``max_retries``, and its cache on disk where it may resume.

The SDK's own retries stay as they are: two for a failed call, within each attempt of the policy.
"""

import asyncio
from typing import Any

import instructor
from instructor.cache import DiskCache
from openai import AsyncOpenAI
from tenacity import AsyncRetrying, stop_after_attempt, wait_random_exponential

from benchmarks.peers.article import Article
from benchmarks.peers.job import MODEL, Job, Messages, ask_all, report


async def main(job: Job) -> int:
    """How many articles came of the job."""
    options: dict[str, Any] = {}
    if job.folder:
        options = {"cache": DiskCache(directory=job.folder), "cache_namespace": "articles"}
    client = instructor.from_openai(
        AsyncOpenAI(timeout=job.timeout_seconds), mode=instructor.Mode.JSON_SCHEMA, **options
    )

    async def ask(messages: Messages) -> Article:
        article: Article = await client.create(
            model=MODEL,
            messages=messages,
            response_model=Article,
            max_retries=AsyncRetrying(
                stop=stop_after_attempt(job.attempts), wait=wait_random_exponential(multiplier=0.5, max=10)
            ),
        )
        return article

    return await ask_all(job, ask)


if __name__ == "__main__":
    report(asyncio.run(main(Job.of_arguments())))
