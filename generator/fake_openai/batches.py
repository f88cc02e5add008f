"""The Batches endpoints: answer the requests of a file with the offline writer, with all states of a batch.

The state of a batch is updated when a client asks for it, by the time since the last change. Files are read and
written line by line.
"""

import json
import random
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from generator.extractive.completions import capped_completion
from generator.extractive.error_replies import error_body
from generator.extractive.prompt_reader import UnknownTask
from generator.fake_openai.batch_oddities import spoiled_output
from generator.fake_openai.files import FileStore, StoredFile, error_response, list_response
from generator.fake_openai.replies import reply_to
from generator.fake_openai.settings import BatchSettings, ServerSettings

MAX_REQUESTS = 50_000
"""The limit of the API for the requests in one file."""
_ENDPOINT = "/v1/chat/completions"
_WINDOW_SECONDS = 86_400
_MAX_WAIT_SECONDS = 0.2
_FINAL_STATES = frozenset({"completed", "failed", "expired", "cancelled"})


def batch_routes(
    settings: ServerSettings, batches: BatchSettings, now: Callable[[], float]
) -> list[BaseRoute]:
    """The endpoints of files and batches.

    Args:
        settings: the settings of the server.
        batches: the settings of batches, with the folder of the files.
        now: seconds since 1970.
    """
    files = FileStore(batches.folder, now)
    return [*files.routes(), *_BatchService(settings, batches, files, now).routes()]


@dataclass(slots=True)
class _Batch:
    """A batch.

    Args:
        created: seconds since 1970.
        times: when it entered each state, in seconds since 1970.
        step: the change of state that is running; None if none is.
    """

    id: str
    input_file: str
    created: float
    metadata: dict[str, str] | None
    status: str = "validating"
    total: int = 0
    completed: int = 0
    failed: int = 0
    output_file: str | None = None
    error_file: str | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)
    times: dict[str, float] = field(default_factory=dict)
    step: Future[None] | None = None

    def enter(self, status: str, at: float) -> None:
        self.status = status
        self.times[status] = at

    def as_dict(self) -> dict[str, Any]:
        stamped = ("in_progress", "finalizing", "completed", "failed", "expired", "cancelling", "cancelled")
        return {
            "id": self.id,
            "object": "batch",
            "endpoint": _ENDPOINT,
            "errors": {"object": "list", "data": self.errors} if self.errors else None,
            "input_file_id": self.input_file,
            "completion_window": "24h",
            "status": self.status,
            "output_file_id": self.output_file,
            "error_file_id": self.error_file,
            "created_at": int(self.created),
            "expires_at": int(self.created) + _WINDOW_SECONDS,
            **{f"{name}_at": int(self.times[name]) if name in self.times else None for name in stamped},
            "request_counts": {"total": self.total, "completed": self.completed, "failed": self.failed},
            "metadata": self.metadata,
        }


def _start(step: Callable[[_Batch], None], batch: _Batch) -> Future[None]:
    """Run a change of state in a thread that does not keep the process from ending."""
    outcome: Future[None] = Future()

    def run() -> None:
        try:
            step(batch)
        except Exception as error:  # noqa: BLE001 - raised where the outcome is read
            outcome.set_exception(error)
        else:
            outcome.set_result(None)

    Thread(target=run, daemon=True).start()
    return outcome


