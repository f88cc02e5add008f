"""Prints clusters of duplicate pages, decisions on them, and their application, as text or JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from generator.cli.terminal.estimate_output import cost_in_words, estimate_object, likely_cost, say_tokens
from generator.cli.terminal.exit_codes import early_exit_code, error_object
from generator.cli.terminal.output import note, notes, say, say_commit, say_json, say_line, table
from generator.cli.terminal.spend_output import spend_line, spend_object
from generator.content.display import in_words, plural
from generator.content.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.store.ledger.duplicates.clusters import ClusterRow
    from generator.workflows.duplicates.ask import Asked, AskPlan
    from generator.workflows.duplicates.decide import DecidedClusters
    from generator.workflows.duplicates.requests import ApplyReport, FoundDuplicates
    from generator.workflows.review.decisions.undo import UndoneClusters
    from generator.workflows.site.file_change import FileChange

_MOST_WAITING = 10


def show_found(found: FoundDuplicates, asked: Asked | None, *, as_json: bool) -> None:
    """Print the clusters of a search, and their numbers.

    Args:
        asked: what came of asking the model before; None where it was not asked.
    """
    if as_json:
        say_json(
            {
                "examined": found.examined,
                "clusters": [cluster_object(cluster) for cluster in found.clusters],
                "surplus_pages": found.surplus,
                "open_pairs": [
                    {
                        "pages": [pair.one, pair.other],
                        "kind": pair.kind,
                        "similarity": round(pair.similarity, 3),
                    }
                    for pair in found.open_pairs
                ],
                "decided": dict(found.decided),
                "asked": None if asked is None else _asked_object(asked),
                "seconds": round(found.seconds, 3),
            }
        )
        return
    for cluster in found.clusters:
        _say_cluster(cluster)
    _say_counts(found)


def _say_cluster(cluster: ClusterRow) -> None:
    doubt = f"  check: {cluster.doubt}" if cluster.doubt else ""
    say_line(f"{cluster.id}  {in_words(cluster.kind)}  {cluster.kept_page.question}{doubt}")
    rows = [("keep", cluster.keeper, "", cluster.reason)]
    rows += [
        ("", page.key, f"{page.similarity:.2f}", "" if page.kind is None else in_words(page.kind))
        for page in cluster.others
    ]
    table(rows, indent="    ")


def _say_counts(found: FoundDuplicates) -> None:
    if found.clusters:
        say()
        table([(in_words(kind), f"{count:,}") for kind, count in found.kinds.most_common()])
    decided = "".join(f", {count:,} {in_words(state)}" for state, count in found.decided.items())
    say(
        f"{plural(found.examined, 'page')} compared, {plural(len(found.clusters), 'cluster')} to decide on with"
        f" {plural(found.surplus, 'page')} too many{decided} ({found.seconds:.1f} s)"
    )
    if found.open_pairs:
        say(f"{plural(len(found.open_pairs), 'pair')} left open by words: --ask has a model decide them")


def show_asking_plan(plan: AskPlan, *, as_json: bool) -> int:
    """Print what asking would take; returns the exit code."""
    guess = plan.estimate
    if as_json:
        say_json({"model": plan.endpoint.model, "pairs": plan.pairs, "estimate": estimate_object(guess)})
        return 0
    say(f"{plural(plan.pairs, 'pair')} of {plural(guess.calls, 'question')} to decide")
    say_tokens(plan.endpoint, guess)
    say(f"cost: {cost_in_words(guess.typical, guess.most)}")
    if likely := likely_cost(guess):
        say(f"      {likely}")
    return 0


def show_asked(asked: Asked, *, as_json: bool) -> int:
    """Print what came of asking; returns the exit code.

    Raises:
        GeneratorError: the error that ended it early; not with JSON.
    """
    if not as_json:
        say(
            f"asked about {plural(asked.questions, 'question')}: one page would serve"
            f" {plural(asked.same, 'pair')}; {spend_line(asked.spend)}"
        )
        if asked.undecided:
            note(f"{plural(asked.undecided, 'question')} without a verdict: run the same command again")
    ended = early_exit_code(asked, as_json=as_json)
    return int(asked.undecided > 0) if ended is None else ended


def _asked_object(asked: Asked) -> dict[str, Any]:
    error = {"error": error_object(asked.error)} if asked.error else {}
    return {
        "model": asked.endpoint.model,
        "questions": asked.questions,
        "same": asked.same,
        "undecided": asked.undecided,
        "spend": spend_object(asked.spend),
        **error,
    }


def show_cluster(cluster: ClusterRow, answers: Mapping[str, str], *, as_json: bool) -> None:
    """Print one cluster with the answers of its pages (Markdown, by key)."""
    if as_json:
        pages = [{**page, "answer": answers[page["key"]]} for page in cluster_object(cluster)["pages"]]
        say_json({**cluster_object(cluster), "pages": pages})
        return
    _say_cluster(cluster)
    say(f"    {in_words(cluster.state)}{'' if cluster.applied_by is None else ', applied'}")
    for page in cluster.pages:
        say()
        say_line(f"{page.key}: {page.question}")
        say(
            f"{plural(page.words, 'word')}, {plural(page.inbound, 'page')} with a link to it,"
            f" {plural(page.clicks, 'click')}, {plural(page.impressions, 'impression')}"
        )
        say(answers[page.key])


def show_decided(word: str, decided: DecidedClusters, *, as_json: bool) -> int:
    """Print which clusters were decided on, and which were not; returns the exit code.

    Args:
        word: what they are now.
    """
    if as_json:
        say_json({"clusters": [cluster_object(row) for row in decided.rows], "left": list(decided.left)})
        return int(decided.needs_person)
    for row in decided.rows[:50]:
        say_line(f"{row.id}  {word}: {row.keeper}" if row.state != "rejected" else f"{row.id}  {word}")
    if len(decided.rows) > 1:
        say(f"{plural(len(decided.rows), 'cluster')} {word}")
    notes(decided.left)
    return int(decided.needs_person)


def show_undone(undone: UndoneClusters, *, as_json: bool) -> int:
    """Print which decisions were undone; returns the exit code."""
    if as_json:
        clusters = [cluster_object(row) for row in undone.rows]
        say_json(
            {
                "undone": undone.decision,
                "drafts": [],
                "proposals": [],
                "clusters": clusters,
                "left": list(undone.left),
            }
        )
        return int(undone.needs_person)
    for row in undone.rows[:50]:
        say_line(f"{row.id}  {in_words(row.state)} again: {row.kept_page.question}")
    if len(undone.rows) > 1:
        say(f"{plural(len(undone.rows), 'cluster')}: no longer {undone.decision}")
    notes(undone.left)
    return int(undone.needs_person)


def show_change(change: FileChange, *, dry_run: bool, as_json: bool) -> None:
    """Print a changed file; with ``dry_run`` the change as a diff."""
    if as_json:
        return
    say(change.diff().rstrip("\n") if dry_run else f"{change.path}: {', '.join(change.reasons)}")


def show_applied(report: ApplyReport, *, rewrite: Callable[..., str], dry_run: bool, as_json: bool) -> None:
    """Print a summary of an application.

    Args:
        rewrite: builds the command line that rewrites pages from their keys.
    """
    if as_json:
        say_json(_report_object(report, dry_run=dry_run))
        return
    would = "would be " if dry_run else ""
    say(
        f"{plural(report.clusters, 'cluster')} {would}applied: {plural(len(report.pointed), 'page')} {would}pointed"
        f" to the kept page or hidden, links {would}moved in {plural(len(report.relinked), 'page')}"
    )
    _say_left(report)
    if report.waiting:
        note(
            f"{plural(len(report.waiting), 'cluster')} to be merged: rewrite the kept page, publish the rewrite, and run this"
            f" again: {rewrite(*report.waiting[:_MOST_WAITING])}"
        )


def show_restored(report: ApplyReport, *, dry_run: bool, as_json: bool) -> None:
    """Print a summary of an undone application."""
    if as_json:
        say_json(_report_object(report, dry_run=dry_run))
        return
    say(f"{plural(len(report.restored), 'file')} {'would be ' if dry_run else ''}restored")
    _say_left(report)


def _say_left(report: ApplyReport) -> None:
    notes([f"{item.path}: {item.reason}" for item in report.left_alone])
    notes(report.refused)
    for commit in report.commits:
        say_commit(commit, None)
    for error in report.commit_errors:
        say_commit(None, error)


def _report_object(report: ApplyReport, *, dry_run: bool) -> dict[str, Any]:
    return {"dry_run": dry_run, **asdict(report)}


def cluster_object(cluster: ClusterRow) -> dict[str, Any]:
    """A cluster as JSON."""
    return {
        "id": cluster.id,
        "state": cluster.state,
        "applied": cluster.applied_by is not None,
        "kind": cluster.kind,
        "keeper": cluster.keeper,
        "reason": cluster.reason,
        "doubt": cluster.doubt,
        "pages": [{**asdict(page), "question": one_line(page.question)} for page in cluster.pages],
    }
