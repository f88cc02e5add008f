"""Runs a request file as a Ray Data job: parts of it go to workers, their answers into a file each.

A part's file appears when it is whole, and a part whose file is there is not run again, so that a job cut
short goes on where it was. Workers read the request file under its own path; answers come back to this
process, which writes them.
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
from generator.model.batch_answers import LineAnswerer
from generator.model.batch_files import is_answer, response_lines
from generator.store.files import read_file, write_file
from generator.workflows.batch.session import require_provider
from generator.workflows.engine.progress import Progress
from generator.workflows.ports import HasEndpoints, HasSettings

_JOB = "job.json"


@dataclass(frozen=True)
class Part:
    """Some lines of the request file: ``start`` and ``end`` are byte offsets."""

    number: int
    start: int
    end: int


class Asking(Protocol):
    """How a worker gets answers; travels to its node."""

    @property
    def gpus(self) -> float:
        """What a worker needs of a node."""
        ...

    def answers(self, lines: list[bytes]) -> list[bytes]:
        """A response line for each request line."""
        ...


@dataclass(frozen=True)
class EndpointAsking:
    """Answers by an OpenAI-compatible endpoint that the nodes can reach."""

    base_url: str | None
    api_key: str | None
    timeout_seconds: float = 180.0
    attempts: int = 6
    concurrency: int = 32
    gpus: float = 0.0

    def answers(self, lines: list[bytes]) -> list[bytes]:
        """A response line for each request line; a request that failed has its error there."""

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
class VllmAsking:
    """Answers by ``vllm run-batch`` on the worker's node, which loads the model for each part: make parts large."""

    model: str
    gpus: float = 1.0

    def answers(self, lines: list[bytes]) -> list[bytes]:
        """A response line for each request line.

        Raises:
            StorageError: vLLM is not there or fails.
        """
        with tempfile.TemporaryDirectory(prefix="generator-part-") as folder:
            asked, answered = Path(folder, "requests.jsonl"), Path(folder, "responses.jsonl")
            asked.write_bytes(b"".join(lines))
            command = ["vllm", "run-batch", "-i", str(asked), "-o", str(answered), "--model", self.model]
            try:
                subprocess.run(command, check=True, capture_output=True)
            except subprocess.CalledProcessError as error:
                raise StorageError("vllm run-batch", error.stderr.decode(errors="replace")[-400:]) from error
            except OSError as error:
                raise StorageError("vllm", error.strerror or str(error)) from error
            return answered.read_bytes().splitlines(keepends=True)


@dataclass(frozen=True)
class RunRequest:
    """A request file to run on a Ray cluster.

    Args:
        requests, responses: the file, and the folder for the parts of its answers; the file must be readable under
            this path on every node.
        address: the cluster, as Ray takes it; None starts a local one.
        concurrency: calls in flight of each worker; that of the settings by default.
        vllm_model: run this model by ``vllm run-batch`` on ``gpus`` GPUs a worker, instead of calling the endpoint.
    """

    requests: Path
    responses: Path
    address: str | None = None
    workers: int = 2
    part_size: int = 1000
    concurrency: int | None = None
    vllm_model: str | None = None
    gpus: float = 1.0


class RunServices(HasSettings, HasEndpoints, Protocol):
    """What running a request file takes."""


def run_requests(services: RunServices, request: RunRequest, progress: Progress) -> "RayReport":
    """Run a request file; run it again to go on behind the parts that exist.

    Raises:
        UsageError: there is no endpoint to call, Ray is not installed, or a file or folder cannot be used.
        StorageError: the folder cannot be read or written.
    """
    settings = services.settings.model
    if request.vllm_model is not None:
        asking: Asking = VllmAsking(request.vllm_model, request.gpus)
    else:
        endpoint = services.endpoint()
        require_provider(endpoint, "batch run")
        asking = EndpointAsking(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key,
            timeout_seconds=settings.timeout_seconds,
            attempts=settings.attempts,
            concurrency=request.concurrency or settings.concurrency,
        )
    job = RayRun(request.requests, request.responses, part_size=request.part_size)
    with progress.bar("parts") as show:
        return job.run(
            asking,
            address=request.address,
            workers=request.workers,
            progress=lambda part, of: show(part, of),
        )


