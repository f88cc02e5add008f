"""Which published articles need new search fields: reads them one by one, and says of each what is wrong or why it is left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from generator.content import frontmatter
from generator.content.checks import CheckContext
from generator.content.findings import Finding
from generator.content.limits import Limits
from generator.content.markdown.line_breaks import decode
from generator.content.seo import FIELDS, SeoField, basis_of, check_seo, texts_of
from generator.content.seo_material import nothing_to_describe
from generator.content.slugs import key_from_url
from generator.content.subjects import SubjectList
from generator.errors import FrontMatterError, StorageError
from generator.store.corpus.files import scan
from generator.store.corpus.index import CorpusIndex
from generator.store.files import read_file


@dataclass(frozen=True, slots=True)
class Page:
    """A published article whose ``fields`` are to be written anew; ``answer`` is Markdown with real line breaks."""

    key: str
    path: str
    question: str
    subject: str | None
    answer: str
    fields: tuple[SeoField, ...]
    texts: Mapping[SeoField, str]
    bases: Mapping[SeoField, str]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """An article that is not asked about.

    ``fine``: nothing to mend. ``skipped``: there is, but no new text can or should be had. ``missing``: no such file.
    """

    kind: Literal["fine", "skipped", "missing"]
    path: str
    reason: str = ""
    key: str = ""
    page: Page | None = None


@dataclass(frozen=True)
class Wish:
    """What of the site a run is to look at."""

    fields: tuple[SeoField, ...] = FIELDS
    every: bool = False
    """Also articles without a finding."""
    rule: str | None = None
    folder: str | None = None
    """Only articles of this subject, by its slug."""
    include_no_index: bool = False
    targets: Iterable[str] | None = None
    """Paths, addresses or slugs, in this order; None for the whole site."""
    subjects: SubjectList = field(default_factory=lambda: SubjectList(()))
    """Those of the settings, which tell what the site does not list."""


class Selector:
    """Looks at articles one at a time, so that memory does not grow with the site."""

    def __init__(self, content_dir: Path, index: CorpusIndex, limits: Limits, wish: Wish) -> None:
        self._root = content_dir
        self._index = index
        self._limits = limits
        self._wish = wish

    def __iter__(self) -> Iterator[Page | Passed]:
        seen: set[str] = set()
        for path in self._paths():
            if isinstance(path, Passed):
                yield path
            elif path not in seen and (self._wish.folder is None or path.startswith(f"{self._wish.folder}/")):
                seen.add(path)
                yield self._look(path)

    def _paths(self) -> Iterator[str | Passed]:
        if self._wish.targets is None:
            found = scan(self._root)
            yield from sorted(found.files)
            for bad in found.unreadable:
                yield Passed("missing", bad.path, bad.reason)
            return
        for target in self._wish.targets:
            yield from paths_of(target, self._root, self._index)

    def _look(self, path: str) -> Page | Passed:
        key = path.removesuffix(".md")
        try:
            data = read_file(self._root / path)
            if data is None:
                return Passed("missing", path, "there is no such article")
            document = frontmatter.read(data)
        except (FrontMatterError, StorageError) as error:
            return Passed("skipped", path, f"cannot be read: {error.reason}", key)
        page = self._page(key, path, document)
        if not page.fields:
            return Passed("fine", path, key=key)
        reason = self._hidden(document, key) or nothing_to_describe(page.answer)
        if reason is None and not page.question.strip():
            reason = "there is no question"
        return page if reason is None else Passed("skipped", path, reason, key, page)

    def _page(self, key: str, path: str, document: frontmatter.Document) -> Page:
        question = document.get("question") or document.get("title") or ""
        texts = texts_of(document)
        context = CheckContext(question=question, limits=self._limits)
        findings = check_seo(texts, context, "published", document=document, fields=self._wish.fields)
        return Page(
            key=key,
            path=path,
            question=question,
            subject=document.get("subject"),
            answer=decode(document.get("answer") or ""),
            fields=self._concerned(findings, texts),
            texts=texts,
            bases={name: basis_of(document, name) for name in FIELDS},
            findings=findings,
        )

    def _concerned(self, findings: Sequence[Finding], texts: Mapping[SeoField, str]) -> tuple[SeoField, ...]:
        """The wished fields that have a finding (of the wished rule) or nothing in them; all of them where every one is wished."""
        wish = self._wish
        if wish.every:
            return wish.fields
        found = {item.field for item in findings if wish.rule in (None, item.code)}
        return tuple(
            name for name in wish.fields if name in found or (wish.rule is None and not texts[name].strip())
        )

    def _hidden(self, document: frontmatter.Document, key: str) -> str | None:
        if self._wish.include_no_index:
            return None
        if document.is_hidden:
            return "the page is not indexed (no_index)"
        if self._wish.subjects.is_unlisted(key.partition("/")[0], document.get("subject") or ""):
            return "the page is not indexed (its subject is not listed)"
        return None


def paths_of(target: str, root: Path, index: CorpusIndex) -> Iterator[str | Passed]:
    """The article files, relative to the content folder, that a path, an address or a slug names."""
    name = target.strip()
    address = key_from_url(name)
    if address is not None:
        yield str(address.path)
        return
    place = Path(name)
    for base in (Path.cwd(), root):
        inside = _inside(base / place, root)
        if inside is None or name == "":
            continue
        if (root / inside).is_dir():
            files = (file.relative_to(root).as_posix() for file in (root / inside).rglob("*.md"))
            yield from sorted(path for path in files if path.count("/") == 1)
            return
        if (root / inside).is_file():
            yield inside
            return
    key = name.removesuffix(".md").strip("/")
    rows = [row] if (row := index.get(key)) else index.find_slug(key)
    if not rows:
        yield Passed("missing", name, "there is no such article")
    for row in rows:
        yield row.path


def _inside(path: Path, root: Path) -> str | None:
    """The path relative to the content folder, None where it is not below it."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except (ValueError, OSError):
        return None