class _BatchService:
    """Stores the batches, in order of creation, and updates their states."""

    def __init__(
        self,
        settings: ServerSettings,
        batches: BatchSettings,
        files: FileStore,
        now: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._batch_settings = batches
        self._files = files
        self._now = now
        self._batches: dict[str, _Batch] = {}

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/v1/batches", self._create, methods=["POST"]),
            Route("/v1/batches", self._list, methods=["GET"]),
            Route("/v1/batches/{id}", self._show, methods=["GET"]),
            Route("/v1/batches/{id}/cancel", self._cancel, methods=["POST"]),
        ]

    # --- endpoints

    async def _create(self, request: Request) -> Response:
        body = await request.json()
        stored = self._files.get(str(body.get("input_file_id")))
        if stored is None or stored.purpose != "batch":
            return error_response(400, "Invalid 'input_file_id': no file with purpose 'batch' has this id.")
        if body.get("endpoint") != _ENDPOINT or body.get("completion_window") != "24h":
            return error_response(400, f"Only endpoint {_ENDPOINT!r} with completion_window '24h' is served.")
        batch = _Batch(
            f"batch_{self._files.next_number():012d}", stored.id, self._now(), body.get("metadata")
        )
        self._batches[batch.id] = batch
        return JSONResponse(self._visible(batch))

    async def _show(self, request: Request) -> Response:
        batch = self._batches.get(request.path_params["id"])
        if batch is None:
            return _no_such_batch()
        await self._advance(batch)
        return JSONResponse(self._visible(batch))

    async def _list(self, request: Request) -> Response:
        for batch in list(self._batches.values()):
            await self._advance(batch)
        return list_response(request, [self._visible(batch) for batch in reversed(self._batches.values())])

    async def _cancel(self, request: Request) -> Response:
        batch = self._batches.get(request.path_params["id"])
        if batch is None:
            return _no_such_batch()
        await self._advance(batch)
        if batch.status in _FINAL_STATES:
            return error_response(409, f"Cannot cancel a batch with status '{batch.status}'.")
        if batch.status not in {"cancelling", "cancelled"}:
            batch.enter("cancelling", self._now())
        return JSONResponse(self._visible(batch))

    def _visible(self, batch: _Batch) -> dict[str, Any]:
        """A batch as a client sees it: its files are named some time after its end."""
        visible = batch.as_dict()
        if (
            batch.status in _FINAL_STATES
            and self._now() < batch.times[batch.status] + self._batch_settings.output_late_seconds
        ):
            visible |= {"output_file_id": None, "error_file_id": None}
        return visible

    # --- changes of state

    async def _advance(self, batch: _Batch) -> None:
        """Run the steps that are due. A step that takes longer continues in the background.

        A step belongs to no event loop: a client that asks from another loop finds it running.
        """
        while batch.status not in _FINAL_STATES:
            if batch.step is None:
                step = self._due_step(batch)
                if step is None:
                    return
                batch.step = _start(step, batch)
            await run_in_threadpool(wait, [batch.step], _MAX_WAIT_SECONDS)
            if not batch.step.done():
                return
            batch.step.result()
            batch.step = None

    def _due_step(self, batch: _Batch) -> Callable[[_Batch], None] | None:
        now = self._now()
        if batch.status == "cancelling":
            return self._finish_cancelled
        if batch.status == "validating":
            return self._validate if now >= batch.created + self._batch_settings.validating_seconds else None
        if batch.status == "in_progress":
            return (
                self._run
                if now >= batch.times["in_progress"] + self._batch_settings.running_seconds
                else None
            )
        return (
            self._complete
            if now >= batch.times["finalizing"] + self._batch_settings.finalizing_seconds
            else None
        )

    def _validate(self, batch: _Batch) -> None:
        known_ids: set[str] = set()
        for number, line in enumerate(self._files.lines(batch.input_file), 1):
            problem = _find_problem(line, known_ids)
            if problem or number > MAX_REQUESTS:
                message = problem or f"The batch holds more than {MAX_REQUESTS} requests."
                batch.errors.append(
                    {"code": "invalid_request", "message": message, "param": None, "line": number}
                )
                break
            batch.total += 1
        if not batch.total and not batch.errors:
            batch.errors.append(
                {"code": "empty_file", "message": "The file is empty.", "param": None, "line": None}
            )
        if not batch.errors and (over_limit := self._over_token_limit(batch)):
            batch.errors.append(
                {"code": "token_limit_exceeded", "message": over_limit, "param": None, "line": None}
            )
        batch.enter("failed" if batch.errors else "in_progress", self._now())
        if batch.errors:
            batch.total = 0

    def _over_token_limit(self, batch: _Batch) -> str | None:
        """Why the tokens of a batch have no room beside those of the batches that are not finished."""
        limit, model = self._batch_settings.enqueued_tokens, self._model_of(batch)
        if limit is None:
            return None
        enqueued = sum(
            self._tokens_of(other)
            for other in self._batches.values()
            if other.status in ("in_progress", "finalizing") and self._model_of(other) == model
        )
        if enqueued + self._tokens_of(batch) <= limit:
            return None
        return (
            f"Enqueued token limit reached for {model} in organization org-test. Limit: {limit:,} enqueued tokens."
            " Please try again once some in_progress batches have been completed."
        )

    def _tokens_of(self, batch: _Batch) -> int:
        return self._files.path(batch.input_file).stat().st_size // 4

    def _model_of(self, batch: _Batch) -> str:
        return str(json.loads(next(self._files.lines(batch.input_file)))["body"].get("model"))

    def _run(self, batch: _Batch) -> None:
        expire_after = self._batch_settings.expire_after
        count = batch.total if expire_after is None else min(expire_after, batch.total)
        self._process(batch, count, "batch_expired")
        if batch.status == "cancelling":
            batch.enter("cancelled", self._now())
        else:
            batch.enter("expired" if count < batch.total else "finalizing", self._now())

    def _complete(self, batch: _Batch) -> None:
        if batch.status != "cancelling":
            batch.enter("completed", self._now())

    def _finish_cancelled(self, batch: _Batch) -> None:
        """Deliver the answers that were finished when the batch was cancelled."""
        started = batch.times.get("in_progress")
        if "finalizing" not in batch.times and started is not None:
            share = 1.0
            if self._batch_settings.running_seconds:
                share = min(1.0, (batch.times["cancelling"] - started) / self._batch_settings.running_seconds)
            self._process(batch, int(batch.total * share), "batch_cancelled")
        batch.enter("cancelled", self._now())

    def _process(self, batch: _Batch, count: int, rest_code: str) -> None:
        """Answer the first ``count`` requests; the others go to the error file with ``rest_code``.

        The order of the answers is shuffled.
        """
        output = self._files.new_file(f"{batch.id}_output.jsonl", "batch_output")
        errors = self._files.new_file(f"{batch.id}_error.jsonl", "batch_output")
        rng = random.Random(f"{self._settings.faults.seed}:{batch.id}")
        with (
            self._files.path(output.id).open("w", encoding="utf-8") as good,
            self._files.path(errors.id).open("w", encoding="utf-8") as bad,
        ):
            unwritten: list[str] = []
            for number, line in enumerate(self._files.lines(batch.input_file), 1):
                request = json.loads(line)
                if number > count:
                    bad.write(_failure_line(request["custom_id"], rest_code))
                    continue
                status, reply = self._reply(request["body"], number, rng)
                text = _reply_line(batch.id, number, request["custom_id"], status, reply)
                if status != 200:
                    batch.failed += 1
                    bad.write(text)
                    continue
                batch.completed += 1
                unwritten.append(text)
                if len(unwritten) == 64:
                    good.write(unwritten.pop(rng.randrange(len(unwritten))))
            rng.shuffle(unwritten)
            good.writelines(unwritten)
        batch.output_file = self._finish_output(output)
        batch.error_file = self._files.add_written(errors)
        if "unnamed" in self._batch_settings.oddities:
            batch.output_file = batch.error_file = None

    def _finish_output(self, output: StoredFile) -> str | None:
        """Spoil an output file by the oddities of the settings; returns the id that the batch names."""
        oddities, path = self._batch_settings.oddities, self._files.path(output.id)
        if not oddities:
            return self._files.add_written(output)
        path.write_bytes(spoiled_output(path.read_text(encoding="utf-8").splitlines(keepends=True), oddities))
        if "gone" not in oddities:
            self._files.add_written(output, keep_empty=True)
        return output.id

    def _reply(self, body: dict[str, Any], number: int, rng: random.Random) -> tuple[int, dict[str, Any]]:
        if rng.random() < self._batch_settings.failing_share:
            return 500, error_body("The server had an error while processing your request.", "server_error")
        try:
            text = reply_to(body, self._settings).content
        except UnknownTask as unknown:
            return 400, error_body(str(unknown), "invalid_request_error")
        return 200, capped_completion(f"batch-{number}", int(self._now()), body, text)