class Worker:
    """Does parts, on whatever node it is put."""

    def __init__(self, requests: str, asking: Asking) -> None:
        self._requests = requests
        self._asking = asking

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """The answers of one part, with its number."""
        with Path(self._requests).open("rb") as file:
            file.seek(row["start"])
            data = file.read(row["end"] - row["start"])
        answers = self._asking.answers(data.splitlines(keepends=True))
        return {"number": row["number"], "answers": b"".join(answers)}


@dataclass(frozen=True)
class RayReport:
    """``requests`` in ``parts``, ``run`` of the parts now; ``failed`` requests of those."""

    requests: int
    parts: int
    run: int
    failed: int


class RayRun:
    """One request file and the folder of its answers.

    Attributes:
        parts: what the file is cut into, in its order.
        requests: how many requests it holds.

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
            self.parts = list(self._cut())
        except OSError as error:
            raise UsageError(f"{requests}: {error.strerror or error}") from error
        self._claim_folder()

    def run(
        self,
        asking: Asking,
        *,
        address: str | None,
        workers: int,
        progress: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> RayReport:
        """Run the parts whose file is not there.

        Args:
            address: of the cluster, as Ray takes it; None starts a local one.
        """
        try:
            ray: Any = importlib.import_module("ray")
            data: Any = importlib.import_module("ray.data")
        except ModuleNotFoundError as error:
            raise UsageError("Ray is not installed: pip install 'quicktakes-generator[ray]'") from error
        missing = [part for part in self.parts if not self._file(part.number).exists()]
        failed = 0
        progress(len(self.parts) - len(missing), len(self.parts))
        if missing:
            ray.init(address=address, ignore_reinit_error=True, log_to_driver=False, include_dashboard=False)
            try:
                for done, row in enumerate(self._answered(data, missing, asking, workers), start=1):
                    failed += self._keep(row["number"], row["answers"])
                    progress(len(self.parts) - len(missing) + done, len(self.parts))
            finally:
                ray.shutdown()
        return RayReport(self.requests, len(self.parts), len(missing), failed)

    def _answered(
        self, data: Any, missing: list[Part], asking: Asking, workers: int
    ) -> Iterator[dict[str, Any]]:
        rows = [{"number": part.number, "start": part.start, "end": part.end} for part in missing]
        dataset = data.from_items(rows, override_num_blocks=len(rows)).map(
            Worker,
            fn_constructor_args=(str(self._path), asking),
            concurrency=min(workers, len(rows)),
            num_cpus=1 if not asking.gpus else 0,
            num_gpus=asking.gpus,
        )
        yield from dataset.iter_rows()

    def _cut(self) -> Iterator[Part]:
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
                    yield Part(number, start, end)
                    start, count = end, 0
        if count:
            yield Part(number + 1, start, end)

    def _claim_folder(self) -> None:
        """Parts of one cut of one file do not go with those of another."""
        with self._path.open("rb") as file:
            opening = hashlib.sha256(file.read(1 << 20)).hexdigest()
        size = self._path.stat().st_size
        mine = {"bytes": size, "opening": opening, "part_size": self._part_size}
        claim = self._folder / _JOB
        known = read_file(claim)
        if known is None:
            write_file(claim, json.dumps(mine).encode(), durable=True)
            return
        try:
            same = json.loads(known) == mine
        except ValueError as error:
            raise UsageError(
                f"{claim} cannot be read, so that nobody knows which file the answers are to: name another folder"
            ) from error
        if not same:
            raise UsageError(f"{self._folder} holds the answers to another file, or to other parts of it")

    def _keep(self, number: int, answers: bytes) -> int:
        """Write the file of a part; how many of its requests failed."""
        write_file(self._file(number), answers, durable=True)
        return sum(not is_answer(line) for line in response_lines(answers.splitlines()))

    def _file(self, number: int) -> Path:
        return self._folder / f"part-{number:05d}.jsonl"
