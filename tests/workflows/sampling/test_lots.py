"""Lots: frozen drafts, draws, judgements, and what ends a lot."""

import pytest

from generator.content.sampling import draw_order
from generator.errors import UsageError
from generator.store.ledger.drafts.rows import StaleDraft
from generator.store.ledger.duplicates.clusters import ClusterPage, FoundCluster
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.store.ledger.sampling.judgements import StaleLot
from generator.workflows.duplicates.decide import ClusterReview
from generator.workflows.review.decisions.decide import approve_clean_drafts, approve_drafts
from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.decisions.later import LaterDrafts
from generator.workflows.review.decisions.undo import (
    CannotUndoLast,
    ReviewUndo,
    UndoneClusters,
    UndoneJudgements,
)
from generator.workflows.review.redrafts.redrafts import DraftRedrafts, WantedDraft
from generator.workflows.sampling.create import LotRequest, continue_or_create_lot, create_lot
from generator.workflows.sampling.judge import LotReview
from generator.workflows.sampling.ways_out import cut_lot, review_whole_lot
from tests.support.drafts import QUESTIONS, WHO, draft_of, file_of, with_drafts
from tests.support.lots import correct, judge, lot, new_lot, read_all, release


@pytest.fixture
def services(tmp_path):
    services = with_drafts(tmp_path)
    yield services
    services.close()


def undo(services, **options):
    return ReviewUndo(services).undo(who=WHO, **options)


# freezing


def test_a_lot_freezes_what_its_filter_selects_in_the_order_of_its_seed(services):
    view = new_lot(services, text="enzymes")
    chosen = [draft_of(services, question) for question in QUESTIONS[:2]]
    members = services.lots.of_lot(view.lot.id)
    assert [member.draft for member in members] == draw_order("s", [row.id for row in chosen])
    assert {(member.key, member.sha) for member in members} == {(row.key, row.sha) for row in chosen}
    assert (view.lot.filter, view.lot.seed, view.lot.who) == ({"text": "enzymes"}, "s", WHO)
    assert (view.state, view.lot.size, view.sample.needed) == ("reading", 2, len(view.draws))


def test_a_draft_is_in_one_open_lot_and_drafts_that_cannot_be_approved_are_in_none(services):
    new_lot(services, text="mitochondria")
    row = draft_of(services)
    file = file_of(services, row)
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("\\n\\n1. **", " As the gathered information shows.\\n\\n1. **", 1), encoding="utf-8"
    )
    made = create_lot(services, LotRequest(QueueFilter(), limit=0.4), reviewer=WHO)
    assert made.view.lot.size == 1 and made.left == {"in lot 1": 1}
    assert services.drafts.get(row.id).state == "needs_fix"
    with pytest.raises(UsageError, match="no draft to sample: 1 in lot 2; 1 in lot 1"):
        new_lot(services)


def test_drafts_that_are_set_aside_or_queued_to_be_drafted_again_are_in_no_lot(services):
    LaterDrafts(services).set_aside([draft_of(services)], until="2999-01-01", note="", who="Bob")
    DraftRedrafts(services).ask([draft_of(services, QUESTIONS[1])], WantedDraft("Shorter."), who="Bob")
    made = create_lot(services, LotRequest(QueueFilter(), limit=0.4), reviewer=WHO)
    assert made.view.lot.size == 1
    assert made.left == {"set aside by Bob until 2999-01-01": 1, "queued to be drafted again": 1}


def test_the_same_filter_continues_its_lot(services):
    def opened(**filters):
        made = continue_or_create_lot(services, LotRequest(QueueFilter(**filters)), reviewer=WHO)
        return made.view.lot.id, made.is_new

    assert opened(text="enzymes") == (1, True)
    assert opened(text="enzymes") == (1, False)
    assert opened() == (1, False)
    assert opened(text="mitochondria") == (2, True)


