"""Finds pages that stand under the wrong subject: nearly all of their nearest articles stand under one other subject.

It compares whole articles, which takes as long as choosing their related links, so it runs only where its rule is named.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from generator.content.checks import Rule, register
from generator.errors import UsageError
from generator.workflows.audit.findings import AuditFinding
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.content.site.subjects import SubjectList
    from generator.store.corpus.rows import ArticleRow
    from generator.workflows.engine.progress import Progress
    from generator.workflows.site.corpus import CorpusServices
    from generator.workflows.site.selection import Selection

NEIGHBOURS = 8
"""How many of the nearest articles are looked at."""
NEEDED = 7
"""How many of them must stand under one other subject, with none under the page's own.

On a sample of 1,196 pages this finds five, all of which fit the other subject better; fewer neighbours or less
agreement finds pages that belong to both subjects.
"""

MISFILED = register(
    Rule(
        "misfiled",
        "The nearest articles stand under another subject",
        "Readers of the subject do not look for the page, and those of the other one do not find it. Only checked with"
        " --rule misfiled, because every article is compared with its nearest ones.",
        draft=None,
        published="warning",
        on_request=True,
    )
)


def misfiled_findings(
    services: CorpusServices, selection: Selection, progress: Progress
) -> Iterator[AuditFinding]:
    """The findings on the selected pages, with the subject that is proposed for each.

    Raises:
        UsageError: the pages are not in the content folder of the settings, whose index is searched.
    """
    if selection.content_dir.resolve() != services.settings.content_dir.resolve():
        raise UsageError(
            f"{MISFILED.code} compares with the articles of {services.settings.content_dir} only"
        )
    refresh_corpus(services, progress)
    index, subjects = services.index, services.subjects
    with progress.bar("comparing") as show:
        for done, path in enumerate(sorted(selection.chosen), start=1):
            row = index.get(path.removesuffix(".md"))
            near = index.related_to(row.key, limit=NEIGHBOURS) if row is not None else []
            proposed = proposed_subject(row, [hit.row for hit in near], subjects) if row is not None else None
            if proposed is not None:
                message = (
                    f"the nearest articles stand under {proposed}, such as {near[0].row.key}; move the page there if it"
                    " fits better"
                )
                yield AuditFinding(path, 1, "subject", MISFILED.code, "warning", message, fixable=False)
            show(done, len(selection.chosen))


def proposed_subject(row: ArticleRow, nearest: Sequence[ArticleRow], subjects: SubjectList) -> str | None:
    """The subject under which nearly all of the nearest articles of a page stand; None where it may stay.

    A subject that the site does not list is never proposed.
    """
    folders = Counter(other.subject_slug for other in nearest)
    if len(nearest) < NEIGHBOURS or folders[row.subject_slug]:
        return None
    (folder, count) = folders.most_common(1)[0]
    names = [other.subject for other in nearest if other.subject_slug == folder]
    known = subjects.resolve(names[0])
    if count < NEEDED or (known is not None and not known.listed):
        return None
    return known.name if known is not None else names[0]
