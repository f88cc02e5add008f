"""Makes a description and keywords for a published answer from its sentences and terms."""

import re
from collections.abc import Sequence
from typing import Any

from generator.content.keywords import split_keywords
from generator.content.limits import Limits, SeoLimits
from generator.extractive.passages import Sentence, blocks
from generator.extractive.prompt_reader import Prompt
from generator.extractive.search_fields.keywords import keywords
from generator.extractive.search_fields.standalone import standalone_description
from generator.extractive.terms import content_stems

_UNFIT_KEYWORD = re.compile(r"[,;*`#$\\\[\]{}<>\"“”.!?:]")


def seo_fields(prompt: Prompt, limits: Limits) -> dict[str, Any]:
    """The reply to a ``seo_fields`` request; a field that is not requested or not possible is None."""
    asked = prompt.fields or ("page_description", "page_keywords")
    current = str(prompt.current.get("page_description") or "")
    quotable = _ordered_sentences(prompt.answer)
    reply: dict[str, Any] = {"page_description": None, "page_keywords": None}
    if _has_field(asked, "description"):
        avoid = [line for line in (*prompt.avoid, current) if line]
        best = standalone_description(prompt.question, prompt.answer, limits.seo, avoid)
        reply["page_description"] = best or None
    if _has_field(asked, "keywords") and quotable:
        headings = [block.heading for block in blocks(prompt.answer) if block.heading]
        texts = [sentence.text for sentence in quotable]
        kept = _good_keywords(str(prompt.current.get("page_keywords") or ""), prompt.answer, limits.seo)
        if len(kept) < limits.seo.keywords.min:
            known = {word.casefold() for word in kept}
            found = keywords(prompt.question, texts, headings, limits.seo)
            kept += [word for word in found if word.casefold() not in known]
        reply["page_keywords"] = kept[: limits.seo.keywords.max] or None
    return reply


def _has_field(fields: Sequence[str], ending: str) -> bool:
    return any(name.endswith(ending) for name in fields)


def _ordered_sentences(answer: str) -> list[Sentence]:
    """The sentences of an answer, those that best summarise it first: lead, closing, points."""
    order = {"lead": 0, "loose": 1, "closing": 2, "point": 3}
    ranked = sorted(blocks(answer), key=lambda block: (order[block.role], block.position))
    return [sentence for block in ranked for sentence in block.sentences]


def _good_keywords(current: str, answer: str, limits: SeoLimits) -> list[str]:
    """The current keywords that are search terms and are about the answer, in order and without duplicates."""
    answer_stems = content_stems(answer)
    kept: dict[frozenset[str], str] = {}
    for part in split_keywords(current):
        word = " ".join(part.split()).rstrip(".")
        stems = content_stems(word)
        fits = word and not _UNFIT_KEYWORD.search(word) and len(word.split()) <= limits.keyword_words_max
        if fits and stems and 2 * len(stems & answer_stems) >= len(stems):
            kept.setdefault(stems, word)
    return list(kept.values())
