"""A provider of batches for the fixture: it keeps files and batches, answers by the test server, and counts.

What it keeps can be saved and loaded, so that a batch sent by an earlier version is there when its answers are
collected. Nothing of the package is used.
"""

import json
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_CREATED = 1_769_860_800


class Provider:
    """Serves on a local port until the block ends; ``base_url`` ends in ``/v1``.

    Args:
        target: the base URL of the test server that writes the replies.
        kept: what :meth:`saved` returned.
        port: 0 takes a free one.
    """

    def __init__(self, target: str, kept: dict[str, Any] | None = None, *, port: int = 0) -> None:
        self.target = target
        self.files: dict[str, str] = dict(kept["files"]) if kept else {}
        self.batches: dict[str, dict[str, Any]] = dict(kept["batches"]) if kept else {}
        self.chats = 0
        """How many chat completions were answered, whatever their status."""
        self.uploaded: list[str] = []
        self.created: list[str] = []
        self.on_created: Callable[[], None] | None = None
        """Called when a batch is made and nobody knows of it yet."""
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> "Provider":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def saved(self) -> dict[str, Any]:
        """All files and batches; of uploaded files that they are there."""
        uploaded = {batch["input_file_id"]: "" for batch in self.batches.values()}
        return {"files": {**self.files, **uploaded}, "batches": self.batches}

    # what the endpoints do

    def chat(self, body: bytes) -> tuple[int, bytes]:
        """The test server's answer."""
        request = urllib.request.Request(f"{self.target}/chat/completions", data=body, method="POST")
        request.add_header("Content-Type", "application/json")
        try:
            with _OPENER.open(request, timeout=30) as response:
                status, answer = response.status, response.read()
        except urllib.error.HTTPError as error:
            status, answer = error.code, error.read()
        return status, answer

    def upload(self, body: bytes) -> dict[str, Any]:
        """Keep the file of a multipart form."""
        head, _, rest = body.partition(b'name="file"')
        name = re.search(rb'filename="([^"]*)"', rest)
        content = rest.partition(b"\r\n\r\n")[2]
        boundary = body.partition(b"\r\n")[0]
        text = content.partition(b"\r\n" + boundary)[0].decode()
        with self._lock:
            number = f"file-{len(self.files) + 1:04d}"
            self.files[number] = text
            self.uploaded.append(number)
        return {
            "id": number,
            "object": "file",
            "bytes": len(text),
            "created_at": _CREATED,
            "filename": name.group(1).decode() if name else "",
            "purpose": "batch",
            "status": "processed",
        }

    def create(self, order: dict[str, Any]) -> dict[str, Any]:
        """Make a batch, which is completed at once."""
        lines = []
        for line in self.files[order["input_file_id"]].splitlines():
            request = json.loads(line)
            status, reply = self.chat(json.dumps(request["body"]).encode())
            lines.append(answer_line(request["custom_id"], status, json.loads(reply)))
        with self._lock:
            output = f"file-{len(self.files) + 1:04d}"
            self.files[output] = "".join(lines)
            number = f"batch_{len(self.batches) + 1:04d}"
            self.batches[number] = {
                "id": number,
                "object": "batch",
                "endpoint": "/v1/chat/completions",
                "errors": None,
                "input_file_id": order["input_file_id"],
                "completion_window": "24h",
                "status": "completed",
                "output_file_id": output,
                "error_file_id": None,
                "created_at": _CREATED,
                "expires_at": _CREATED + 86_400,
                "completed_at": _CREATED + 60,
                "request_counts": {"total": len(lines), "completed": len(lines), "failed": 0},
                "metadata": order.get("metadata"),
            }
            self.created.append(number)
        if self.on_created is not None:
            self.on_created()
        return self.batches[number]


def answer_line(custom_id: str, status: int, reply: dict[str, Any]) -> str:
    """One line of a response file."""
    response = {"status_code": status, "request_id": f"req-{custom_id}", "body": reply}
    line = {"id": f"batch_req-{custom_id}", "custom_id": custom_id, "response": response, "error": None}
    return json.dumps(line) + "\n"


def answers_to(target: str, requests: Path) -> list[str]:
    """The lines of a response file for the lines of a request file."""
    provider = Provider(target)
    provider._server.server_close()
    lines = []
    for line in requests.read_text(encoding="utf-8").splitlines():
        request = json.loads(line)
        status, reply = provider.chat(json.dumps(request["body"]).encode())
        lines.append(answer_line(request["custom_id"], status, json.loads(reply)))
    return lines


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing is logged."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path == "/v1/chat/completions":
                status, answer = provider.chat(body)
                self._send(status, answer)
                provider.chats += 1
            elif self.path == "/v1/files":
                self._send_json(200, provider.upload(body))
            elif self.path == "/v1/batches":
                self._send_json(200, provider.create(json.loads(body)))
            else:
                self._send_json(404, {"error": {"message": "No such address.", "type": "invalid"}})

        def do_GET(self) -> None:
            path = self.path.partition("?")[0].removeprefix("/v1/")
            kind, _, rest = path.partition("/")
            if path == "batches":
                found = list(reversed(provider.batches.values()))
                self._send_json(200, {"object": "list", "data": found, "has_more": False})
            elif kind == "batches" and rest in provider.batches:
                self._send_json(200, provider.batches[rest])
            elif kind == "files" and rest.removesuffix("/content") in provider.files:
                self._send(200, provider.files[rest.removesuffix("/content")].encode())
            else:
                self._send_json(404, {"error": {"message": "No such object.", "type": "invalid"}})

        def _send_json(self, status: int, value: dict[str, Any]) -> None:
            self._send(status, json.dumps(value).encode())

        def _send(self, status: int, data: bytes) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:  # the command was killed
                self.close_connection = True

    return Handler
