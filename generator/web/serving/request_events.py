"""The events of the review page: each request that asks for a change, and its errors."""

import logging
import traceback

from starlette.types import Message, Scope

from generator.events import emit


def log_write(scope: Scope, message: Message) -> None:
    """Record the beginning of the response to a POST: who asked for what, and the status. Bodies are not recorded."""
    if scope["method"] != "POST" or message["type"] != "http.response.start":
        return
    reviewer = scope.get("state", {}).get("reviewer")
    who, path, status = reviewer.name if reviewer else None, scope["path"], message["status"]
    emit("page.request", f"{who or 'nobody'}: {path}: {status}", who=who, path=path, status=status)


def log_page_error(scope: Scope, error: Exception) -> None:
    """Record an unexpected error of a page."""
    emit(
        "page.failed",
        f"{scope['method']} {scope['path']}: {type(error).__name__}: {error}",
        level=logging.ERROR,
        path=scope["path"],
        traceback="".join(traceback.format_exception(error)),
    )
