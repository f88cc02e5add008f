"""Replies to ``article_repair`` and ``seo_fields``: only the fields asked for, everything else null.

A field is mended out of its own sentences first (the unfit and the repeated ones dropped, whole
sentences taken off or added until it fits), and out of the passages where that gives nothing new.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from generator.content.limits import Limits, SeoLimits, Span
from generator.extractive.composition import (
    Aim,
    Scored,
    Used,
    aim_of,
    choose_points,
    choose_subject,
    conclude,
    draft_passages,
    introduce,
    relevant_blocks,
)
from generator.extractive.descriptions import description
from generator.extractive.keywords import keywords
from generator.extractive.passages import Sentence, blocks
from generator.extractive.plain_text import plain
from generator.extractive.prompt_reader import Prompt
from generator.extractive.sentences import sentences
from generator.extractive.terms import content_stems

# Formulas, addresses, leftovers of lists, and talk of what the writer was given.
_NO_PROSE = re.compile(
    r"[\\\\{}$|@→=]|https?:|www\.|:$|\b(?:gathered|provided|given|available) (?:information|context|text)|\bas follows\b",
    re.IGNORECASE,
)
_NO_TERM = re.compile(r"[;*`#$\\\[\]{}<>\"“”.!?:]")
_POINT_FIELD = re.compile(r"points\[(\d+)\](?:\.(heading|body|passages))?")


def repair_draft(prompt: Prompt, limits: Limits) -> dict[str, Any]:
    """New texts for the fields that the prompt lists."""
    mender = _Mender(prompt, limits)
    reply: dict[str, Any] = dict.fromkeys(
        ("introduction", "points", "conclusion", "page_description", "page_keywords")
    )
    asked = set(prompt.fields)
    if "introduction" in asked:
        reply["introduction"] = mender.introduction()
    if "points" in asked or any(_POINT_FIELD.match(name) for name in asked):
        reply["points"] = mender.points(asked)
    if "conclusion" in asked:
        reply["conclusion"] = mender.conclusion()
    if "page_description" in asked:
        reply["page_description"] = mender.description()
    if "page_keywords" in asked:
        reply["page_keywords"] = mender.keywords()
    if prompt.subjects:
        reply["subject"] = choose_subject(prompt) if "subject" in asked else None
    return reply


def revise_draft(prompt: Prompt, limits: Limits) -> dict[str, Any]:
    """The prompt's draft after a reviewer's comment: what the comment names is taken off, cut or chosen anew.

    What extraction cannot do (a new fact, another tone) leaves the draft as it was.
    """
    mender = _Mender(prompt, limits)
    comment = prompt.comment.casefold()
    named = {int(number) - 1 for number in re.findall(r"\bpoints? #?(\d{1,2})\b", comment)}
    reply: dict[str, Any] = {"cannot_answer": None, **_copied(prompt.draft)}
    points = reply["points"]
    if named and re.search(r"\b(?:remove|delete|drop|leave out|omit)\b", comment):
        reply["points"] = mender.without(named)
    elif re.search(r"\b(?:short(?:er|en)?|briefer|condense|too long|trim|tighten)\b", comment):
        reply["points"] = [
            mender.shortened(point) if not named or index in named else point
            for index, point in enumerate(points)
        ]
    elif named:
        reply["points"] = mender.replaced(named)
    elif re.search(r"\b(?:longer|expand|more|elaborate|add|missing|too short)\b", comment):
        reply["points"] = mender.extended()
    if "introduction" in comment or re.search(r"\bintro\b", comment):
        reply["introduction"] = mender.introduction()
    if "conclusion" in comment:
        reply["conclusion"] = mender.conclusion()
    if "description" in comment:
        reply["page_description"] = mender.description()
    if "keyword" in comment:
        reply["page_keywords"] = mender.keywords()
    if prompt.subjects:
        reply["subject"] = choose_subject(prompt)
    return reply


def _copied(draft: Mapping[str, Any]) -> dict[str, Any]:
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


def seo_fields(prompt: Prompt, limits: Limits) -> dict[str, Any]:
    """A description and keywords out of a published answer; null where not asked for or not to be had."""
    asked = prompt.fields or ("page_description", "page_keywords")
    current = str(prompt.current.get("page_description") or "")
    quotable = _ordered_sentences(prompt.answer)
    reply: dict[str, Any] = {"page_description": None, "page_keywords": None}
    if _names(asked, "description"):
        avoid = [line for line in (*prompt.avoid, current) if line]
        best = description(prompt.question, quotable, limits.seo, avoid)
        reply["page_description"] = (
            best or description(prompt.question, _plain_sentences(prompt.answer), limits.seo, avoid) or None
        )
    if _names(asked, "keywords") and quotable:
        headings = [block.heading for block in blocks(prompt.answer) if block.heading]
        texts = [sentence.text for sentence in quotable]
        kept = _good_keywords(str(prompt.current.get("page_keywords") or ""), prompt.answer, limits.seo)
        if len(kept) < limits.seo.keywords.min:
            known = {word.casefold() for word in kept}
            found = keywords(prompt.question, texts, headings, limits.seo)
            kept += [word for word in found if word.casefold() not in known]
        reply["page_keywords"] = kept[: limits.seo.keywords.max] or None
    return reply


def _names(fields: Sequence[str], ending: str) -> bool:
    return any(name.endswith(ending) for name in fields)


def _ordered_sentences(answer: str) -> list[Sentence]:
    """The sentences that best stand for an answer first: lead, closing, then the points."""
    order = {"lead": 0, "loose": 1, "closing": 2, "point": 3}
    ranked = sorted(blocks(answer), key=lambda block: (order[block.role], block.position))
    return [sentence for block in ranked for sentence in block.sentences]


def _good_keywords(current: str, answer: str, limits: SeoLimits) -> list[str]:
    """The present keywords that are search terms and that the answer really treats, none twice, in their order."""
    treated = content_stems(answer)
    kept: dict[frozenset[str], str] = {}
    for part in current.split(","):
        word = " ".join(part.split()).rstrip(".")
        stems = content_stems(word)
        fits = word and not _NO_TERM.search(word) and len(word.split()) <= limits.keyword_words_max
        if fits and stems and 2 * len(stems & treated) >= len(stems):
            kept.setdefault(stems, word)
    return list(kept.values())


def _plain_sentences(answer: str) -> list[Sentence]:
    """The sentences of an answer as a reader sees them, formulas as symbols: for answers with little to quote."""
    found = []
    for text in sentences(plain(answer)):
        if not _NO_PROSE.search(text):
            stems = content_stems(text)
            found.append(Sentence(text, len(text.split()), stems, dangling=False))
    return found


class _Mender:
    """One repair: the draft as it stands, and what the passages still hold."""

    def __init__(self, prompt: Prompt, limits: Limits) -> None:
        self._draft: Mapping[str, Any] = prompt.draft
        self._limits = limits
        self._findings = prompt.findings
        self._aim: Aim = aim_of(prompt, limits)
        self._own = draft_passages(prompt)
        self._material: list[Scored] = relevant_blocks(prompt.passages, self._aim)
        self._everything = [*self._material, *relevant_blocks(self._own, self._aim)]

    def introduction(self) -> str:
        old = str(self._draft.get("introduction", ""))
        span = self._limits.answer.introduction_words
        return (
            self._mended(old, span, opening=True) or introduce(self._material, self._aim, self._used()) or old
        )

    def conclusion(self) -> str:
        old = str(self._draft.get("conclusion", ""))
        span = self._limits.answer.conclusion_words
        return self._mended(old, span) or conclude(self._material, self._aim, self._used()) or old

    def points(self, asked: set[str]) -> list[dict[str, Any]]:
        old = self._old_points()
        if "points" in asked:
            return self._whole_list(old)
        numbers = sorted({int(found[1]) for name in asked if (found := _POINT_FIELD.match(name))})
        fresh = self._fresh_points()
        mended: list[dict[str, Any]] = []
        for index in (number for number in numbers if number < len(old)):
            parts = {
                found[2] for name in asked if (found := _POINT_FIELD.match(name)) and int(found[1]) == index
            }
            mended.append(self._point(index, old[index], parts, fresh))
        return mended

    def description(self) -> str:
        old = str(self._draft.get("page_description", ""))
        texts = self._texts()
        quotable = [sentence for text in texts for block in blocks(text) for sentence in block.sentences]
        found = description(self._aim.question, quotable, self._limits.seo, [old] if old else [])
        if found:
            return found
        spare = [sentence for item in self._material for sentence in item.block.sentences]
        return description(self._aim.question, spare, self._limits.seo, [old]) or old

    def keywords(self) -> list[str]:
        headings = [str(point.get("heading", "")) for point in self._old_points()]
        return keywords(self._aim.question, self._texts(), headings, self._limits.seo)

    def without(self, numbers: set[int]) -> list[dict[str, Any]]:
        """The points less some, filled up where too few are left."""
        kept = [_plain_point(point) for index, point in enumerate(self._old_points()) if index not in numbers]
        missing = self._limits.answer.points.min - len(kept)
        return kept + self._fresh_points()[: max(missing, 0)]

    def replaced(self, numbers: set[int]) -> list[dict[str, Any]]:
        """The points with some put in anew, as far as the passages hold other ones."""
        fresh = self._fresh_points()
        return [
            fresh.pop(0) if index in numbers and fresh else _plain_point(point)
            for index, point in enumerate(self._old_points())
        ]

    def extended(self) -> list[dict[str, Any]]:
        """The points and up to two more."""
        kept = [_plain_point(point) for point in self._old_points()]
        room = max(self._limits.answer.points.max - len(kept), 0)
        return kept + self._fresh_points()[: min(room, 2)]

    def shortened(self, point: Mapping[str, Any]) -> dict[str, Any]:
        """A point with its last sentences left out: at most half its words, one sentence at least."""
        body = str(point.get("body", ""))
        kept: list[str] = []
        total = 0
        for sentence in _sentences(body):
            if kept and total + sentence.words > max(
                len(body.split()) // 2, self._limits.answer.point_words.min
            ):
                break
            kept.append(sentence.text)
            total += sentence.words
        shorter = " ".join(kept) if total >= self._limits.answer.point_words.min else body
        return {**_plain_point(point), "body": shorter}

    def _whole_list(self, old: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        limits = self._limits.answer
        used = Used()
        for field in ("introduction", "conclusion"):
            used.take(_sentences(str(self._draft.get(field, ""))))
        room = limits.target_words.max - sum(
            len(str(self._draft.get(field, "")).split()) for field in ("introduction", "conclusion")
        )
        chosen = choose_points(self._everything, self._aim, used, room)
        points = chosen if len(chosen) >= limits.points.min else [dict(point) for point in old]
        return [_numbered(number, point) for number, point in enumerate(points, 1)]

    def _point(
        self, index: int, old: Mapping[str, Any], parts: set[str], fresh: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """A mended body or heading; where it cannot be mended, the next unused point in full."""
        body = str(old.get("body", ""))
        if "body" in parts:
            mended = self._mended(body, self._limits.answer.point_words)
            if mended:
                return {"number": index + 1, "heading": None, "body": mended, "passages": None}
        if fresh:
            return _numbered(index + 1, fresh.pop(0))
        return {"number": index + 1, "heading": None, "body": None, "passages": None}

    def _fresh_points(self) -> list[dict[str, Any]]:
        taken = [content_stems(str(point.get("heading", ""))) for point in self._old_points()]
        room = self._limits.answer.target_words.max
        offered = choose_points(self._material, self._aim, self._used(), room)
        return [point for point in offered if content_stems(point["heading"]) not in taken]

    def _mended(self, old: str, span: Span, *, opening: bool = False) -> str:
        """The fit sentences of a text in as many words as allowed; empty where nothing better comes out."""
        kept: list[Sentence] = []
        used = Used()
        total = 0
        for sentence in _sentences(old):
            if not used.fresh(sentence) or (opening and not kept and sentence.dangling):
                continue
            if total + sentence.words > span.max:
                break
            kept.append(sentence)
            used.take([sentence])
            total += sentence.words
        text = " ".join(sentence.text for sentence in kept)
        return text if total >= span.min and text != old.strip() else ""

    def _used(self) -> Used:
        used = Used()
        for text in self._texts():
            used.take(_sentences(text))
        return used

    def _texts(self) -> list[str]:
        bodies = [str(point.get("body", "")) for point in self._old_points()]
        return [str(self._draft.get("introduction", "")), *bodies, str(self._draft.get("conclusion", ""))]

    def _old_points(self) -> list[Mapping[str, Any]]:
        points = self._draft.get("points")
        return [point for point in points if isinstance(point, dict)] if isinstance(points, list) else []


def _numbered(number: int, point: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": number,
        "heading": point.get("heading"),
        "body": point.get("body"),
        "passages": list(point.get("passages") or []),
    }


def _sentences(text: str) -> list[Sentence]:
    return [sentence for block in blocks(text) for sentence in block.sentences]
