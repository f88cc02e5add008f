"""Replaces the related articles of a file as one group, and not one byte elsewhere."""

from collections.abc import Sequence

from yaml.nodes import ScalarNode

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
from generator.content.frontmatter.reader import fences, read
from generator.content.frontmatter.writer import render_related
from generator.errors import FrontMatterError, PatchError


def patch_related(file: str | Document, related: Sequence[RelatedArticle]) -> str:
    """The text of an article file with these related articles, numbered from 1, instead of all its present ones.

    A link that the file already has keeps its lines and gets a new number where necessary. A file with a score and no
    related articles has an empty line before its closing fence, which is added or removed with the group. A key such as
    ``related_article7`` with a text instead of a link stays as it is.

    Args:
        file: the file as a text, or as it was read.

    Raises:
        FrontMatterError: the text cannot be read.
        PatchError: more than five related articles, a text that cannot be written on one line of front matter, a group
            that shares its lines with something else, or a link would get the number of a key with a text.
    """
    if len(related) > MAX_RELATED:
        raise PatchError(f"{len(related)} related articles are too many; a file has at most {MAX_RELATED}")
    document = read(file) if isinstance(file, str) else file
    text = document.text
    new = [_as_read(number, item) for number, item in enumerate(related, start=1)]
    keys = [path for path in document.keys if RELATED.fullmatch(path)]
    texts = [path for path in keys if isinstance(document.entries[path].value, ScalarNode)]
    old = [path for path in keys if path not in texts]
    if document.related == new and len(old) == len(new):
        return text
    taken = next((path for path in texts if path in {f"related_article{link.number}" for link in new}), None)
    if taken is not None:
        raise PatchError(f"{taken} has a text instead of a link: correct it by hand")
    group = _lines(document, related, new)
    at = own_lines(document, old[0])[0] if old else place_for(document, "related_article1")
    edits = [Edit(*own_lines(document, path), "") for path in old[1:]]
    edits.append(Edit(at, own_lines(document, old[0])[1] if old else at, group))
    after = reread(_with_empty_line(apply_edits(text, edits), had=bool(keys), has=bool(related or texts)))
    verify(after, _expected(document, old, new), document.body)
    return after.text


def _as_read(number: int, item: RelatedArticle) -> Related:
    """The link as it is read from a file."""
    return Related(number, str(item.id), item.title, item.subject, item.url)


def _lines(document: Document, related: Sequence[RelatedArticle], new: list[Related]) -> str:
    """The new group: the file's own lines for a link that it already has, canonical lines for the others."""
    present = {link[1:]: link.number for link in reversed(document.related) if document.is_whole(link)}
    eol = line_break_at(document.text, 0)
    parts: list[str] = []
    for link, item in zip(new, related, strict=True):
        number = present.get(link[1:])
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


def _with_empty_line(text: str, *, had: bool, has: bool) -> str:
    """Adds or removes the empty line before the closing fence, where the file had or has related articles."""
    if had == has:
        return text
    closing = fences(text)[1]
    line = spans.line_start(text, closing - 1)
    is_empty = not text[line:closing].strip()
    if has and is_empty:
        return text[:line] + text[closing:]
    if not has and not is_empty and reread(text).get("score") is not None:
        return text[:closing] + line_break_at(text, 0) + text[closing:]
    return text


def _expected(before: Document, old: list[str], new: list[Related]) -> dict[str, str]:
    """The values that the patched file must have."""
    removed = tuple(f"{path}." for path in old)
    values = {
        path: value
        for path, value in before.values.items()
        if path not in old and not path.startswith(removed)
    }
    for link in new:
        for name, value in zip(Related._fields[1:], link[1:], strict=True):
            values[f"related_article{link.number}.{name}"] = value
    return values
