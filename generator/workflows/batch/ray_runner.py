"""Runs a request file as a Ray Data job: workers answer parts of it, and the answers to each part become one file.

The file of a part is written whole or not at all. A part that has a file is not run again, so an interrupted job
continues where it stopped. Workers read the request file under its own path; this process writes the answers.
"""

import asyncio
import hashlib
import importlib
import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Protocol

from generator.errors import StorageError, UsageError
from generator.model.batch.answers import LineAnswerer
from generator.model.batch.files import is_answer, response_lines
from generator.store.files import read_file, write_file
from generator.workflows.engine.progress import Progress
from generator.workflows.ports import HasEndpoints, HasSettings

_SOURCE_FILE = "job.json"
"""Names, in the folder of the answers, the request file and the part size that they belong to."""


@dataclass(frozen=True)
class FilePart:
    """Some lines of the request file: ``start`` and ``end`` are byte offsets."""

    number: int
    start: int
    end: int


class PartAnswerer(Protocol):
    """Answers the requests of a part. It is pickled and sent to the node of each worker."""

    @property
    def gpus(self) -> float:
        """How many GPUs a worker needs."""
        ...

    def answer(self, lines: list[bytes]) -> list[bytes]:
        """A response line for each request line."""
        ...


@dataclass(frozen=True)
class EndpointAnswerer:
    """Calls an OpenAI-compatible endpoint that the nodes can reach.

    Args:
        base_url: the API's root; None for OpenAI.
        concurrency: calls in flight for each worker.
    """

    base_url: str | None
    api_key: str | None
    timeout_seconds: float = 180.0
    attempts: int = 6
    concurrency: int = 32
    gpus: float = 0.0

    def answer(self, lines: list[bytes]) -> list[bytes]:
        """A response line for each request line; that of a failed request holds its error."""

        async def ask() -> list[bytes]:
            answerer = LineAnswerer(
                base_url=self.base_url,
                api_key=self.api_key,
                timeout_seconds=self.timeout_seconds,
                attempts=self.attempts,
                concurrency=self.concurrency,
                rng=Random(),
            )
            try:
                return await answerer.answers(lines)
            finally:
                await answerer.aclose()

        return asyncio.run(ask())


@dataclass(frozen=True)
class VllmAnswerer:
    """Runs ``vllm run-batch`` on the worker's node. It loads the model for each part, so parts should be large.

    Args:
        gpus: GPUs for each worker.
    """

    model: str
    gpus: float = 1.0

    def answer(self, lines: list[bytes]) -> list[bytes]:
        """A response line for each request line.

        Raises:
            StorageError: vLLM is not installed on the node, or fails.
        """
        with tempfile.TemporaryDirectory(prefix="generator-part-") as folder:
            requests, responses = Path(folder, "requests.jsonl"), Path(folder, "responses.jsonl")
            requests.write_bytes(b"".join(lines))
            command = ["vllm", "run-batch", "-i", str(requests), "-o", str(responses), "--model", self.model]
            try:
                subprocess.run(command, check=True, capture_output=True)
            except subprocess.CalledProcessError as error:
                raise StorageError("vllm run-batch", error.stderr.decode(errors="replace")[-400:]) from error
            except OSError as error:
                raise StorageError("vllm", error.strerror or str(error)) from error
            return responses.read_bytes().splitlines(keepends=True)


@dataclass(frozen=True)
class RayRunRequest:
    """A request file to run on a Ray cluster.

    Args:
        requests: the request file; it must be readable under this path on every node.
        responses: the folder for the answers, one file for each part.
        address: the cluster, in Ray's format; None starts a local one.
        workers: how many, over all nodes.
        part_size: requests in each part.
        concurrency: calls in flight for each worker; None for that of the settings.
        vllm_model: run this model with ``vllm run-batch`` instead of calling the endpoint.
        gpus: GPUs for each worker, with ``vllm_model``.
    """

    requests: Path
    responses: Path
    address: str | None = None
    workers: int = 2
    part_size: int = 1000
    concurrency: int | None = None
    vllm_model: str | None = None
    gpus: float = 1.0


class RayRunServices(HasSettings, HasEndpoints, Protocol):
    """What running a request file needs."""


def run_request_file(services: RayRunServices, request: RayRunRequest, progress: Progress) -> "RayRunReport":
    """Run the parts of a request file that have no file of answers yet.

    Raises:
        UsageError: there is no endpoint to call, Ray is not installed, or a file or folder cannot be used.
        StorageError: the folder cannot be read or written.
    """
    settings = services.settings.model
    if request.vllm_model is not None:
        answerer: PartAnswerer = VllmAnswerer(request.vllm_model, request.gpus)
    else:
        endpoint = services.endpoint(needed_by="batch run")
        answerer = EndpointAnswerer(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key,
            timeout_seconds=settings.timeout_seconds,
            attempts=settings.attempts,
            concurrency=request.concurrency or settings.concurrency,
        )
    runner = RayFileRunner(request.requests, request.responses, part_size=request.part_size)
    with progress.bar("parts") as show:
        return runner.run(
            answerer,
            address=request.address,
            workers=request.workers,
            on_part=lambda done, total: show(done, total),
        )


