"""Rewrites the related articles of a file as one group, and not one byte outside it."""

from collections.abc import Sequence

from generator.content.article import MAX_RELATED, RelatedArticle
from generator.content.frontmatter import spans
from generator.content.frontmatter.document import RELATED, Document, Related
from generator.content.frontmatter.patch import (
    Edit,
    apply_edits,
    line_break_at,
    own_lines,
    place_for,
    reread,
    verify,
)
from generator.content.frontmatter.reader import read
from generator.content.frontmatter.writer import render_related
from generator.errors import FrontMatterError, PatchError


def patch_related(text: str, related: Sequence[RelatedArticle]) -> str:
    """The text with these related articles, numbered from 1, in place of all it had.

    Links that stay keep the lines they have, renumbered where need be. The empty line that a scored file
    without related articles has before its closing fence comes and goes with the group.

    Raises:
        FrontMatterError: the text cannot be read.
        PatchError: more than five, a text that no line of front matter carries, or a group that shares
            its lines with something else.
    """
    if len(related) > MAX_RELATED:
        raise PatchError(f"{len(related)} related articles, at most {MAX_RELATED} have a place")
    document = read(text)
    wanted = [_written(number, item) for number, item in enumerate(related, start=1)]
    old = [path for path in document.keys if RELATED.fullmatch(path)]
    if document.related == wanted and len(old) == len(wanted):
        return text
    group = _lines(document, related, wanted)
    at = own_lines(document, old[0])[0] if old else place_for(document, "related_article1")
    edits = [Edit(*own_lines(document, path), "") for path in old[1:]]
    edits.append(Edit(at, own_lines(document, old[0])[1] if old else at, group))
    after = reread(_closed(apply_edits(text, edits), had=bool(old), has=bool(related)))
    verify(after, _expected(document, old, wanted), document.body)
    return after.text


def _written(number: int, item: RelatedArticle) -> Related:
    return Related(number, str(item.id), item.title, item.subject, item.url)


def _lines(document: Document, related: Sequence[RelatedArticle], wanted: list[Related]) -> str:
    """The new group: lines of the file for a link that it has already, canonical ones for the others."""
    kept = {link[1:]: link.number for link in reversed(document.related) if document.is_whole(link)}
    eol = line_break_at(document.text, 0)
    parts: list[str] = []
    for link, item in zip(wanted, related, strict=True):
        number = kept.get(link[1:])
        if number is None:
            parts.extend(line + eol for line in _rendered(link.number, item))
        else:
            start, end = own_lines(document, f"related_article{number}")
            lines = document.text[start:end]
            parts.append(lines.replace(f"related_article{number}", f"related_article{link.number}", 1))
    return "".join(parts)


def _rendered(number: int, item: RelatedArticle) -> list[str]:
    try:
        return render_related(number, item)
    except FrontMatterError as error:
        raise PatchError(error.reason) from error


def _closed(text: str, *, had: bool, has: bool) -> str:
    """The text with or without an empty line before its closing fence, where the group came or went."""
    if had == has:
        return text
    document = reread(text)
    closing = document.closing
    line = spans.line_start(text, closing - 1)
    is_empty = not text[line:closing].strip()
    if has and is_empty:
        return text[:line] + text[closing:]
    if not has and not is_empty and document.get("score") is not None:
        return text[:closing] + line_break_at(text, 0) + text[closing:]
    return text


def _expected(before: Document, old: list[str], wanted: list[Related]) -> dict[str, str]:
    gone = tuple(f"{path}." for path in old)
    values = {
        path: value for path, value in before.values.items() if path not in old and not path.startswith(gone)
    }
    for link in wanted:
        for name, value in zip(Related._fields[1:], link[1:], strict=True):
            values[f"related_article{link.number}.{name}"] = value
    return values
