"""Selects the published articles that need new search fields, and gives the reason for each article that is omitted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from generator.config import Settings
from generator.content import frontmatter
from generator.content.checks import CheckContext
from generator.content.findings import Finding
from generator.content.markdown.line_breaks import decode
from generator.content.seo.canonical import canonical_elsewhere
from generator.content.seo.fields import FIELDS, SeoField, basis_of, check_seo, seo_rules, texts_of
from generator.content.seo.material import nothing_to_describe
from generator.errors import FrontMatterError, StorageError, UsageError
from generator.store.corpus.files import is_article_path, is_hidden, scan
from generator.store.corpus.index import CorpusIndex
from generator.workflows.ports import HasCorpus, HasProposals, HasSearchData, HasSettings
from generator.workflows.search_data.figures import opportunities
from generator.workflows.seo.hold_out import HELD_OUT, HeldOutPages
from generator.workflows.seo.requests import SelectionRequest
from generator.workflows.site.article_names import find_published
from generator.workflows.site.files import SiteFiles


@dataclass(frozen=True, slots=True)
class SelectedArticle:
    """A published article whose ``fields`` are to be rewritten.

    ``answer`` is Markdown with real line breaks. ``texts`` has the present text of each field. ``bases`` has the hash
    of question, answer and text for each field.
    """

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
class OmittedArticle:
    """An article that no model is asked about.

    ``kind`` is ``fine`` if no field needs a new text, ``skipped`` if one does but the article cannot be described or is
    not indexed, ``held_out`` if the page is left alone for comparison (with its ``article`` where this run chose it),
    and ``missing`` if there is no such file.
    """

    kind: Literal["fine", "skipped", "held_out", "missing"]
    path: str
    reason: str = ""
    key: str = ""
    article: SelectedArticle | None = None


class SelectionServices(HasSettings, HasCorpus, HasProposals, HasSearchData, Protocol):
    """The services that selecting articles needs."""


class Selector:
    """Iterates over the articles of a request. Articles are read one at a time: a large site needs no more memory."""

    def __init__(self, services: SelectionServices, request: SelectionRequest) -> None:
        """Check the rule, the subject and the hold-out of the request. No article is read yet.

        Raises:
            UsageError: the rule or the subject does not exist, options exclude each other, or there is no search data
                to select by.
        """
        if request.rule is not None and request.rule not in seo_rules():
            raise UsageError(f"--rule {request.rule!r} is not one of {', '.join(seo_rules())}")
        if request.rule is not None and request.all_articles:
            raise UsageError("--rule and --all exclude each other")
        if request.hold_out is not None and request.by != "opportunity":
            raise UsageError("--hold-out needs --by opportunity: it is for search data to compare with")
        self._request = request
        self._folder = None if request.subject is None else _folder_of(request.subject, services)
        self._root = services.settings.content_dir
        self._files = SiteFiles(self._root)
        self._limits = services.settings.limits
        self._settings = services.settings
        self._subjects = services.subjects
        self._index = services.index
        self._opportunities = opportunities(services) if request.by == "opportunity" else None
        self._held_out = HeldOutPages(services.proposals.hold_outs, request.hold_out)

    def __iter__(self) -> Iterator[SelectedArticle | OmittedArticle]:
        done: set[str] = set()
        for path in self._paths():
            if isinstance(path, OmittedArticle):
                yield path
            elif path not in done and (self._folder is None or path.startswith(f"{self._folder}/")):
                done.add(path)
                yield self._selected(path)

    def _paths(self) -> Iterator[str | OmittedArticle]:
        if self._opportunities is None:
            yield from self._requested_paths()
            return
        requested = set()
        for path in self._requested_paths():
            if isinstance(path, str):
                requested.add(path)
            elif self._request.targets is not None:
                yield path
        yield from (path for path in self._opportunities if path in requested)

    def _requested_paths(self) -> Iterator[str | OmittedArticle]:
        if self._request.targets is None:
            found = scan(self._root)
            yield from sorted(found.files)
            for bad in found.unreadable:
                yield OmittedArticle("missing", bad.path, bad.reason)
            return
        for target in self._request.targets:
            yield from _paths_of(target, self._root, self._index, self._settings)

    def _selected(self, path: str) -> SelectedArticle | OmittedArticle:
        key = path.removesuffix(".md")
        if self._held_out.is_left_alone(path):
            return OmittedArticle("held_out", path, HELD_OUT, key)
        try:
            data = self._files.find(path)
            if data is None:
                return OmittedArticle("missing", path, "there is no such article")
            document = frontmatter.read(data)
        except (FrontMatterError, StorageError) as error:
            return OmittedArticle("skipped", path, f"cannot be read: {error.reason}", key)
        article = self._article(key, path, document)
        if not article.fields:
            return OmittedArticle("fine", path, key=key)
        reason = self._hidden_reason(document, key) or nothing_to_describe(article.answer)
        if canonical_elsewhere(document, self._settings.site) is not None:
            reason = "search engines show another page in its place (canonical)"
        if reason is None and not article.question.strip():
            reason = "there is no question"
        if reason is None and self._held_out.is_to_be_held_out(path):
            return OmittedArticle("held_out", path, HELD_OUT, key, article)
        return article if reason is None else OmittedArticle("skipped", path, reason, key, article)

    def _article(self, key: str, path: str, document: frontmatter.Document) -> SelectedArticle:
        question = document.get("question") or document.get("title") or ""
        texts = texts_of(document)
        context = CheckContext(
            question=question, limits=self._limits, site=self._settings.site, house=self._settings.house
        )
        findings = check_seo(texts, context, "published", document=document, fields=self._request.fields)
        return SelectedArticle(
            key=key,
            path=path,
            question=question,
            subject=document.get("subject"),
            answer=decode(document.get("answer") or ""),
            fields=self._fields_to_rewrite(findings, texts),
            texts=texts,
            bases={name: basis_of(document, name) for name in FIELDS},
            findings=findings,
        )

    def _fields_to_rewrite(
        self, findings: Sequence[Finding], texts: Mapping[SeoField, str]
    ) -> tuple[SeoField, ...]:
        """The requested fields that are empty or have a finding; all requested fields with ``all_articles``, and in the
        order of opportunity without a rule.

        With a requested rule, only its findings count, and an empty field does not.
        """
        request = self._request
        if request.all_articles or (self._opportunities is not None and request.rule is None):
            return request.fields
        failing = {item.field for item in findings if request.rule in (None, item.code)}
        return tuple(
            name
            for name in request.fields
            if name in failing or (request.rule is None and not texts[name].strip())
        )

    def _hidden_reason(self, document: frontmatter.Document, key: str) -> str | None:
        if self._request.include_no_index:
            return None
        if document.is_hidden:
            return "the page is not indexed (no_index)"
        if self._subjects.is_unlisted(key.partition("/")[0], document.get("subject") or ""):
            return "the page is not indexed (its subject is not listed)"
        return None


def _folder_of(subject: str, services: SelectionServices) -> str:
    root = services.settings.content_dir
    subfolders = [path for path in root.iterdir() if path.is_dir()] if root.is_dir() else []
    folders = [path.name for path in subfolders if not is_hidden(path.name)]
    folder = services.subjects.folder_of(subject, folders)
    if folder not in folders:
        near = services.subjects.nearest(subject)
        hint = f"; did you mean {near.name!r}?" if near else ""
        raise UsageError(f"--subject {subject!r}: there is no folder {folder or subject}{hint}")
    return folder


def _paths_of(
    target: str, root: Path, index: CorpusIndex, settings: Settings
) -> Iterator[str | OmittedArticle]:
    """The article files that a path, an address or a slug names, as paths relative to the content folder."""
    name = target.strip()
    key = settings.site.key_of_address(name)
    if key is not None:
        yield key.path
        return
    for base in (Path.cwd(), root):
        inside = _inside(base / name, root)
        if inside is None or name == "":
            continue
        if (root / inside).is_dir():
            folder = "" if inside == "." else f"{inside}/"
            yield from sorted(path for path in scan(root).files if path.startswith(folder))
            return
        if is_article_path(inside) and (root / inside).is_file():
            yield inside
            return
    rows = find_published(index, name, settings)
    if not rows:
        yield OmittedArticle("missing", name, "there is no such article")
    for row in rows:
        yield row.path


def _inside(path: Path, root: Path) -> str | None:
    """The path relative to the content folder, or None if it is not below it."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except (ValueError, OSError):
        return None