@pytest.mark.parametrize("goal", [{"limit": 0}, {"limit": 1}, {"confidence": 1.5}])
def test_a_goal_is_two_shares(services, goal):
    with pytest.raises(UsageError, match="above 0 and below 1"):
        create_lot(services, LotRequest(QueueFilter(), **goal), reviewer=WHO)


# judging


def test_a_lot_reaches_its_goal_when_all_draws_are_read(services):
    view = new_lot(services)
    assert (view.sample.needed, len(view.draws)) == (2, 2)
    assert judge(services, "fine").state == "reading"
    view = judge(services, "fine")
    assert (view.state, view.sample.progress) == ("reached", "2 of 2 read, 0 serious, 0 minor")
    said = services.lots.judgements.of_lot(1)
    assert {(each.who, each.decision, each.sha) for each in said.values()} == {
        (WHO, "fine", draw.row.sha) for draw in view.draws
    }


def test_a_judgement_is_about_the_bytes_that_were_seen(services):
    row = new_lot(services).draws[0].row
    correct(services, row)
    with pytest.raises(StaleDraft):
        judge(services, "fine", row)
    with pytest.raises(UsageError, match="was changed since the lot was frozen"):
        judge(services, "fine", services.drafts.get(row.id))
    assert lot(services).sample.read == 0


def test_two_reviewers_do_not_overwrite_each_other(services):
    row = new_lot(services).draws[0].row
    judge(services, "fine", row)
    with pytest.raises(StaleLot, match="by someone else"):
        LotReview(services).judge(row, "serious", who="Bob", note="wrong", seen=0)


def test_a_minor_fault_is_corrected_first_and_does_not_end_the_lot(services):
    row = new_lot(services).draws[0].row
    with pytest.raises(UsageError, match="correct the minor fault"):
        judge(services, "minor", row)
    view = judge(services, "minor", correct(services, row))
    assert (view.state, view.sample.minor, view.draws[0].judgement) == ("reading", 1, "minor")


def test_only_drawn_drafts_of_an_open_lot_are_judged(services):
    view = new_lot(services)
    (undrawn,) = {row.id for row in services.drafts.all()} - {draw.row.id for draw in view.draws}
    with pytest.raises(UsageError, match="is not drawn"):
        judge(services, "fine", services.drafts.get(undrawn))
    review_whole_lot(services, 1, reviewer=WHO)
    with pytest.raises(UsageError, match="in no open lot"):
        judge(services, "fine", view.draws[0].row)


def test_a_serious_fault_needs_a_reason_and_ends_the_lot(services):
    row = new_lot(services).draws[0].row
    with pytest.raises(UsageError, match="needs a reason"):
        judge(services, "serious", row, " ")
    view = judge(services, "serious", row, "harmful")
    assert (view.state, view.serious[0].note) == ("failed", "harmful")
    with pytest.raises(StaleLot, match="it has failed"):
        judge(services, "fine")
    with pytest.raises(StaleLot, match="cannot be released"):
        release(services)
    assert undo(services).decision == "serious"
    assert lot(services).state == "reading"


def test_a_rejection_of_a_drawn_draft_counts_as_serious_unless_it_is_judged_minor(services):
    row = new_lot(services).draws[0].row
    DraftDecisions(services).reject(row, reason="off the question", who="Bob")
    view = lot(services)
    assert (view.state, view.sample.serious, view.serious[0].who) == ("failed", 1, "Bob")
    assert view.serious[0].note == "rejected: off the question"
    undo(services, draft=services.drafts.get(row.id))
    assert lot(services).state == "reading"
    view = judge(services, "minor", correct(services, services.drafts.get(row.id)))
    DraftDecisions(services).reject(services.drafts.get(row.id), reason="answered already", who="Bob")
    assert (lot(services).state, lot(services).sample.minor) == ("reading", 1)


def test_a_rejection_of_a_draft_that_is_not_drawn_says_nothing_of_the_sample(services):
    view = new_lot(services)
    (undrawn,) = {row.id for row in services.drafts.all()} - {draw.row.id for draw in view.draws}
    DraftDecisions(services).reject(services.drafts.get(undrawn), reason="x", who=WHO)
    assert lot(services).sample.read == 0 and lot(services).state == "reading"


