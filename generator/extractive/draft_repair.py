"""Changes a draft: repairs the fields that failed a check, or follows a reviewer's comment.

First, unfit and repeated sentences are removed from a field, and then sentences at its end until it fits. If that
changes nothing, the field is composed of the passages again.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from generator.content.limits import Limits, Range
from generator.extractive.composition import (
    choose_subject,
    compose_conclusion,
    compose_introduction,
    draft_goal,
    draft_passages,
)
from generator.extractive.material import collect
from generator.extractive.passages import Sentence, blocks
from generator.extractive.points import DraftGoal, ScoredBlock, UsedSentences, choose_points
from generator.extractive.prompt_reader import Prompt
from generator.extractive.search_fields.descriptions import description
from generator.extractive.search_fields.keywords import keywords
from generator.extractive.terms import content_stems

_POINT_FIELD = re.compile(r"points\[(\d+)\](?:\.(heading|body|passages))?")


def repair_draft(prompt: Prompt, limits: Limits) -> dict[str, Any]:
    """The reply to an ``article_repair`` request: new texts for the fields that the prompt lists, None for others."""
    repair = _DraftRepair(prompt, limits)
    reply: dict[str, Any] = dict.fromkeys(
        ("introduction", "points", "conclusion", "page_description", "page_keywords")
    )
    asked = set(prompt.fields)
    if "introduction" in asked:
        reply["introduction"] = repair.introduction()
    if "points" in asked or any(_POINT_FIELD.match(name) for name in asked):
        reply["points"] = repair.points(asked)
    if "conclusion" in asked:
        reply["conclusion"] = repair.conclusion()
    if "page_description" in asked:
        reply["page_description"] = repair.description()
    if "page_keywords" in asked:
        reply["page_keywords"] = repair.keywords()
    if prompt.subjects:
        reply["subject"] = choose_subject(prompt) if "subject" in asked else None
    return reply


def apply_comment(prompt: Prompt, limits: Limits) -> dict[str, Any]:
    """The prompt's draft after a reviewer's comment: the parts that the comment names are removed, cut or replaced.

    A comment that needs new text (a new fact, another tone) changes nothing.
    """
    repair = _DraftRepair(prompt, limits)
    comment = prompt.comment.casefold()
    named = {int(number) - 1 for number in re.findall(r"\bpoints? #?(\d{1,2})\b", comment)}
    reply: dict[str, Any] = {"cannot_answer": None, **_copied_draft(prompt.draft)}
    points = reply["points"]
    if named and re.search(r"\b(?:remove|delete|drop|leave out|omit)\b", comment):
        reply["points"] = repair.points_without(named)
    elif re.search(r"\b(?:short(?:er|en)?|briefer|condense|too long|trim|tighten)\b", comment):
        reply["points"] = [
            repair.shortened_point(point) if not named or index in named else point
            for index, point in enumerate(points)
        ]
    elif named:
        reply["points"] = repair.points_with_replacements(named)
    elif re.search(r"\b(?:longer|expand|more|elaborate|add|missing|too short)\b", comment):
        reply["points"] = repair.more_points()
    if "introduction" in comment or re.search(r"\bintro\b", comment):
        reply["introduction"] = repair.introduction()
    if "conclusion" in comment:
        reply["conclusion"] = repair.conclusion()
    if "description" in comment:
        reply["page_description"] = repair.description()
    if "keyword" in comment:
        reply["page_keywords"] = repair.keywords()
    if prompt.subjects:
        reply["subject"] = choose_subject(prompt)
    return reply


def _copied_draft(draft: Mapping[str, Any]) -> dict[str, Any]:
    points = draft.get("points")
    keywords_given = draft.get("page_keywords")
    return {
        "introduction": str(draft.get("introduction") or ""),
        "points": [_plain_point(point) for point in points if isinstance(point, dict)]
        if isinstance(points, list)
        else [],
        "conclusion": str(draft.get("conclusion") or ""),
        "page_description": str(draft.get("page_description") or ""),
        "page_keywords": [str(word) for word in keywords_given] if isinstance(keywords_given, list) else [],
    }


def _plain_point(point: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "heading": str(point.get("heading") or ""),
        "body": str(point.get("body") or ""),
        "passages": list(point.get("passages") or []),
    }


class _DraftRepair:
    """Makes the new texts of a draft.

    Methods keep the old text if the passages give no better one.
    """

    def __init__(self, prompt: Prompt, limits: Limits) -> None:
        self._draft: Mapping[str, Any] = prompt.draft
        self._limits = limits
        self._goal: DraftGoal = draft_goal(prompt, limits)
        self._material: list[ScoredBlock] = collect(prompt.passages, self._goal).answers
        self._everything = [*self._material, *collect(draft_passages(prompt), self._goal).answers]

    def introduction(self) -> str:
        old = str(self._draft.get("introduction", ""))
        span = self._limits.answer.introduction_words
        return (
            self._shortened_text(old, span, opening=True)
            or compose_introduction(self._material, self._goal, self._used())
            or old
        )

    def conclusion(self) -> str:
        old = str(self._draft.get("conclusion", ""))
        span = self._limits.answer.conclusion_words
        return (
            self._shortened_text(old, span)
            or compose_conclusion(self._material, self._goal, self._used())
            or old
        )

    def points(self, asked: set[str]) -> list[dict[str, Any]]:
        old = self._old_points()
        if "points" in asked:
            return self._new_point_list(old)
        numbers = sorted({int(found[1]) for name in asked if (found := _POINT_FIELD.match(name))})
        spare_points = self._spare_points()
        repaired: list[dict[str, Any]] = []
        for index in (number for number in numbers if number < len(old)):
            parts = {
                found[2] for name in asked if (found := _POINT_FIELD.match(name)) and int(found[1]) == index
            }
            repaired.append(self._point(index, old[index], parts, spare_points))
        return repaired

    def description(self) -> str:
        old = str(self._draft.get("page_description", ""))
        texts = self._texts()
        quotable = [sentence for text in texts for block in blocks(text) for sentence in block.sentences]
        found = description(self._goal.question, quotable, self._limits.seo, [old] if old else [])
        if found:
            return found
        spare = [sentence for item in self._material for sentence in item.block.sentences]
        return description(self._goal.question, spare, self._limits.seo, [old]) or old

    def keywords(self) -> list[str]:
        headings = [str(point.get("heading", "")) for point in self._old_points()]
        return keywords(self._goal.question, self._texts(), headings, self._limits.seo)

    def points_without(self, indexes: set[int]) -> list[dict[str, Any]]:
        """The points without those with these indexes, filled up with new ones if too few are left."""
        kept = [_plain_point(point) for index, point in enumerate(self._old_points()) if index not in indexes]
        missing = self._limits.answer.points.min - len(kept)
        return kept + self._spare_points()[: max(missing, 0)]

    def points_with_replacements(self, indexes: set[int]) -> list[dict[str, Any]]:
        """The points, with those with these indexes replaced as far as the passages have others."""
        spare_points = self._spare_points()
        return [
            spare_points.pop(0) if index in indexes and spare_points else _plain_point(point)
            for index, point in enumerate(self._old_points())
        ]

    def more_points(self) -> list[dict[str, Any]]:
        """The points and up to two new ones."""
        kept = [_plain_point(point) for point in self._old_points()]
        room = max(self._limits.answer.points.max - len(kept), 0)
        return kept + self._spare_points()[: min(room, 2)]

    def shortened_point(self, point: Mapping[str, Any]) -> dict[str, Any]:
        """The point without its last sentences: at most half its words, at least one sentence."""
        body = str(point.get("body", ""))
        kept: list[str] = []
        total = 0
        for sentence in _quotable_sentences(body):
            if kept and total + sentence.words > max(
                len(body.split()) // 2, self._limits.answer.point_words.min
            ):
                break
            kept.append(sentence.text)
            total += sentence.words
        shorter = " ".join(kept) if total >= self._limits.answer.point_words.min else body
        return {**_plain_point(point), "body": shorter}

    def _new_point_list(self, old: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        limits = self._limits.answer
        used = UsedSentences()
        for field in ("introduction", "conclusion"):
            used.add(_quotable_sentences(str(self._draft.get(field, ""))))
        room = limits.target_words.max - sum(
            len(str(self._draft.get(field, "")).split()) for field in ("introduction", "conclusion")
        )
        chosen = choose_points(self._everything, self._goal, used, room)
        points = chosen if len(chosen) >= limits.points.min else [dict(point) for point in old]
        return [_numbered_point(number, point) for number, point in enumerate(points, 1)]

    def _point(
        self, index: int, old: Mapping[str, Any], parts: set[str], spare_points: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """A point with its body repaired, or the next spare point if that is not possible."""
        body = str(old.get("body", ""))
        if "body" in parts:
            shorter = self._shortened_text(body, self._limits.answer.point_words)
            if shorter:
                return {"number": index + 1, "heading": None, "body": shorter, "passages": None}
        if spare_points:
            return _numbered_point(index + 1, spare_points.pop(0))
        return {"number": index + 1, "heading": None, "body": None, "passages": None}

    def _spare_points(self) -> list[dict[str, Any]]:
        taken = [content_stems(str(point.get("heading", ""))) for point in self._old_points()]
        room = self._limits.answer.target_words.max
        offered = choose_points(self._material, self._goal, self._used(), room)
        return [point for point in offered if content_stems(point["heading"]) not in taken]

    def _shortened_text(self, old: str, span: Range, *, opening: bool = False) -> str:
        """The quotable sentences of a text, as many as ``span`` allows.

        Empty if the result is the same as before, or too short. With ``opening``, the first sentence does not refer
        to one before it.
        """
        kept: list[Sentence] = []
        used = UsedSentences()
        total = 0
        for sentence in _quotable_sentences(old):
            if not used.is_new(sentence) or (opening and not kept and sentence.dangling):
                continue
            if total + sentence.words > span.max:
                break
            kept.append(sentence)
            used.add([sentence])
            total += sentence.words
        text = " ".join(sentence.text for sentence in kept)
        return text if total >= span.min and text != old.strip() else ""

    def _used(self) -> UsedSentences:
        used = UsedSentences()
        for text in self._texts():
            used.add(_quotable_sentences(text))
        return used

    def _texts(self) -> list[str]:
        bodies = [str(point.get("body", "")) for point in self._old_points()]
        return [str(self._draft.get("introduction", "")), *bodies, str(self._draft.get("conclusion", ""))]

    def _old_points(self) -> list[Mapping[str, Any]]:
        points = self._draft.get("points")
        return [point for point in points if isinstance(point, dict)] if isinstance(points, list) else []


def _numbered_point(number: int, point: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": number,
        "heading": point.get("heading"),
        "body": point.get("body"),
        "passages": list(point.get("passages") or []),
    }


def _quotable_sentences(text: str) -> list[Sentence]:
    return [sentence for block in blocks(text) for sentence in block.sentences]
