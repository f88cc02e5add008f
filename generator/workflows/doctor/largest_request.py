"""The size of the largest request that the program makes with the settings in force."""

import json
from typing import Protocol

from generator.content.claims.replies import check_schema
from generator.content.drafts.schemas import draft_schema
from generator.content.questions.kinds import KINDS
from generator.workflows.claims.job_maker import CHECK
from generator.workflows.claims.rules_check import MOST_CHARS
from generator.workflows.drafting.job_maker import PROMPT
from generator.workflows.ports import HasPrompts, HasSettings, HasSubjects

_QUESTION, _NOTES = "x" * 300, "x" * 1000
# A word of an article with the space after it, markup included.
_WORD_CHARS = 8
_CLAIMS = 40
_DATE = "2026-01-31"


class SizedServices(HasSettings, HasPrompts, HasSubjects, Protocol):
    """What the size depends on."""


def largest_request_chars(services: SizedServices) -> int:
    """The characters of messages and schema of the largest request, for drafts, their revision, and claims.

    Raises:
        PromptError: a prompt cannot be rendered.
    """
    page = services.settings.limits.answer.words.max * _WORD_CHARS
    return page + max(_draft_chars(services), _claims_chars(services))


def _draft_chars(services: SizedServices) -> int:
    settings, names = services.settings, services.subjects.names
    text = "x" * settings.context.passages_chars
    passages = [{"id": "s1", "kind": "source", "key": "k", "title": "t", "text": text}] if text else []
    rendered = (
        services.prompts.render(
            PROMPT,
            question=_QUESTION,
            kind=kind,
            date=_DATE,
            subject=None,
            subjects=names,
            notes=_NOTES,
            covered=[_QUESTION],
            passages=passages,
            limits=settings.limits,
            grounded=True,
        )
        for kind in KINDS
    )
    schema = json.dumps(draft_schema(settings.limits, subjects=names, grounded=True))
    return len(schema) + max(sum(len(message["content"]) for message in messages) for messages in rendered)


def _claims_chars(services: SizedServices) -> int:
    passages = [{"id": "s1", "kind": "source", "key": "", "title": "t", "text": "x" * MOST_CHARS}]
    claims = [
        {"id": f"c{n}", "kind": "figure", "words": "x" * 20, "sentence": "x" * 150} for n in range(_CLAIMS)
    ]
    messages = services.prompts.render(
        CHECK, question=_QUESTION, subject=None, passages=passages, claims=claims
    )
    return len(json.dumps(check_schema())) + sum(len(message["content"]) for message in messages)
