"""Answers whether one page would serve two questions, by their words alone.

The offline model is never asked: it knows no more than the rules. The test server answers with this.
"""

from typing import Any

from generator.content.duplicates.questions import similarity
from generator.extractive.prompt_reader import Prompt

SAME_FROM = 0.75
"""From this similarity of the words, one page serves both questions."""


def answer_same_page(prompt: Prompt) -> dict[str, Any]:
    """The reply to the task ``same_page``."""
    verdicts = []
    for candidate in prompt.candidates:
        alike = similarity(prompt.question, str(candidate.get("question", "")))
        verdicts.append(
            {
                "id": str(candidate.get("id", "")),
                "reason": f"the words of the questions have a similarity of {alike:.2f}",
                "same_page": alike >= SAME_FROM,
            }
        )
    return {"verdicts": verdicts}
