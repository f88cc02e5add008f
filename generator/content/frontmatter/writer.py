"""Writes an article file in the newest clean form of the site, byte for byte."""

from collections.abc import Iterable

from generator.content.article import Article, RelatedArticle
from generator.content.frontmatter import scalars
from generator.errors import FrontMatterError

# How a page shows the date: the template of the site reads these lines, which are the same in every file.
_DATE_LINES = ("date_format: MMM DD, YYYY", "post_on_text: Posted on")
_INDENT = {"seo": "  ", "related_article": "    "}


def render(article: Article) -> str:
    """The canonical file of an article.

    ``read(render(article)).article() == article`` holds for every article that is rendered.

    Raises:
        FrontMatterError: a text that no front matter line carries unchanged: a line break, another
            control or invisible line separator, leading white space. The reason names the field.
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
    """``key: >-`` and the text below it, indented by ``more`` than the key. Raises as :func:`render`."""
    content = scalars.folded(text)
    if content is None:
        raise _refused(path, text)
    return [f"{indent}{key}: >-", f"{indent}{more}{content}"]


def line(key: str, text: str, indent: str = "", *, path: str | None = None) -> str:
    """``key: text`` on one line, quoted only where a reader would take it for something else."""
    written = scalars.plain(text) or scalars.single_quoted(text)
    if written is None:
        raise _refused(path or key, text)
    return f"{indent}{key}: {written}"


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


def _refused(path: str, text: str) -> FrontMatterError:
    offset = scalars.unreadable(text)
    if offset is None:
        return FrontMatterError(f"{path}: text with leading white space cannot be written: {text[:40]!r}")
    return FrontMatterError(f"{path}: U+{ord(text[offset]):04X} at {offset} cannot stand on one line of YAML")
