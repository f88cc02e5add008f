"""Error replies that only the test server has: wrong key, exceeded quota, rate limit, server error."""

from generator.extractive.error_replies import ErrorReply, error_body


def wrong_key() -> ErrorReply:
    """The error 401."""
    body = error_body("Incorrect API key provided.", "invalid_request_error", code="invalid_api_key")
    return ErrorReply(401, body)


def quota_exceeded() -> ErrorReply:
    """The error 429 that waiting does not solve."""
    message = "You exceeded your current quota, please check your plan and billing details."
    return ErrorReply(429, error_body(message, "insufficient_quota", code="insufficient_quota"))


def too_many_requests(wait_ms: float) -> ErrorReply:
    """The error 429 with both retry headers; ``retry-after`` is rounded up to whole seconds."""
    headers = {
        "retry-after-ms": str(max(1, round(wait_ms))),
        "retry-after": str(max(1, -(-int(wait_ms) // 1000))),
    }
    message = "Rate limit reached for requests. Please try again later."
    return ErrorReply(429, error_body(message, "requests", code="rate_limit_exceeded"), headers)


def server_error(status: int) -> ErrorReply:
    """The error 500 or 503."""
    message = "The server had an error while processing your request. Sorry about that!"
    if status == 503:
        message = "The engine is currently overloaded, please try again later."
    return ErrorReply(status, error_body(message, "server_error"))
