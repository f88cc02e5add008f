"""Rules on text that the site should not show: HTML, links, inner headings, broken characters, another script."""

import re
from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import ArticleView, FieldText
from generator.content.keywords import join_keywords
from generator.content.language.phrases import Phrases
from generator.content.text import clean

_TEXTS = ("introduction", "points", "conclusion", "page_description")


# Only tags that format text: others (`<title>`, `<T>`) may be the topic of a text on HTML or C++.
TAGS = Phrases(
    ("<", "&"),
    re.compile(
        r"</?(?:br|p|div|span|b|i|u|s|em|strong|sub|sup|small|ul|ol|li|table|thead|tbody|tr|td|th|font|center|hr|h[1-6]"
        r"|blockquote|pre|code|details|summary|figure|img|a)(?:\s[^<>\n]*)?/?>|<!--|&(?:nbsp|lt|gt|quot|#\d{2,5});",
        re.IGNORECASE,
    ),
)


@rule(
    "html",
    "The text contains HTML",
    "The site shows HTML as text: the reader sees <br> and <sub> literally.",
    draft="error",
    published="warning",
    fields=_TEXTS,
)
def html(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for part in view.texts_containing(*TAGS.marks):
        found = TAGS.pattern.search(part.prose)
        span = found.span() if found and (found[0][0] == "<" or part is view.description) else None
        if span is None and view.by_part:
            span = next(((tag.start, tag.end) for tag in part.unsafe_places if tag.code == "html-tag"), None)
        if span:
            yield Defect(
                part.field,
                f"contains the HTML “{part.text[slice(*span)][:40]}”, which the site shows as text; use Markdown,"
                " and backticks for code",
                *span,
            )


LINKS = Phrases(
    ("](", "]:", "://", "www."),
    re.compile(
        r"https?://|\bwww\.[a-z0-9]|!\[[^\[\]\n]{0,300}\]\("
        r"|(?<!\\)\[[^\[\]\n]{1,300}\]\((?!\s)[^()\s]{0,300}[./#][^()\n]{0,300}\)|^\[[^\]\n]+\]:\s+\S",
        re.IGNORECASE | re.MULTILINE,
    ),
)


@rule(
    "link-out",
    "The text contains a link or an image",
    "Models often invent addresses, and links break with time: articles link only to their related articles.",
    draft="error",
    published="warning",
    fields=_TEXTS,
)
def link_out(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for part in view.texts_containing(*LINKS.marks):
        found = LINKS.pattern.search(part.prose)
        if found:
            yield Defect(
                part.field, f"contains a link or an image (“{found[0][:40]}”); remove it", *found.span()
            )


HEADINGS = Phrases(
    ("#", "="), re.compile(r"^ {0,9}#{1,6}[ \t]+\S|^[^\n|>\s][^\n]*\n {0,3}=+[ \t]*$", re.MULTILINE)
)


@rule(
    "heading-inside",
    "A part of the answer contains a Markdown heading",
    "The bold headings of the points are the only headings: a Markdown heading splits the numbered list.",
    draft="error",
    published=None,
    fields=("introduction", "points", "conclusion"),
)
def heading_inside(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for part in view.texts_containing(*HEADINGS.marks, description=False):
        found = HEADINGS.pattern.search(part.prose)
        if found:
            yield Defect(
                part.field,
                f"contains the heading “{found[0].strip()[:40]}”; write it as prose or in bold",
                *found.span(),
            )


# Invisible characters that ``str.isprintable`` counts as printable.
_INVISIBLE = re.compile("[\u034f\u180b-\u180d\u180f\ufe00-\ufe0f]")


def _is_visible(text: str) -> bool:
    """Whether all characters but line breaks are visible; then ``clean`` would change nothing."""
    printable = text.isprintable() or text.replace("\n", "").isprintable()
    return printable and (text.isascii() or not _INVISIBLE.search(text))


@rule(
    "forbidden-character",
    "The text contains characters that break YAML, terminals or the page",
    "Control, direction and zero-width characters are invisible, and they break files, searches and displays.",
    draft="error",
    published="warning",
    fields=(*_TEXTS, "page_keywords"),
)
def forbidden_character(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    keywords = FieldText(view.keywords_field, join_keywords(view.keywords))
    if _is_visible(view.joined_text) and _is_visible(keywords.text):
        return
    for part in (*view.all_texts, keywords):
        cleaned = part.text if _is_visible(part.text) else clean(part.text)
        if cleaned != part.text:
            pairs = enumerate(zip(part.text, cleaned, strict=False))
            at = next((index for index, (old, new) in pairs if old != new), len(cleaned))
            yield Defect(
                part.field,
                f"contains the character U+{ord(part.text[at]):04X}, which is not allowed; remove it",
                at,
                at + 1,
            )


_MOJIBAKE = re.compile(
    "â€[™œ\x9d“”¦˜\x93\x94\x99\x9c]?|Ã[\x80-\xbf©¨¡³¼±¤¶ª§®¢´»]|Â[\xa0°£§·«»©®]|ï¿½|\ufffd"
)


@rule(
    "mojibake",
    "Characters are decoded wrongly",
    "“â€™” is an apostrophe that was read in the wrong encoding: a reader sees nonsense.",
    draft="error",
    published="error",
    fields=_TEXTS,
)
def mojibake(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.joined_text.isascii():
        return
    for part in view.all_texts:
        found = None if part.text.isascii() else _MOJIBAKE.search(part.text)
        if found:
            yield Defect(
                part.field,
                f"contains the wrongly decoded characters “{found[0]}”; write the intended ones",
                *found.span(),
            )


_LETTER = re.compile(r"[^\W\d_]")
# Scripts other than Latin and Greek (which formulas use): Cyrillic to Thai, then kana, Han and all later blocks.
_OTHER_SCRIPT = re.compile("[\u0400-\u1aff\u3040-\ud7ff\uf900-\ufaff]")
_MAX_OTHER_SCRIPT = 0.2


@rule(
    "other-language",
    "The text is written in another script than the question",
    "If the model switches to another language, the reader cannot read the answer.",
    draft="error",
    published="warning",
    fields=_TEXTS,
)
def other_language(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.joined_text.isascii() or _OTHER_SCRIPT.search(view.question):
        return
    for part in view.all_texts:
        if part.text.isascii():
            continue
        other = len(_OTHER_SCRIPT.findall(part.prose))
        if other > 20 and other > _MAX_OTHER_SCRIPT * len(_LETTER.findall(part.prose)):
            yield Defect(
                part.field,
                "is written in another script than the question; answer in the question's language",
            )