def test_judgements_and_other_decisions_are_undone_in_their_order(services):
    view = new_lot(services)
    judge(services, "fine")
    undrawn = next(row for row in services.drafts.all() if view.draw_of(row.id) is None)
    DraftDecisions(services).approve(undrawn, who=WHO)
    judge(services, "fine")
    undone = [undo(services) for _ in range(3)]
    assert [isinstance(one, UndoneJudgements) for one in undone] == [True, False, True]
    assert [draw.judgement for draw in lot(services).draws] == ["unread", "unread"]
    with pytest.raises(UsageError, match="no decision that can be undone"):
        undo(services)


def test_a_judgement_and_decisions_on_clusters_are_undone_in_their_order(services):
    pages = tuple(
        ClusterPage(f"biology/{name}", f"{name}?", "Biology", None, 1.0, 100, 0) for name in ("one", "two")
    )
    services.clusters.record(
        [FoundCluster(pages, "biology/one", "oldest id", "near_question")], now=services.now()
    )
    new_lot(services)
    judge(services, "fine")
    ClusterReview(services).keep(services.clusters.get(1), who=WHO)
    judge(services, "fine")
    kinds = [type(undo(services)) for _ in range(3)]
    assert kinds == [UndoneJudgements, UndoneClusters, UndoneJudgements]


def test_a_judgement_of_a_closed_lot_cannot_be_undone(services):
    DraftDecisions(services).approve(draft_of(services), who=WHO)
    undo(services)
    DraftDecisions(services).approve(draft_of(services, QUESTIONS[2]), who=WHO)
    new_lot(services)
    judge(services, "fine")
    review_whole_lot(services, 1, reviewer=WHO)
    with pytest.raises(CannotUndoLast, match="lot 1 is closed"):
        undo(services)
    assert undo(services, earlier=True).decision == "approved"


# draws


def test_more_random_draws_count_and_must_be_read(services):
    new_lot(services)
    read_all(services)
    view = LotReview(services).draw_more(1, 5)
    assert (view.state, len(view.draws)) == ("reading", 3)
    assert read_all(services).sample.sentence == "all 3 read, 0 bad"
    with pytest.raises(UsageError, match="all drafts of lot 1 are drawn"):
        LotReview(services).draw_more(1)


def test_targeted_draws_are_read_but_do_not_count(services):
    view = new_lot(services)
    undrawn = next(row for row in services.drafts.all() if view.draw_of(row.id) is None)
    words = QueueFilter(text=undrawn.question)
    view = LotReview(services).draw_targeted(1, words)
    assert [draw.row.id for draw in view.targeted] == [undrawn.id]
    with pytest.raises(UsageError, match="no such draft that is not drawn"):
        LotReview(services).draw_targeted(1, words)
    judge(services, "fine", undrawn)
    assert lot(services).sample.read == 0
    view = read_all(services)
    assert (view.sample.read, view.state) == (2, "reached")
    view = LotReview(services).draw_more(1, 1)
    assert (view.sample.read, view.targeted) == (3, ())


@pytest.mark.parametrize("count", [-1, 0])
def test_a_number_of_draws_below_one_is_refused(services, count):
    before = new_lot(services)
    with pytest.raises(UsageError, match="at least 1 draft must be drawn"):
        LotReview(services).draw_more(1, count)
    with pytest.raises(UsageError, match="at least 1 draft must be drawn"):
        LotReview(services).draw_targeted(1, QueueFilter(), "why", count)
    assert lot(services) == before


def test_no_more_drafts_are_drawn_than_are_left(services):
    new_lot(services)
    assert LotReview(services).draw_more(1, 2**62).lot.draws == 3


def test_a_serious_fault_of_a_targeted_draw_ends_the_lot(services):
    view = new_lot(services)
    undrawn = next(row for row in services.drafts.all() if view.draw_of(row.id) is None)
    LotReview(services).draw_targeted(1, QueueFilter(text=undrawn.question))
    view = judge(services, "serious", undrawn, "wrong")
    assert (view.state, view.sample.serious) == ("failed", 0)


