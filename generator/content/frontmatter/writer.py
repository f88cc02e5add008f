"""Writes an article file in the canonical form: the newest clean form of the site's files, byte for byte."""

from collections.abc import Iterable

from generator.content.article import Article, RelatedArticle
from generator.content.frontmatter import scalars
from generator.errors import FrontMatterError

# The site's template reads these lines to show the date; they are the same in every file.
_DATE_LINES = ("date_format: MMM DD, YYYY", "post_on_text: Posted on")
_INDENT = {"seo": "  ", "related_article": "    "}


def render(article: Article) -> str:
    """The canonical file of an article; ``read(render(article)).article()`` is equal to ``article``.

    Raises:
        FrontMatterError: a text cannot be written unchanged on one line of front matter, because it contains a line
            break, another control character or a line separator, or begins with white space. The reason names the
            field.
    """
    lines = ["---", *_fields(article), "---", "", article.body]
    return "\n".join(lines)


def render_related(number: int, related: RelatedArticle) -> list[str]:
    """The lines of one ``related_articleN``. Raises as :func:`render`."""
    name, indent = f"related_article{number}", _INDENT["related_article"]
    return [
        f"{name}:",
        f"{indent}id: {related.id}",
        *folded_lines("title", related.title, indent, indent, path=f"{name}.title"),
        line("subject", related.subject, indent, path=f"{name}.subject"),
        line("url", related.url, indent, path=f"{name}.url"),
    ]


def folded_lines(key: str, text: str, indent: str, more: str, *, path: str) -> list[str]:
    """The two lines ``key: >-`` and the text. Raises as :func:`render`.

    Args:
        indent: the indentation of the key.
        more: the additional indentation of the text.
        path: the field's path, for the error.
    """
    content = scalars.folded(text)
    if content is None:
        raise _line_error(path, text)
    return [f"{indent}{key}: >-", f"{indent}{more}{content}"]


def line(key: str, text: str, indent: str = "", *, path: str | None = None) -> str:
    """The line ``key: text``; the text is quoted only where a reader would not read it as this text."""
    scalar = scalars.plain(text) or scalars.single_quoted(text)
    if scalar is None:
        raise _line_error(path or key, text)
    return f"{indent}{key}: {scalar}"


def _fields(article: Article) -> Iterable[str]:
    yield "_schema: default"
    yield f"id: {article.id}"
    yield f"date: {article.date.isoformat()}"
    yield from _top("title", article.title)
    yield from _top("article_title", article.title)
    yield from _DATE_LINES
    yield "seo:"
    yield line("title", article.seo.title, _INDENT["seo"], path="seo.title")
    yield from _seo("page_description", article.seo.page_description)
    yield from _seo("page_keywords", article.seo.page_keywords)
    yield line("author", article.author)
    yield from _top("question", article.question)
    if article.no_index:
        yield "no_index: True"
    yield from _top("answer", article.answer)
    yield line("subject", article.subject)
    yield line("file_name", article.file_name)
    yield line("url", article.url)
    if article.score is not None:
        yield f"score: {scalars.number(article.score)}"
    for number, related in enumerate(article.related, start=1):
        yield from render_related(number, related)
    if article.score is not None and not article.related:
        yield ""


def _top(key: str, text: str) -> list[str]:
    return folded_lines(key, text, "", "    ", path=key)


def _seo(key: str, text: str) -> list[str]:
    return folded_lines(key, text, _INDENT["seo"], "  ", path=f"seo.{key}")


def _line_error(path: str, text: str) -> FrontMatterError:
    offset = scalars.unreadable(text)
    if offset is None:
        return FrontMatterError(f"{path}: text with leading white space cannot be written: {text[:40]!r}")
    char = f"U+{ord(text[offset]):04X} at offset {offset}"
    return FrontMatterError(f"{path}: {char} is not allowed on one line of YAML")
