"""What a search of drafts reads of an article file: plain texts, without the marks of Markdown."""

import re
from dataclasses import dataclass

from generator.content.frontmatter import read
from generator.content.markdown.line_breaks import decode
from generator.content.text import word_count
from generator.errors import FrontMatterError

# Bold and code, and at the beginning of a line the marks of lists, headings and quotations.
_MARKS = re.compile(r"\*\*|__|`|^[ \t]*(?:\d+[.)]|[-*+]|#+|>)[ \t]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SearchText:
    """The texts of one article, each on one line; ``words`` is the length of its answer."""

    answer: str = ""
    description: str = ""
    keywords: str = ""
    words: int = 0

    def has(self, sentence: str) -> bool:
        """Whether a sentence of Markdown is in the answer or the description; marks and white space do not matter."""
        plain = plain_text(sentence)
        return plain in self.answer or plain in self.description


def search_text(data: bytes | None) -> SearchText:
    """The texts of an article file; empty without a file, and of one that cannot be read."""
    if data is None:
        return SearchText()
    try:
        document = read(data)
    except FrontMatterError:
        return SearchText()
    answer = decode(document.get("answer", ""))
    return SearchText(
        answer=plain_text(answer),
        description=plain_text(document.get("seo.page_description", "")),
        keywords=plain_text(document.get("seo.page_keywords", "")),
        words=word_count(answer),
    )


def plain_text(markdown: str) -> str:
    """A text on one line, without the marks of Markdown."""
    return " ".join(_MARKS.sub("", markdown).split())
