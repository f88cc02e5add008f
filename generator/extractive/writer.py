"""Writes the reply to a request: finds its task, and calls the module of that task.

Chat completions and batches use the same function.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.content.duplicates.same_page import SAME_PAGE_SCHEMA
from generator.content.judging.preference import PREFER_SCHEMA
from generator.content.judging.replies import JUDGE_SCHEMA
from generator.content.limits import Limits
from generator.extractive.claims import CLAIM_TASKS, answer_about_claims
from generator.extractive.composition import compose_draft
from generator.extractive.draft_repair import apply_comment, repair_draft
from generator.extractive.judging import answer_as_judge
from generator.extractive.prompt_reader import Prompt, Task, read_prompt
from generator.extractive.same_page import answer_same_page
from generator.extractive.search_fields.seo_fields import seo_fields


@dataclass(frozen=True, slots=True)
class WrittenReply:
    """The reply to a request.

    Args:
        content: the text of the message.
        task: None if the request named no reply schema.
        question: empty if the prompt has none.
    """

    content: str
    task: Task | None
    question: str


def write_reply(body: Mapping[str, Any], limits: Limits, *, ignore_format: bool = False) -> WrittenReply:
    """Write the reply to a chat completion request.

    Args:
        body: the request's body, already checked.
        limits: the limits of the reply.
        ignore_format: whether to behave like a server that does not know ``response_format``.

    Raises:
        UnknownTask: the writer does not know the reply schema.
    """
    name = None if ignore_format else _schema_name(body)
    prompt = read_prompt(body["messages"], name)
    if prompt.task is None:
        return WrittenReply(_markdown_answer(prompt, limits), None, prompt.question)
    content = json.dumps(_with_source_citations(_reply(prompt, limits), prompt, body), ensure_ascii=False)
    if name is None and not _asks_for_json_object(body, ignore_format):
        content = f"```json\n{content}\n```"
    return WrittenReply(content, prompt.task, prompt.question)


def _schema_name(body: Mapping[str, Any]) -> str | None:
    """The name in ``response_format.json_schema``; None if there is none."""
    chosen = body.get("response_format")
    schema = chosen.get("json_schema") if isinstance(chosen, dict) else None
    name = schema.get("name") if isinstance(schema, dict) else None
    return name if isinstance(name, str) else None


def _asks_for_json_object(body: Mapping[str, Any], ignore_format: bool) -> bool:
    chosen = body.get("response_format")
    return not ignore_format and isinstance(chosen, dict) and chosen.get("type") == "json_object"


def _reply(prompt: Prompt, limits: Limits) -> dict[str, Any]:
    if prompt.task == "article_repair":
        return repair_draft(prompt, limits)
    if prompt.task == "seo_fields":
        return seo_fields(prompt, limits)
    if prompt.task in CLAIM_TASKS:
        return answer_about_claims(prompt)
    if prompt.task == SAME_PAGE_SCHEMA:
        return answer_same_page(prompt)
    if prompt.task == PREFER_SCHEMA:
        return {"reason": "the offline model does not judge", "better": "neither"}
    if prompt.task == JUDGE_SCHEMA:
        return answer_as_judge(prompt, limits)
    if prompt.draft and prompt.comment:
        return apply_comment(prompt, limits)
    return compose_draft(prompt, limits)


def _with_source_citations(reply: dict[str, Any], prompt: Prompt, body: Mapping[str, Any]) -> dict[str, Any]:
    """The reply with only sources cited by its points, and without citations if the schema has no field for them.

    Published articles are context and are never cited.
    """
    points = reply.get("points")
    if not points:
        return reply
    sources = {passage.id for passage in prompt.passages if passage.kind == "source"}
    has_citations = "passages" in _point_fields(body)
    result = []
    for point in points:
        kept = {name: value for name, value in point.items() if name != "passages"}
        if has_citations:
            ids = point.get("passages")
            kept["passages"] = None if ids is None else [each for each in ids if each in sources]
        result.append(kept)
    return {**reply, "points": result}


def _point_fields(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The properties of a point in the schema of ``response_format``; all known ones if the request has no schema."""
    value: Any = body.get("response_format")
    for name in ("json_schema", "schema", "properties", "points", "items", "properties"):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {"heading": {}, "body": {}, "passages": {}}


def _markdown_answer(prompt: Prompt, limits: Limits) -> str:
    """The answer as Markdown, for a request without a reply schema."""
    draft = compose_draft(prompt, limits)
    if draft["cannot_answer"]:
        return f"No answer: {draft['cannot_answer']}."
    points = [f"{n}. **{point['heading']}**: {point['body']}" for n, point in enumerate(draft["points"], 1)]
    return "\n\n".join([draft["introduction"], *points, draft["conclusion"]])
