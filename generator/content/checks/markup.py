"""Rules on marks that the site does not render: HTML, links out, headings, odd characters, another script."""

import re
from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import Checked, Text
from generator.content.keywords import join_keywords
from generator.content.phrases import Phrases
from generator.content.text import clean

_TEXTS = ("introduction", "points", "conclusion", "page_description")


# Tags that only lay out text. Others (`<title>`, `<T>`) may be what a text on HTML or C++ speaks of.
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
    "HTML stands in the text",
    "The site shows HTML as text: the reader sees <br> and <sub> as they are typed.",
    draft="error",
    published="warning",
    fields=_TEXTS,
)
def html(view: Checked, context: CheckContext) -> Iterator[Defect]:
    for part in view.holding(*TAGS.marks):
        found = TAGS.pattern.search(part.prose)
        span = found.span() if found and (found[0][0] == "<" or part is view.description) else None
        if span is None and view.by_part:
            span = next(((tag.start, tag.end) for tag in part.unsafe if tag.code == "html-tag"), None)
        if span:
            yield Defect(
                part.field,
                f"holds the HTML “{part.text[slice(*span)][:40]}”, which shows as text; use Markdown, and backticks"
                " for code",
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
    "The text links out or shows an image",
    "A model's addresses are often made up, and links age: articles carry none but their related articles.",
    draft="error",
    published="warning",
    fields=_TEXTS,
)
def link_out(view: Checked, context: CheckContext) -> Iterator[Defect]:
    for part in view.holding(*LINKS.marks):
        found = LINKS.pattern.search(part.prose)
        if found:
            yield Defect(
                part.field, f"holds a link or image (“{found[0][:40]}”); write it without", *found.span()
            )


HEADINGS = Phrases(
    ("#", "="), re.compile(r"^ {0,9}#{1,6}[ \t]+\S|^[^\n|>\s][^\n]*\n {0,3}=+[ \t]*$", re.MULTILINE)
)


@rule(
    "heading-inside",
    "A Markdown heading stands inside a part",
    "The bold headings of the points are the only ones: another level breaks the numbered list apart.",
    draft="error",
    published=None,
    fields=("introduction", "points", "conclusion"),
)
def heading_inside(view: Checked, context: CheckContext) -> Iterator[Defect]:
    for part in view.holding(*HEADINGS.marks, description=False):
        found = HEADINGS.pattern.search(part.prose)
        if found:
            yield Defect(
                part.field,
                f"holds the heading “{found[0].strip()[:40]}”; write it as prose or bold",
                *found.span(),
            )


# Invisible, and yet printable in Python's eyes.
_UNSEEN_MARK = re.compile("[\u034f\u180b-\u180d\u180f\ufe00-\ufe0f]")


def _is_seen(text: str) -> bool:
    """Whether all of a text is plain to see; nothing that is holds a character to remove."""
    printable = text.isprintable() or text.replace("\n", "").isprintable()
    return printable and (text.isascii() or not _UNSEEN_MARK.search(text))


@rule(
    "forbidden-character",
    "The text holds characters that break YAML, terminals or the page",
    "Control, direction and zero-width characters are invisible to the eye and break files, searches and displays.",
    draft="error",
    published="warning",
    fields=(*_TEXTS, "page_keywords"),
)
def forbidden_character(view: Checked, context: CheckContext) -> Iterator[Defect]:
    keywords = Text(view.keywords_field, join_keywords(view.keywords))
    if _is_seen(view.whole) and _is_seen(keywords.text):
        return
    for part in (*view.all_texts, keywords):
        kept = part.text if _is_seen(part.text) else clean(part.text)
        if kept != part.text:
            at = next((i for i, (a, b) in enumerate(zip(part.text, kept, strict=False)) if a != b), len(kept))
            yield Defect(
                part.field,
                f"holds the character U+{ord(part.text[at]):04X}, which no text may hold; remove it",
                at,
                at + 1,
            )


_MOJIBAKE = re.compile(
    "â€[™œ\x9d“”¦˜\x93\x94\x99\x9c]?|Ã[\x80-\xbf©¨¡³¼±¤¶ª§®¢´»]|Â[\xa0°£§·«»©®]|ï¿½|\ufffd"
)


@rule(
    "mojibake",
    "Characters are decoded wrong",
    "“â€™” is an apostrophe read in the wrong encoding: a reader sees noise.",
    draft="error",
    published="error",
    fields=_TEXTS,
)
def mojibake(view: Checked, context: CheckContext) -> Iterator[Defect]:
    if view.whole.isascii():
        return
    for part in view.all_texts:
        found = None if part.text.isascii() else _MOJIBAKE.search(part.text)
        if found:
            yield Defect(
                part.field,
                f"holds the wrongly decoded characters “{found[0]}”; write what is meant",
                *found.span(),
            )


_LETTER = re.compile(r"[^\W\d_]")
# Scripts beside Latin and Greek (which formulas use): Cyrillic to Thai, then everything from kana and Han on.
_OTHER_SCRIPT = re.compile("[\u0400-\u1aff\u3040-\ud7ff\uf900-\ufaff]")
_MAX_OTHER_SCRIPT = 0.2


@rule(
    "other-language",
    "The text is written in another script than the question",
    "A model that falls into another language answers a reader who cannot read it.",
    draft="error",
    published="warning",
    fields=_TEXTS,
)
def other_language(view: Checked, context: CheckContext) -> Iterator[Defect]:
    if view.whole.isascii() or _OTHER_SCRIPT.search(view.question):
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
