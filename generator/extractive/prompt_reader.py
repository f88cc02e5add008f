"""Parses a prompt by its delimiters.

Text between delimiters is material, never an instruction. A prompt without delimiters is read as a question, so that
any client gets an answer.
"""

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, get_args

from generator.errors import GeneratorError

Task = Literal[
    "article_draft",
    "article_repair",
    "seo_fields",
    "claims_found",
    "claims_checked",
    "claims_answers",
    "same_page",
    "preference",
    "judgement",
]
TASKS: tuple[Task, ...] = get_args(Task)

_TAGS = "notes|subjects?|question|draft|findings|comment|answer|current|avoid|fields|claims|blanks|candidates"
_BLOCK = re.compile(rf"<({_TAGS})>(.*?)</\1>", re.DOTALL)
_PASSAGES = re.compile(r"<passages>(.*)</passages>", re.DOTALL)
_PASSAGE = re.compile(r"<passage\b([^>]*)>(.*?)</passage>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([a-z_]+)="([^"]*)"')
_REPLY_SCHEMA = re.compile(r"^Reply schema: *([a-z_]+)", re.MULTILINE)
_FIELD = re.compile(r"[a-z_]+(?:\[\d+\])?(?:\.[a-z_]+)?")


class UnknownTask(GeneratorError):
    """The writer does not know the reply schema."""


@dataclass(frozen=True, slots=True)
class QuotedPassage:
    """A passage in the prompt.

    Args:
        kind: "source" or "article".
        subject: empty if the prompt names none.
    """

    id: str
    kind: str
    title: str
    text: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The parts of a prompt that the writer uses. Missing parts are empty."""

    task: Task | None
    question: str = ""
    subjects: tuple[str, ...] = ()
    passages: tuple[QuotedPassage, ...] = ()
    draft: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    comment: str = ""
    answer: str = ""
    current: Mapping[str, Any] = field(default_factory=dict)
    avoid: tuple[str, ...] = ()
    claims: tuple[Mapping[str, Any], ...] = ()
    blanks: tuple[Mapping[str, Any], ...] = ()
    candidates: tuple[Mapping[str, Any], ...] = ()


def read_prompt(messages: Sequence[Mapping[str, Any]], schema_name: str | None) -> Prompt:
    """Parse the messages of a chat completion request.

    Args:
        messages: the content of each is a text or a list of text parts.
        schema_name: the name in ``response_format``. If None, the line "Reply schema:" of the system message is used.

    Raises:
        UnknownTask: the reply schema is not one of ``TASKS``.
    """
    system = "\n".join(_message_text(message) for message in messages if message.get("role") != "user")
    user = "\n".join(_message_text(message) for message in messages if message.get("role") == "user")
    task = _find_task(schema_name, system)
    passages, rest = _split_off_passages(user)
    parts: dict[str, str] = {}
    for match in _BLOCK.finditer(rest):
        parts.setdefault(match[1], match[2].strip())
    return Prompt(
        task=task,
        question=parts.get("question", "" if parts else " ".join(rest.split())),
        subjects=_lines(parts.get("subjects", "")),
        passages=passages,
        draft=_parse_object(parts.get("draft", "")),
        fields=tuple(_FIELD.findall(parts.get("fields", ""))),
        comment=parts.get("comment", ""),
        answer=parts.get("answer", ""),
        current=_parse_object(parts.get("current", "")),
        avoid=_lines(parts.get("avoid", "")),
        claims=_parse_objects(parts.get("claims", "")),
        blanks=_parse_objects(parts.get("blanks", "")),
        candidates=_parse_objects(parts.get("candidates", "")),
    )


def _find_task(schema_name: str | None, system: str) -> Task | None:
    named = schema_name
    if named is None:
        found = _REPLY_SCHEMA.search(system)
        named = found[1] if found else None
    if named is None:
        return None
    for task in TASKS:
        if task == named:
            return task
    raise UnknownTask(f"the offline model cannot answer {named!r}; it knows {', '.join(TASKS)}")


def _message_text(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return ""


def _split_off_passages(user: str) -> tuple[tuple[QuotedPassage, ...], str]:
    found = _PASSAGES.search(user)
    if not found:
        return (), user
    return _read_passages(found[1]), user[: found.start()] + user[found.end() :]


@lru_cache(maxsize=64)
def _read_passages(text: str) -> tuple[QuotedPassage, ...]:
    passages: list[QuotedPassage] = []
    for number, match in enumerate(_PASSAGE.finditer(text), 1):
        names = dict(_ATTRIBUTE.findall(match[1]))
        passages.append(
            QuotedPassage(
                id=names.get("id", f"s{number}"),
                kind=names.get("kind", "article"),
                title=html.unescape(names.get("title", "")),
                text=match[2].strip(),
                subject=html.unescape(names.get("subject", "")),
            )
        )
    return tuple(passages)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _parse_object(text: str) -> Mapping[str, Any]:
    if not text:
        return {}
    try:
        value = json.loads(text, strict=False)
    except json.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _parse_objects(text: str) -> tuple[Mapping[str, Any], ...]:
    """The objects of a JSON list; what is none is left out."""
    try:
        value = json.loads(text, strict=False) if text else []
    except json.JSONDecodeError:
        return ()
    return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()
