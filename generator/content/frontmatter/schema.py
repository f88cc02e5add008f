"""The schema of article files: the canonical order of the keys, and the form in which new values are written."""

from typing import Literal

from generator.content.article import MAX_RELATED

Form = Literal["bare", "plain", "folded", "group"]


_TOP: dict[str, Form] = {
    "_schema": "plain",
    "id": "bare",
    "date": "bare",
    "title": "folded",
    "article_title": "folded",
    "date_format": "plain",
    "post_on_text": "plain",
    "seo": "group",
    "author": "plain",
    "question": "folded",
    "no_index": "bare",
    "answer": "folded",
    "subject": "plain",
    "file_name": "plain",
    "url": "plain",
    "canonical": "plain",
    "score": "bare",
    **{f"related_article{number}": "group" for number in range(1, MAX_RELATED + 1)},
}
_SEO: dict[str, Form] = {"title": "plain", "page_description": "folded", "page_keywords": "folded"}
_RELATED: dict[str, Form] = {"id": "bare", "title": "folded", "subject": "plain", "url": "plain"}


def siblings(group: str) -> dict[str, Form]:
    """The keys of a group with their forms, in canonical order; of the top level for an empty name."""
    if not group:
        return _TOP
    if _TOP.get(group) != "group":
        return {}
    return _SEO if group == "seo" else _RELATED


def form(path: str) -> Form | None:
    """The form of a field; None for a path that the schema does not have."""
    group, _, leaf = path.rpartition(".")
    return siblings(group).get(leaf)


def indent_of(group: str) -> str:
    """The indentation of a group's keys."""
    return {"": "", "seo": "  "}.get(group, "    ")


def content_indent(group: str) -> str:
    """The indentation of folded texts in a group, relative to their key."""
    return "  " if group == "seo" else "    "