class PartWorker:
    """Reads and answers parts of a request file, on the node that Ray chooses.

    Args:
        requests: the path of the request file.
    """

    def __init__(self, requests: str, answerer: PartAnswerer) -> None:
        self._requests = requests
        self._answerer = answerer

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Answer one part.

        Args:
            row: the fields of a ``FilePart``.

        Returns:
            Its ``number``, and the response lines as ``answers``.
        """
        with Path(self._requests).open("rb") as file:
            file.seek(row["start"])
            data = file.read(row["end"] - row["start"])
        answers = self._answerer.answer(data.splitlines(keepends=True))
        return {"number": row["number"], "answers": b"".join(answers)}


@dataclass(frozen=True)
class RayRunReport:
    """What a run did.

    Args:
        requests: the number of requests in the file; ``parts`` is the number of its parts.
        parts_run: how many of the parts this run answered.
        failed: how many requests of these parts failed.
    """

    requests: int
    parts: int
    parts_run: int
    failed: int


class RayFileRunner:
    """Runs one request file, and writes the answers into one folder.

    Args:
        part_size: requests in each part.

    Attributes:
        parts: the parts of the file, in order.
        requests: how many requests the file contains.

    Raises:
        UsageError: the file cannot be read, or the folder holds the answers to another one.
        StorageError: the folder cannot be read or written.
    """

    def __init__(self, requests: Path, folder: Path, *, part_size: int) -> None:
        self._path = requests
        self._folder = folder
        self._part_size = part_size
        self.requests = 0
        try:
            self.parts = list(self._split())
        except OSError as error:
            raise UsageError(f"{requests}: {error.strerror or error}") from error
        self._check_folder()

    def run(
        self,
        answerer: PartAnswerer,
        *,
        address: str | None,
        workers: int,
        on_part: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> RayRunReport:
        """Run the parts that have no file of answers yet.

        Args:
            address: the cluster, in Ray's format; None starts a local one.
            workers: how many, over all nodes.
            on_part: is given how many parts are done and how many there are: first once, then after each part.

        Raises:
            UsageError: Ray is not installed.
            StorageError: the answers cannot be written.
        """
        try:
            ray: Any = importlib.import_module("ray")
            data: Any = importlib.import_module("ray.data")
        except ModuleNotFoundError as error:
            raise UsageError("Ray is not installed: pip install 'quicktakes-generator[ray]'") from error
        missing = [part for part in self.parts if not self._part_file(part.number).exists()]
        failed = 0
        on_part(len(self.parts) - len(missing), len(self.parts))
        if missing:
            ray.init(address=address, ignore_reinit_error=True, log_to_driver=False, include_dashboard=False)
            try:
                for done, row in enumerate(self._answer_parts(data, missing, answerer, workers), start=1):
                    failed += self._write_part(row["number"], row["answers"])
                    on_part(len(self.parts) - len(missing) + done, len(self.parts))
            finally:
                ray.shutdown()
        return RayRunReport(self.requests, len(self.parts), len(missing), failed)

    def _answer_parts(
        self, data: Any, missing: list[FilePart], answerer: PartAnswerer, workers: int
    ) -> Iterator[dict[str, Any]]:
        rows = [{"number": part.number, "start": part.start, "end": part.end} for part in missing]
        dataset = data.from_items(rows, override_num_blocks=len(rows)).map(
            PartWorker,
            fn_constructor_args=(str(self._path), answerer),
            concurrency=min(workers, len(rows)),
            num_cpus=1 if not answerer.gpus else 0,
            num_gpus=answerer.gpus,
        )
        yield from dataset.iter_rows()

    def _split(self) -> Iterator[FilePart]:
        start = end = count = number = 0
        with self._path.open("rb") as file:
            for line in file:
                end += len(line)
                if not line.strip():
                    continue
                count += 1
                self.requests += 1
                if count == self._part_size:
                    number += 1
                    yield FilePart(number, start, end)
                    start, count = end, 0
        if count:
            yield FilePart(number + 1, start, end)

    def _check_folder(self) -> None:
        """Mark the folder as the one for this file and part size; refuse it if it is marked for others."""
        with self._path.open("rb") as file:
            opening = hashlib.sha256(file.read(1 << 20)).hexdigest()
        size = self._path.stat().st_size
        expected = {"bytes": size, "opening": opening, "part_size": self._part_size}
        source_file = self._folder / _SOURCE_FILE
        known = read_file(source_file)
        if known is None:
            write_file(source_file, json.dumps(expected).encode(), durable=True)
            return
        try:
            same = json.loads(known) == expected
        except ValueError as error:
            raise UsageError(
                f"{source_file} cannot be read, so it is not known which request file the answers belong to:"
                " name another folder"
            ) from error
        if not same:
            raise UsageError(f"{self._folder} holds the answers to another file, or to parts of another size")

    def _write_part(self, number: int, answers: bytes) -> int:
        """Write the file of a part. Returns how many of its requests failed."""
        write_file(self._part_file(number), answers, durable=True)
        return sum(not is_answer(line) for line in response_lines(answers.splitlines()))

    def _part_file(self, number: int) -> Path:
        return self._folder / f"part-{number:05d}.jsonl"
