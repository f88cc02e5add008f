"""Drafts: versions are stored, states change by the transitions, decisions on stale drafts are refused."""

import pytest

from generator.store.ledger.drafts.rows import ReplacedPage, StaleDraft
from generator.store.ledger.queue.draft_queue import DraftQueue
from generator.store.ledger.queue.queue_filter import QueueFilter
from tests.support.ledgers import NOW, WARNING, draft, planned


def test_a_draft_keeps_its_bytes_findings_and_first_decision(ledger, drafts):
    row = drafts.record(draft(planned(ledger)), now=NOW)
    assert drafts.data(row) == b"text"
    assert (row.state, row.version, row.warnings, row.errors) == ("drafted", 1, 1, 0)
    assert drafts.versions.of(row.id)[0].findings == (WARNING,)
    assert [decision.decision for decision in drafts.decisions.of(row.id)] == ["drafted"]


def test_a_new_version_keeps_the_old_one(ledger, drafts):
    number = planned(ledger)
    drafts.record(draft(number), now=NOW)
    row = drafts.record(draft(number, b"better"), now=NOW)
    assert (row.version, drafts.data(row), drafts.versions.data(row.id, 1)) == (2, b"better", b"text")


def test_a_real_draft_replaces_an_offline_one(ledger, drafts):
    first = drafts.record(draft(planned(ledger, backend="offline"), b"offline", offline=True), now=NOW)
    second = drafts.record(draft(planned(ledger), b"real"), now=NOW)
    assert (second.id, second.offline, drafts.data(second)) == (first.id, False, b"real")


def test_a_decision_on_a_stale_draft_is_refused(ledger, drafts):
    row = drafts.record(draft(planned(ledger)), now=NOW)
    drafts.decide(row, "approved", who="Ada", now=NOW)
    with pytest.raises(StaleDraft):
        drafts.decide(row, "rejected", who="Bob", now=NOW)


def test_a_step_that_the_transitions_do_not_allow_is_refused(ledger, drafts):
    row = drafts.record(draft(planned(ledger)), now=NOW)
    with pytest.raises(StaleDraft, match="cannot become published"):
        drafts.decide(row, "published", who="Ada", now=NOW)


def test_the_newest_approval_of_each_draft_is_found_and_a_failed_publication_is_none(ledger, drafts):
    row = drafts.record(draft(planned(ledger)), now=NOW)
    for who, state in (("Ada", "approved"), ("Ada", "rejected"), ("Bob", "approved"), ("Eve", "publishing")):
        row = drafts.decide(row, state, who=who, now=NOW)
    drafts.decide(row, "approved", who="Eve", now=NOW)
    (approval,) = drafts.decisions.approvals([row.id, 99]).values()
    assert (approval, approval.who) == (drafts.decisions.approval(row.id), "Bob")


def test_a_job_cannot_overwrite_an_approved_draft(ledger, drafts):
    number = planned(ledger)
    row = drafts.record(draft(number), now=NOW)
    drafts.decide(row, "approved", who="Ada", now=NOW)
    with pytest.raises(StaleDraft):
        drafts.record(draft(number, b"other", state="failed"), now=NOW)
    assert drafts.data(drafts.get(row.id)) == b"text"


def test_a_draft_without_bytes_has_no_version(ledger, drafts):
    new = draft(planned(ledger), None, "refused", key=None, path=None, reason="the model declines")
    row = drafts.record(new, now=NOW)
    assert (row.version, row.sha, drafts.data(row)) == (None, None, None)


def test_drafts_are_found_by_key_or_slug(ledger, drafts):
    row = drafts.record(draft(planned(ledger)), now=NOW)
    assert drafts.named("biology/what-is-one") == [row]
    assert drafts.named("what-is-one") == [row]
    assert drafts.named("what%") == []


def test_counts_and_reasons(ledger, drafts):
    drafts.record(draft(planned(ledger)), now=NOW)
    failed = draft(planned(ledger, "two"), None, "failed", key=None, path=None, reason="http-500")
    drafts.record(failed, now=NOW)
    assert drafts.counts() == {"drafted": 1, "failed": 1}
    assert drafts.reasons(("failed",)) == [("failed", "http-500", 1)]


def rewritten(ledger, number, basis, **changes):
    """A rewrite of a page, by a job of its own."""
    made = planned(ledger, f"rewrite {number}", kind="rewrite", identity=basis, key="biology/what-is-one")
    path = f"drafts/rewrites/biology/what-is-one.{basis}.md"
    return draft(
        made, basis.encode(), path=path, replaces=ReplacedPage("biology/what-is-one.md", basis), **changes
    )


def test_a_rewrite_reserves_no_address_and_has_that_of_its_page(ledger, drafts):
    own = drafts.record(draft(planned(ledger)), now=NOW)
    row = drafts.record(rewritten(ledger, 1, "a"), now=NOW)
    assert row.id != own.id and (row.key, row.replaces) == (own.key, "biology/what-is-one.md")
    assert drafts.by_key("biology/what-is-one") == own
    assert drafts.named("biology/what-is-one") == drafts.named("what-is-one") == [row]
    assert drafts.of_question("What is one?") == [row]


def test_each_state_of_a_page_has_one_rewrite(ledger, drafts):
    first = drafts.record(rewritten(ledger, 1, "a"), now=NOW)
    again = drafts.record(draft(first.job, b"better", path=first.path, replaces=first.page), now=NOW)
    other = drafts.record(rewritten(ledger, 2, "b"), now=NOW)
    assert again.id == first.id != other.id
    assert [row.id for row in drafts.rewrites_of("biology/what-is-one.md")] == [first.id, other.id]
    drafts.reject_earlier_rewrites(other, now=NOW)
    assert [row.state for row in drafts.rewrites_of("biology/what-is-one.md")] == ["rejected", "drafted"]


def test_a_late_rewrite_of_earlier_bytes_does_not_replace_that_of_later_ones(ledger, drafts):
    late, early = rewritten(ledger, 1, "a"), rewritten(ledger, 2, "b")
    later = drafts.record(early, now=NOW)
    earlier = drafts.record(late, now=NOW)
    drafts.reject_earlier_rewrites(earlier, now=NOW)
    assert drafts.named("what-is-one") == [later]
    drafts.decide(later, "rejected", who="Ada", now=NOW)
    assert drafts.named("what-is-one") == [earlier]


def test_an_edit_of_a_rewrite_leaves_the_address_of_its_job(ledger, drafts):
    row = drafts.record(rewritten(ledger, 1, "a"), now=NOW)
    edited = drafts.revise(
        row, draft(row.job, b"edit", origin="edit", key="biology/other"), who="Ada", now=NOW
    )
    assert (edited.key, edited.replaces, edited.edited) == ("biology/what-is-one", row.replaces, True)
    assert ledger.jobs.get(row.job).key == "biology/what-is-one"
    assert list(ledger.verify()) == []


def test_the_queue_finds_rewrites_by_their_address_and_apart(ledger, drafts):
    own = drafts.record(draft(planned(ledger)), now=NOW)
    row = drafts.record(rewritten(ledger, 1, "a"), now=NOW)
    queue = DraftQueue(ledger.database, lambda: NOW)
    assert [item.id for item in queue.page(QueueFilter(text="what-is-one"))] == [own.id, row.id]
    assert queue.page(QueueFilter(rewrites=True)) == [row]
    assert queue.count(QueueFilter(rewrites=False)) == 1
