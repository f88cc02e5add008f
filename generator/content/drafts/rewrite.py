"""A rewrite of a published page: the page's file with the texts of a draft, and every other byte as it was."""

from collections.abc import Collection, Mapping

from generator.content.drafts.composition import clean_draft
from generator.content.drafts.draft import Draft
from generator.content.drafts.revision import draft_of, markdown_of
from generator.content.frontmatter import Change, Document, patch, read
from generator.content.frontmatter.extra_field import with_field
from generator.content.keywords import join_keywords
from generator.content.markdown.answer import encode
from generator.content.markdown.unsafe import separate_backslash_n
from generator.errors import FrontMatterError, PatchError

IDENTITY = ("id", "question", "subject", "file_name", "url")
"""The fields by which a page is known: no rewrite may change them."""
REWRITTEN = frozenset(
    {
        "answer",
        "introduction",
        "points",
        "conclusion",
        "page_description",
        "page_keywords",
        "seo.page_description",
        "seo.page_keywords",
    }
)
"""The fields that a rewrite changes, as findings on drafts and on files name them."""


def rewritten_page(page: Document, draft: Draft) -> str:
    """The text of a page's file with the answer, description and keywords of a cleaned draft.

    A text that the draft leaves as it was is not touched, whatever its form in the file.

    Raises:
        PatchError: the file cannot take one of the texts without another change.
    """
    return patch(page.text, _changes(page, draft))


def changed_identity(page: Document, rewrite: Document) -> tuple[str, ...]:
    """The fields of :data:`IDENTITY` that a rewrite has otherwise than its page."""
    return tuple(name for name in IDENTITY if page.get(name) != rewrite.get(name))


def is_published_rewrite(document: Document, published: bytes, also: Collection[str] = ()) -> bool:
    """Whether a page is the text of a rewrite, with any values of the fields that publishing assigns.

    Args:
        published: the bytes of the page; False for those that cannot be read.
        also: the field of a disclosure, which publishing assigns too.
    """
    try:
        page = read(published)
        values: dict[str, Change] = {"date": page.get("date"), "score": page.get("score")}
        if values["score"] is not None:
            values["score"] = float(page.get("score", ""))
        assigned = {
            name: value
            for name, value in values.items()
            if value is not None and page.get(name) != document.get(name)
        }
        text = patch(document.text, assigned)
        for name in also:
            text = with_field(text, name, page.get(name))
        return text.encode() == published
    except (FrontMatterError, PatchError, ValueError):
        return False


def _changes(page: Document, draft: Draft) -> Mapping[str, Change]:
    old = clean_draft(draft_of(page))
    changes: dict[str, Change] = {}
    if markdown_of(draft) != markdown_of(old):
        changes["answer"] = encode(separate_backslash_n(markdown_of(draft)))
    if draft.page_description != old.page_description:
        changes["seo.page_description"] = draft.page_description
    if draft.page_keywords != old.page_keywords:
        changes["seo.page_keywords"] = join_keywords(draft.page_keywords)
    return changes