def _find_problem(line: str, known_ids: set[str]) -> str | None:
    """Why a request line is not valid; None if it is. Adds its ``custom_id`` to ``known_ids``."""
    try:
        request = json.loads(line)
    except ValueError:
        return "This line is not parseable as valid JSON."
    if not isinstance(request, dict) or not isinstance(request.get("custom_id"), str):
        return "Missing required parameter: 'custom_id'."
    if request["custom_id"] in known_ids:
        return f"The custom_id {request['custom_id']!r} was used before in this file."
    known_ids.add(request["custom_id"])
    body = request.get("body")
    if request.get("method") != "POST" or request.get("url") != _ENDPOINT or not isinstance(body, dict):
        return f"Each request must be a POST to {_ENDPOINT!r} with a body."
    if not isinstance(body.get("messages"), list) or body.get("stream"):
        return "The body needs 'messages' and cannot be streamed."
    return None


def _reply_line(batch_id: str, number: int, custom_id: str, status: int, reply: dict[str, Any]) -> str:
    response = {"status_code": status, "request_id": f"req_{batch_id}_{number}", "body": reply}
    line = {"id": f"batch_req_{number}", "custom_id": custom_id, "response": response, "error": None}
    return json.dumps(line, ensure_ascii=False) + "\n"


def _failure_line(custom_id: str, code: str) -> str:
    messages = {
        "batch_expired": "This request could not be executed before the completion window expired.",
        "batch_cancelled": "This request was not executed because the batch was cancelled.",
    }
    problem = {"code": code, "message": messages[code]}
    line = {"id": f"batch_req_{custom_id}", "custom_id": custom_id, "response": None, "error": problem}
    return json.dumps(line, ensure_ascii=False) + "\n"


def _no_such_batch() -> Response:
    return error_response(404, "No such Batch object.")
