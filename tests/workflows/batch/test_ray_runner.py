"""Running a request file on Ray: its parts, interrupted runs, and a local Ray with the test server."""

import importlib.util
import json
import os
from pathlib import Path

import pytest

from generator.errors import StorageError, UsageError
from generator.model.batch.files import request_line
from generator.workflows.batch.ray_runner import EndpointAnswerer, PartWorker, RayFileRunner, VllmAnswerer
from tests.support.servers import ROOT, RunningServer

COUNT = 25


@pytest.fixture
def requests(tmp_path: Path) -> Path:
    """A request file that has an empty line."""
    message = {"role": "user", "content": "<question>What is an enzyme?</question>"}
    form = {"type": "json_schema", "json_schema": {"name": "article_draft", "schema": {}}}
    body = {"model": "m", "messages": [message], "response_format": form, "max_completion_tokens": 4000}
    lines = [request_line(f"token-{number}-0", body) for number in range(COUNT)]
    path = tmp_path / "requests.jsonl"
    path.write_bytes(b"".join([*lines[:3], b"\n", *lines[3:]]))
    return path


class EchoAnswerer(EndpointAnswerer):
    """Answers each line with its own custom_id."""

    def answer(self, lines: list[bytes]) -> list[bytes]:
        return [
            json.dumps({"custom_id": json.loads(line)["custom_id"]}).encode() + b"\n"
            for line in lines
            if line.strip()
        ]


def test_the_parts_cover_every_request_once(requests: Path, tmp_path: Path) -> None:
    job = RayFileRunner(requests, tmp_path / "out", part_size=10)
    worker = PartWorker(str(requests), EchoAnswerer(None, None))
    rows = [{"number": part.number, "start": part.start, "end": part.end} for part in job.parts]
    answered = [json.loads(line) for row in rows for line in worker(row)["answers"].splitlines()]
    assert job.requests == COUNT
    assert len(rows) == 3
    assert [line["custom_id"] for line in answered] == [f"token-{number}-0" for number in range(COUNT)]


def test_a_folder_holds_the_answers_to_one_file_only(requests: Path, tmp_path: Path) -> None:
    RayFileRunner(requests, tmp_path / "out", part_size=10)
    RayFileRunner(requests, tmp_path / "out", part_size=10)
    with pytest.raises(UsageError, match="another file"):
        RayFileRunner(requests, tmp_path / "out", part_size=11)


@pytest.mark.parametrize("damaged", [b"", b'{"bytes": 1', b"\xff"])
def test_a_folder_with_a_damaged_job_file_is_refused_with_advice(
    requests: Path, tmp_path: Path, damaged: bytes
) -> None:
    RayFileRunner(requests, tmp_path / "out", part_size=10)
    (tmp_path / "out" / "job.json").write_bytes(damaged)
    with pytest.raises(UsageError, match=r"job\.json cannot be read.*another folder"):
        RayFileRunner(requests, tmp_path / "out", part_size=10)


def test_a_run_that_is_killed_while_it_starts_can_be_started_again(
    requests: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(os, "fsync", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            RayFileRunner(requests, tmp_path / "out", part_size=10)
    assert not (tmp_path / "out" / "job.json").exists()
    RayFileRunner(requests, tmp_path / "out", part_size=10)


def test_a_folder_that_cannot_be_created_is_one_error(requests: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(StorageError, match="out"):
        RayFileRunner(requests, tmp_path / "out", part_size=10)


def test_the_error_without_ray_names_the_extra_to_install(
    requests: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(UsageError, match=r"\[ray\]"):
        RayFileRunner(requests, tmp_path / "out", part_size=10).run(
            EndpointAnswerer(None, None), address=None, workers=2
        )


def test_vllm_gets_the_lines_unchanged(
    requests: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = tmp_path / "bin" / "vllm"
    tool.parent.mkdir()
    # vllm run-batch -i REQUESTS -o RESPONSES --model NAME
    tool.write_text('#!/bin/sh\n[ "$1 $6 $7" = "run-batch --model m" ] && cp "$3" "$5"\n', encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.environ['PATH']}")
    lines = requests.read_bytes().splitlines(keepends=True)
    assert VllmAnswerer("m", 1).answer(lines) == lines


@pytest.mark.ray
@pytest.mark.port
@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed")
def test_two_workers_of_a_local_ray_answer_a_file_and_continue_where_they_stopped(
    requests: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    folder = tmp_path / "out"
    with RunningServer("--canned") as server:
        runner = EndpointAnswerer(base_url=server.base_url, api_key="k", concurrency=4)
        done = RayFileRunner(requests, folder, part_size=10).run(runner, address=None, workers=2)
        assert (done.parts, done.parts_run, done.failed) == (3, 3, 0)
        (folder / "part-00002.jsonl").unlink()
        done = RayFileRunner(requests, folder, part_size=10).run(runner, address=None, workers=2)
        assert (done.parts, done.parts_run) == (3, 1)
        assert server.stats()["completed"] == COUNT + 10
    lines = [
        json.loads(line)
        for part in sorted(folder.glob("part-*.jsonl"))
        for line in part.read_text(encoding="utf-8").splitlines()
    ]
    assert [line["custom_id"] for line in lines] == [f"token-{number}-0" for number in range(COUNT)]
    assert {line["response"]["status_code"] for line in lines} == {200}
