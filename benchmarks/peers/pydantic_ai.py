"""Pydantic AI: an ``Agent`` with a native output; HTTP retries by its tenacity transport; DBOS where it may resume."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.models import create_async_httpx2_client
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.retries import AsyncHTTPX2TenacityTransport, RetryConfig, wait_retry_after
from pydantic_ai.settings import ModelSettings
from tenacity import retry_if_exception_type, stop_after_attempt, wait_random_exponential

from benchmarks.peers.article import Article
from benchmarks.peers.job import MODEL, Job, Messages, ask_all, report


def retrying_client(job: Job) -> httpx2.AsyncClient:
    """The client of its documentation: waits as long as the server asks, else longer each time."""

    def refuse(response: httpx2.Response) -> None:
        if response.status_code == 429 or response.status_code >= 500:
            response.raise_for_status()

    transport = AsyncHTTPX2TenacityTransport(
        RetryConfig(
            retry=retry_if_exception_type((httpx2.HTTPStatusError, httpx2.TransportError)),
            wait=wait_retry_after(fallback_strategy=wait_random_exponential(multiplier=0.5, max=10)),
            stop=stop_after_attempt(job.attempts),
            reraise=True,
        ),
        validate_response=refuse,
    )
    return create_async_httpx2_client(transport=transport)


def writer(job: Job, client: httpx2.AsyncClient, **options: Any) -> "Agent[None, Article]":
    """The agent that writes an article."""
    model = OpenAIChatModel(MODEL, provider=OpenAIProvider(http_client=client))
    settings = ModelSettings(timeout=job.timeout_seconds)
    return Agent(
        model,
        output_type=NativeOutput(Article),
        retries=job.attempts - 1,
        model_settings=settings,
        **options,
    )


async def main(job: Job) -> int:
    """How many articles came of the job."""
    async with retrying_client(job) as client:
        agent = writer(job, client)

        async def ask(messages: Messages) -> Article:
            system, user = messages
            return (await agent.run(user["content"], instructions=system["content"])).output

        return await ask_all(job, ask)


async def durable(job: Job, folder: Path) -> int:
    """The same with one DBOS workflow a question, its state in SQLite: those of a killed run go on."""
    from dbos import DBOS, SetWorkflowID
    from pydantic_ai.durable_exec.dbos import DBOSDurability

    DBOS(config={"name": "articles", "system_database_url": f"sqlite:///{folder / 'dbos.sqlite'}"})
    client = retrying_client(job)
    agent = writer(job, client, name="writer", capabilities=[DBOSDurability()])

    @DBOS.workflow()
    async def write(system: str, user: str) -> dict[str, Any]:
        return (await agent.run(user, instructions=system)).output.model_dump()

    DBOS.launch()

    async def ask(messages: Messages) -> Article:
        system, user = messages
        with SetWorkflowID(user["content"]):
            return Article.model_validate(await write(system["content"], user["content"]))

    try:
        return await ask_all(job, ask)
    finally:
        DBOS.destroy()


if __name__ == "__main__":
    given = Job.of_arguments()
    report(asyncio.run(durable(given, Path(given.folder)) if given.folder else main(given)))
