"""The reply of the test server to a request: the offline writer's, or the canned article where that would decline."""

from collections.abc import Mapping
from typing import Any

from generator.extractive.prompt_reader import read_prompt
from generator.extractive.writer import WrittenReply, write_reply
from generator.fake_openai.canned import CANNED_CONTENT
from generator.fake_openai.probe_replies import probe_reply
from generator.fake_openai.settings import ServerSettings


def reply_to(body: Mapping[str, Any], settings: ServerSettings) -> WrittenReply:
    """Write the reply to a request.

    The offline writer quotes passages and declines without any. The prompt for a real model has none unless the team
    has sources, so the test server answers it with the canned article.

    Raises:
        UnknownTask: the writer does not know the reply schema.
    """
    probed = probe_reply(body, ignore_format=settings.ignore_response_format)
    if probed is not None:
        return WrittenReply(probed, None, "")
    if settings.canned:
        return WrittenReply(CANNED_CONTENT, "article_draft", read_prompt(body["messages"], None).question)
    reply = write_reply(body, settings.limits, ignore_format=settings.ignore_response_format)
    if reply.task == "article_draft" and _quotes_nothing(body):
        return WrittenReply(CANNED_CONTENT, reply.task, reply.question)
    return reply


def _quotes_nothing(body: Mapping[str, Any]) -> bool:
    prompt = read_prompt(body["messages"], "article_draft")
    return not (prompt.passages or prompt.draft)
