"""Uses the results of earlier audits again: of files that did not change, and of a whole site that did not change."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from generator.processes.ordered_map import ordered_map
from generator.store.corpus.kept_results import KeptResult, KeptResults, key_of_run
from generator.store.files import sha256
from generator.store.program_version import program_version
from generator.workflows.audit.article_facts import (
    ArticleFacts,
    AuditContext,
    ExaminedArticle,
    Link,
    examine_all,
)
from generator.workflows.audit.findings import AuditFinding
from generator.workflows.audit.near_pairs import Earlier, KeptText, NearPairs
from generator.workflows.ports import HasCorpus, HasSettings
from generator.workflows.site.selection import Selection

_KEPT_AT_ONCE = 1_000
_LINKS = ArticleFacts._fields.index("links")
_LINES = ArticleFacts._fields.index("lines")


class KeptServices(HasSettings, HasCorpus, Protocol):
    """The services that kept results need."""


class KeptRun(NamedTuple):
    """The result of an audit: the share of the links without a target, and all findings."""

    missing_share: float
    findings: list[AuditFinding]


class KeptAudit:
    """The kept results for one selection."""

    def __init__(self, audit: AuditContext, selection: Selection, kept: KeptResults) -> None:
        self._audit = audit
        self._selection = selection
        self._kept = kept
        self._key = key_of_run(selection.files, selection.chosen)

    def run(self) -> KeptRun | None:
        """The result of an earlier audit of the same selection, if no file of the site has changed since."""
        try:
            share, files = json.loads(self._kept.run(self._key) or "")
            findings = [AuditFinding(path, *found) for path, of_file in files.items() for found in of_file]
            return KeptRun(float(share), findings)
        except (AttributeError, TypeError, ValueError):
            return None

    def keep_run(self, run: KeptRun) -> None:
        """Keep the result for the selection."""
        files: defaultdict[str, list[list[object]]] = defaultdict(list)
        for path, *found in run.findings:
            files[path].append(found)
        self._kept.keep_run(self._key, _text([run.missing_share, files]), self._selection.files.values())

    def pairs(self, kind: str) -> NearPairs | None:
        """The pairs of near duplicates of an earlier audit of the whole site; None without any, or damaged ones."""
        text = self._kept.value(kind)
        try:
            texts, earlier = json.loads(text or "")
            return NearPairs(
                {page: KeptText(*kept) for page, kept in texts.items()},
                {page: [Earlier(*pair) for pair in pairs] for page, pairs in earlier.items()},
            )
        except (AttributeError, TypeError, ValueError):
            return None

    def keep_pairs(self, kind: str, pairs: NearPairs) -> None:
        """Keep the pairs of near duplicates of the whole site."""
        self._kept.keep_value(kind, _text([pairs.texts, pairs.earlier]))

    def examined(self, files: Sequence[tuple[str, bool]]) -> Iterator[ExaminedArticle]:
        """The results of files, in order: kept ones of unchanged files, new ones of others."""
        stamps = self._selection.files
        current = self._kept.current(stamps)
        missing = [item for item in files if item[0] not in current]
        results = ordered_map(partial(partial, examine_all, self._audit), missing)
        texts = self._kept.results(path for path, _ in files if path in current)
        new: list[KeptResult] = []
        for path, needs_findings in files:
            if path in current:
                found = _decoded(next(texts, ""), path) or examine_all(self._audit, [(path, True)])[0]
                yield found if needs_findings else _only_read(found)
                continue
            found = next(results)
            if needs_findings and found.facts is not None and path in stamps:
                new.append(KeptResult(path, stamps[path], _encoded(found)))
            if len(new) >= _KEPT_AT_ONCE:
                self._kept.keep(new)
                new.clear()
            yield found
        self._kept.keep(new)


def audit_context(services: KeptServices, content_dir: Path) -> AuditContext:
    """The settings that the files of a content folder are checked with."""
    settings = services.settings
    return AuditContext(content_dir, settings.limits, settings.site, services.subjects, settings.house)


def kept_results(services: KeptServices, context: AuditContext) -> KeptResults:
    """The kept results of earlier audits; none if the audited folder is not that of the settings. Close them."""
    duplicates = services.settings.duplicates
    version = version_of(context, duplicates.similarity, duplicates.description_similarity)
    index = services.index if context.content_dir.resolve() == services.index.content_dir else None
    return KeptResults(index, version)


def version_of(audit: AuditContext, *similarities: float) -> str:
    """Identifies all that findings depend on apart from the files: program, settings, content folder."""
    settings = [
        program_version(),
        str(audit.content_dir),
        audit.limits.model_dump_json(),
        audit.site.model_dump_json(),
        audit.house.model_dump_json(),
        *(subject.model_dump_json() for subject in audit.subjects),
        *map(repr, similarities),
    ]
    return sha256("\0".join(settings).encode())


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _encoded(examined: ExaminedArticle) -> str:
    return _text([examined.facts, [finding[1:] for finding in examined.findings]])


def _decoded(text: str, path: str) -> ExaminedArticle | None:
    """The kept result of a file; None if it is damaged."""
    value = _parsed(text)
    if value is None:
        return None
    facts = value[0]
    facts[_LINKS] = tuple([Link._make([*link, tuple(lines)]) for *link, lines in facts[_LINKS]])
    facts[_LINES] = tuple(facts[_LINES])
    findings = tuple([AuditFinding(path, *finding) for finding in value[1]])
    return ExaminedArticle(ArticleFacts._make(facts), findings)


def _only_read(examined: ExaminedArticle) -> ExaminedArticle:
    """The result as of a file whose findings are not needed."""
    facts = None if examined.facts is None else examined.facts._replace(words=0, points=0)
    return ExaminedArticle(facts, ())