# ways out


def test_the_drafts_of_a_failed_lot_must_be_read_one_by_one(services):
    view = new_lot(services)
    judge(services, "serious", note="wrong")
    assert review_whole_lot(services, 1, reviewer=WHO).state == "review"
    outcome = approve_clean_drafts(services, reviewer=WHO)
    assert not outcome.decided and outcome.left == ("lot 1 failed: 3 clean drafts of it must be read",)
    assert services.draft_queue.count(QueueFilter(outside_lots=True)) == 0
    with pytest.raises(UsageError, match="3 must be read: lot 1 failed"):
        new_lot(services)
    row = DraftDecisions(services).approve(view.draws[0].row, who=WHO)
    assert row.state == "approved" and not services.lots.marks([row.id])
    correct(services, services.drafts.get(view.draws[1].row.id))
    assert new_lot(services).lot.size == 1


def test_the_drafts_of_a_lot_that_did_not_fail_are_as_free_as_before(services):
    new_lot(services)
    review_whole_lot(services, 1, reviewer=WHO)
    assert new_lot(services).lot.id == 2


def test_the_slice_with_the_fault_is_cut_out_and_the_rest_is_sampled_again(services):
    new_lot(services, limit=0.9)
    LotReview(services).draw_more(1, 2)
    fault = draft_of(services, QUESTIONS[2])
    with pytest.raises(StaleLot, match="no serious fault|not read"):
        cut_lot(services, 1, QueueFilter(), "why", reviewer=WHO)
    judge(services, "fine", draft_of(services))
    judge(services, "serious", fault, "wrong")
    with pytest.raises(UsageError, match="it lacks biology/why-do-cells-need-mitochondria"):
        cut_lot(services, 1, QueueFilter(), "mechanism", reviewer=WHO)
    with pytest.raises(UsageError, match="the whole of lot 1"):
        cut_lot(services, 1, QueueFilter(subject="biology"), reviewer=WHO)
    with pytest.raises(UsageError, match="name the slice"):
        cut_lot(services, 1, QueueFilter(), reviewer=WHO)
    cut = cut_lot(services, 1, QueueFilter(), "why", reviewer=WHO)
    assert (cut.old.state, cut.old.lot.slice, cut.slice) == ("cut", {"kind": "why"}, 1)
    assert (cut.new.lot.parent, cut.new.lot.size, cut.new.sample.read) == (1, 2, 0)
    assert cut.new.lot.seed != cut.old.lot.seed
    marks = services.lots.marks(row.id for row in services.drafts.all())
    assert {number: mark.must_be_read for number, mark in marks.items()} == {
        1: False,
        2: False,
        fault.id: True,
    }


def test_several_names_approve_no_draft_of_a_lot_and_one_name_does(services):
    new_lot(services, text="enzymes")
    outcome = approve_drafts(services, QUESTIONS, reviewer=WHO)
    assert [row.question for row in outcome.decided] == [QUESTIONS[2]]
    assert sorted(line.split(" ", 1)[1] for line in outcome.left) == ["is in lot 1, which decides on it"] * 2
    judge(services, "serious", note="wrong")
    review_whole_lot(services, 1, reviewer=WHO)
    outcome = approve_drafts(services, QUESTIONS[:2], reviewer=WHO)
    assert not outcome.decided and all("must be read: lot 1 failed" in line for line in outcome.left)
    assert len(approve_drafts(services, QUESTIONS[:1], reviewer=WHO).decided) == 1


def test_bulk_approval_leaves_out_the_drafts_of_an_open_lot(services):
    new_lot(services, text="enzymes")
    outcome = approve_clean_drafts(services, reviewer=WHO)
    assert [row.question for row in outcome.decided] == [QUESTIONS[2]]
    assert outcome.left == ("lot 1 decides on 2 clean drafts: generator lots show 1",)
