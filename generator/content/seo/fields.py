"""The two search fields, description and keywords: their JSON schema, the parser of replies, their checks.

A field's text is a string as in the article file; keywords are ``a, b, c``. The names are those of a draft
(``page_description``, ``page_keywords``); ``PATHS`` has their paths in the file.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, get_args

from generator.content.checks import CheckContext, Profile, check_view, rules_of
from generator.content.checks.view import ArticleView, FieldText
from generator.content.drafts.composition import clean_draft
from generator.content.drafts.draft import Draft, apply_repair, parse_repair
from generator.content.drafts.schemas import repair_schema
from generator.content.findings import Finding
from generator.content.frontmatter import Document
from generator.content.keywords import join_keywords, split_keywords
from generator.content.limits import Limits
from generator.content.reply_json.strict import partial_object
from generator.content.site.site import Site
from generator.errors import ReplyFormatError

SEO_SCHEMA = "seo_fields"

SeoField = Literal["page_description", "page_keywords"]
FIELDS: tuple[SeoField, ...] = get_args(SeoField)
PATHS: Mapping[SeoField, str] = {name: f"seo.{name}" for name in FIELDS}

Texts = Mapping[SeoField, str]

_NOTHING = Draft(introduction="", points=(), conclusion="", page_description="", page_keywords=())


def seo_schema(limits: Limits) -> dict[str, Any]:
    """The strict JSON schema of a reply to the ``seo`` prompt: both fields; each may be null."""
    known = repair_schema(limits)["properties"]
    seo = limits.seo
    keywords = (
        f"At most {seo.keywords.max} search terms of at most {seo.keyword_words_max} words, none twice, proper names in their"
        f" case; {seo.keywords.min} or more only where the answer treats so many things."
    )
    return {
        "type": "object",
        "properties": {
            "page_description": known["page_description"],
            "page_keywords": {**known["page_keywords"], "description": keywords},
        },
        "required": list(FIELDS),
        "additionalProperties": False,
    }


def parse_seo(content: str, asked: Collection[SeoField]) -> dict[SeoField, str]:
    """The texts in a reply, cleaned by ``clean_draft``.

    Args:
        asked: the fields that were requested; others are ignored.

    Returns:
        The texts of the requested fields that are not null and not empty.

    Raises:
        ReplyFormatError: the reply is not a JSON object with these fields.
    """
    reply = parse_repair(content, asked)
    draft = clean_draft(apply_repair(_NOTHING, reply, asked))
    texts: dict[SeoField, str] = {
        "page_description": draft.page_description,
        "page_keywords": join_keywords(draft.page_keywords),
    }
    return {name: text for name, text in texts.items() if name in asked and text}


def salvage_seo(content: str, asked: Collection[SeoField]) -> dict[SeoField, str]:
    """The complete texts in a reply that ends in the middle. Arguments as for :func:`parse_seo`."""
    value = partial_object(content, asked, open_text=False)
    if value and isinstance(value[last := next(reversed(value))], list):
        del value[last]  # items may be missing at its end
    try:
        return parse_seo(json.dumps(value), asked)
    except ReplyFormatError:
        return {}


def texts_of(document: Document) -> dict[SeoField, str]:
    """The search fields of an article file; a missing one is empty."""
    return {name: document.get(path) or "" for name, path in PATHS.items()}


def basis(question: str, answer: str, old: str) -> str:
    """SHA-256 (hex) of what a proposal is based on; a proposal is valid as long as these texts do not change."""
    return hashlib.sha256(json.dumps([question, answer, old], ensure_ascii=False).encode()).hexdigest()


def basis_of(document: Document, field: SeoField) -> str:
    """The basis of a proposal for a field of an article file."""
    old = texts_of(document)[field]
    return basis(document.get("question") or "", document.get("answer") or "", old)


def check_seo(
    texts: Texts,
    context: CheckContext,
    profile: Profile,
    *,
    answer: str = "",
    document: Document | None = None,
    fields: Sequence[SeoField] = FIELDS,
) -> tuple[Finding, ...]:
    """The findings on the search fields; the answer is not checked.

    Args:
        texts: the texts of the fields; a missing one is empty.
        answer: Markdown with real line breaks, which the description is held against; empty: it is not.
        document: the article file, for rules that read how a value is written; None skips these rules.
        fields: the fields to check; without any, there are no findings.
    """
    if not fields:
        return ()
    keywords = texts.get("page_keywords", "")
    view = ArticleView(
        question=context.question,
        texts=(),
        introduction=None,
        points=(),
        conclusion=None,
        description=FieldText("page_description", texts.get("page_description", "")),
        keywords=split_keywords(keywords),
        keywords_field="page_keywords",
        points_field="points",
        by_part=document is None,
        document=document,
        answer=answer,
    )
    return check_view(view, context, profile, fields)


def seo_rules() -> dict[str, str]:
    """Code and title of every rule on the search fields of published pages."""
    return {rule.code: rule.title for rule in rules_of("published", FIELDS)}


def shown_length(field: str, text: str, site: Site) -> int:
    """The length of a field: for a description its characters with the site's prefix, else the number of keywords."""
    if field == "page_description":
        return len(site.description_of(text))
    return len(split_keywords(text))


def says_nothing_new(old: str, new: str) -> bool:
    """Whether two texts differ only in case, white space between words and a final full stop."""
    return _bare(old) == _bare(new)


def _bare(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(". ")
