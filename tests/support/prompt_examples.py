"""The finished replies that the prompts show, one for each kind of question."""

import re
from typing import NamedTuple

from generator.content.limits import Limits
from generator.content.questions.kinds import QuestionKind
from generator.model.prompts import PromptSet

_EXAMPLE = re.compile(r'A finished reply, for "(.+?)":\n\n(\{.*\})\Z', re.DOTALL)


class PromptExample(NamedTuple):
    """A question and the reply to it, a JSON text."""

    question: str
    reply: str


def prompt_example(prompts: PromptSet, kind: QuestionKind, *, grounded: bool = False) -> PromptExample:
    """The example in the system message for a kind of question."""
    system, _ = prompts.render(
        "answer",
        question="Why?",
        kind=kind,
        date="2026-01-31",
        subject="Physics",
        subjects=[],
        notes=None,
        covered=[],
        passages=[],
        limits=Limits(),
        grounded=grounded,
    )
    found = _EXAMPLE.search(system["content"])
    assert found is not None
    return PromptExample(found[1], found[2])
