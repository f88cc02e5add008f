"""A loop around the OpenAI SDK: its two retries of failed calls, and a reply that cannot be read is lost."""

import asyncio
from typing import Any, cast

from openai import AsyncOpenAI

from benchmarks.peers.article import Article
from benchmarks.peers.job import MODEL, Job, Messages, ask_all, report

FORMAT = {"type": "json_schema", "json_schema": {"name": "article", "schema": Article.model_json_schema()}}


async def ask_with(client: AsyncOpenAI, job: Job) -> int:
    """How many articles came of the job."""

    async def ask(messages: Messages) -> Article:
        reply = await client.chat.completions.create(
            model=MODEL,
            messages=cast(Any, messages),
            response_format=cast(Any, FORMAT),
        )
        return Article.model_validate_json(reply.choices[0].message.content or "")

    return await ask_all(job, ask)


async def main(job: Job) -> int:
    """The same with a client of the SDK's defaults."""
    async with AsyncOpenAI(timeout=job.timeout_seconds) as client:
        return await ask_with(client, job)


if __name__ == "__main__":
    report(asyncio.run(main(Job.of_arguments())))
