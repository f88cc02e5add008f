"""The app on a real port: what only a connection can show."""

import subprocess
import sys

import httpx2
import pytest

from tests.support.servers import ROOT, RunningServer
from tests.support.volcano_prompts import body, draft_messages

pytestmark = [pytest.mark.slow, pytest.mark.port]


def test_connections_drop_before_and_within_the_body() -> None:
    with (
        RunningServer("--faults", "1", "--fault-kinds", "drop,drop_body", "--seed", "3") as server,
        httpx2.Client(base_url=server.base_url, trust_env=False) as client,
    ):
        for _ in range(8):
            with pytest.raises(httpx2.TransportError):
                client.post("/chat/completions", json=body(draft_messages()))
        counted = server.stats()
    assert counted["completed"] == 0
    assert counted["lost"] == 8
    assert set(counted["faults"]) == {"drop", "drop_body"}


def test_the_canned_server_answers_every_request_the_same() -> None:
    with (
        RunningServer("--canned") as server,
        httpx2.Client(base_url=server.base_url, trust_env=False) as client,
    ):
        replies = [client.post("/chat/completions", json=body(draft_messages())).json() for _ in range(3)]
        assert client.get("/models").status_code == 200
        assert server.stats()["completed"] == 3
    assert replies[0] == replies[2]
    assert replies[0]["choices"][0]["finish_reason"] == "stop"


def test_sigterm_ends_the_server_with_code_0() -> None:
    command = [sys.executable, "-m", "generator.fake_openai", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.terminate()
        assert process.wait(timeout=30) == 0


def test_a_port_in_use_gives_one_line_and_exit_code_2() -> None:
    with RunningServer("--canned") as server:
        port = server.base_url.removesuffix("/v1").rpartition(":")[2]
        command = [sys.executable, "-m", "generator.fake_openai", "--port", port]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
