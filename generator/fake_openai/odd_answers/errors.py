"""Odd errors: nothing was written, and the answer says so in an unusual way."""

from collections.abc import Mapping

from generator.fake_openai.odd_answers.answer import HttpReply, OddAnswer

ERRORS: Mapping[str, OddAnswer] = {
    "empty-body": lambda _: HttpReply(b""),
    "error-with-status-200": lambda _: HttpReply.of_json(
        {"error": {"message": "No endpoints available", "code": 503}}
    ),
}
