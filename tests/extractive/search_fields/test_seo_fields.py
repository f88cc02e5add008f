import re
from pathlib import Path
from typing import Any

import pytest

from generator.content.limits import Limits
from generator.extractive.prompt_reader import Prompt
from generator.extractive.search_fields.seo_fields import seo_fields
from tests.support.volcano_prompts import ARTICLE, QUESTION

LIMITS = Limits()


def seo(answer: str = ARTICLE, **more: Any) -> dict[str, Any]:
    return seo_fields(Prompt("seo_fields", question=QUESTION, answer=answer, **more), LIMITS)


def test_search_fields_are_within_the_limits() -> None:
    made = seo()
    assert LIMITS.seo.description_min <= len(made["page_description"]) <= LIMITS.seo.description_max
    assert re.search(r"[.!]$", made["page_description"])
    keywords = made["page_keywords"]
    assert len(keywords) in LIMITS.seo.keywords
    assert len({word.casefold() for word in keywords}) == len(keywords)
    assert not any("," in word for word in keywords)


def test_a_field_that_is_not_requested_is_null() -> None:
    assert seo(fields=("page_keywords",))["page_description"] is None
    assert seo(fields=("seo.page_description",))["page_keywords"] is None


def test_an_avoided_description_is_not_used_again() -> None:
    first = seo()["page_description"]
    longer = f"{ARTICLE}\n\nVolcanoes at plate boundaries form where a sinking plate carries water into the hot mantle."
    second = seo(longer, avoid=(first,))["page_description"]
    third = seo(longer, avoid=(first,), current={"page_description": second})["page_description"]
    assert (len({first, second}), third) == (2, None)


def test_an_answer_without_content_gives_null() -> None:
    made = seo("I cannot answer this question based on the available information.")
    assert made == {"page_description": None, "page_keywords": None}


@pytest.mark.corpus
def test_every_description_of_the_sample_is_within_the_limits(corpus_dir: Path) -> None:
    found = 0
    for path in sorted(corpus_dir.glob("*/*.md"))[::12]:
        text = path.read_text(encoding="utf-8")
        answer = re.search(r"\nanswer: >-\n {4}(.*)\n", text)
        question = re.search(r"\nquestion: >-\n {4}(.*)\n", text)
        if not answer or not question or answer[1].startswith("I cannot"):
            continue
        prompt = Prompt("seo_fields", question=question[1], answer=answer[1].replace("\\n", "\n"))
        description = seo_fields(prompt, LIMITS)["page_description"]
        if description is not None:
            found += 1
            assert LIMITS.seo.description_min <= len(description) <= LIMITS.seo.description_max
            assert not re.match(r"this (?:content|article|text)", description, re.IGNORECASE)
    assert found >= 3
