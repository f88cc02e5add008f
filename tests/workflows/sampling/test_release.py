"""The release of a lot: all of it as one decision, finished after an interruption, and undone as a whole."""

import pytest

from generator.content.evidence.release import Release, release_of
from generator.errors import UsageError
from generator.store.ledger.sampling.judgements import StaleLot
from generator.workflows.publish.publisher import Publisher
from generator.workflows.review.decisions import decisions
from generator.workflows.review.decisions.decisions import DraftDecisions, NotApprovable
from generator.workflows.review.decisions.later import LaterDrafts
from generator.workflows.review.decisions.undo import ReviewUndo
from generator.workflows.review.redrafts.redrafts import DraftRedrafts, WantedDraft
from generator.workflows.sampling import release as release_module
from generator.workflows.sampling.release import LotRelease
from tests.support.drafts import QUESTIONS, WHO, draft_of, file_of, with_drafts
from tests.support.lots import correct, judge, lot, new_lot, read_all, release


class Killed(BaseException):
    """Ends the process, as far as the test goes."""


def states(services):
    return [row.state for row in services.drafts.all()]


def test_a_lot_is_released_as_one_decision_that_names_it(services):
    new_lot(services)
    read_all(services)
    view = release(services)
    assert (view.state, view.approved, view.reasons_left_out) == ("released", 3, {})
    approvals = [services.drafts.decisions.approval(row.id) for row in services.drafts.all()]
    assert {approval.bulk for approval in approvals} == {view.lot.bulk}
    assert {release_of(approval.release) for approval in approvals} == {Release("sampled", lot=1)}
    assert services.lots.marks([1, 2, 3]) == {}
    report = Publisher(services).publish(services.drafts.all(("approved",)), who=WHO)
    assert len(report.published) == 3


def test_a_lot_whose_sample_is_not_read_is_not_released(services):
    new_lot(services)
    judge(services, "fine")
    with pytest.raises(StaleLot, match="not read yet: 1 of 2 read"):
        release(services)
    assert states(services) == ["drafted"] * 3


def test_drafts_that_changed_or_were_decided_on_are_left_out_and_listed(services):
    view = new_lot(services)
    minor, fine = (draw.row for draw in view.draws)
    judge(services, "minor", correct(services, minor))
    judge(services, "fine", fine)
    (undrawn,) = [row for row in services.drafts.all() if view.draw_of(row.id) is None]
    file = file_of(services, undrawn)
    file.write_text(file.read_text(encoding="utf-8").replace("Enzymes", "The enzymes", 1), encoding="utf-8")
    DraftDecisions(services).approve(fine, who="Bob")
    view = release(services)
    assert view.approved == 1
    assert view.reasons_left_out == {"was approved before": 1, "was changed after the lot was frozen": 1}
    approval = services.drafts.decisions.approval(minor.id)
    assert release_of(approval.release) == Release("sampled", edited=True, lot=1)
    assert services.drafts.decisions.approval(fine.id).who == "Bob"
    assert services.drafts.get(undrawn.id).state == "drafted"
    assert services.lots.marks([undrawn.id]) == {}


def test_a_corrected_draft_that_changes_again_is_left_out(services):
    row = new_lot(services).draws[0].row
    judge(services, "minor", correct(services, row))
    read_all(services)
    file = file_of(services, row)
    file.write_text(file.read_text(encoding="utf-8").replace("Enzymes", "The enzymes", 1), encoding="utf-8")
    assert release(services).reasons_left_out == {"was changed after it was judged": 1}


def test_an_interrupted_release_is_seen_and_finished_by_the_next_one(services, monkeypatch):
    monkeypatch.setattr(release_module, "CHUNK", 1)
    new_lot(services)
    read_all(services)
    decided = []
    decide = LotRelease._decide

    def killed(self, item, lot):
        if len(decided) == 2:
            raise Killed
        decided.append(item)
        return decide(self, item, lot)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(LotRelease, "_decide", killed)
        release(services)
    view = lot(services)
    assert (view.state, view.approved, states(services).count("approved")) == ("releasing", 2, 2)
    report = Publisher(services).publish(services.drafts.all(("approved",)), who=WHO)
    assert not report.published
    assert "generator lots release 1 finishes it" in report.refused[0].reason
    view = release(services)
    assert (view.state, view.approved) == ("released", 3)
    assert {services.drafts.decisions.approval(number).bulk for number in (1, 2, 3)} == {view.lot.bulk}
    assert [row.decision for row in services.drafts.decisions.of(1)].count("approved") == 1
    with pytest.raises(StaleLot, match=r"closed \(released\)"):
        release(services)


def test_a_draft_that_fails_within_a_transaction_leaves_the_transaction_out(services, monkeypatch):
    new_lot(services)
    read_all(services)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(services.lots, "set_outcome", lambda *_, **__: (_ for _ in ()).throw(Killed))
        release(services)
    assert states(services) == ["drafted"] * 3
    assert lot(services).state == "releasing"


def test_a_release_is_undone_as_a_whole_and_can_be_repeated(services):
    new_lot(services)
    read_all(services)
    release(services)
    undone = ReviewUndo(services).undo(who=WHO)
    assert (len(undone.rows), undone.left, states(services)) == (3, (), ["drafted"] * 3)
    view = lot(services)
    assert (view.state, view.approved, view.lot.bulk) == ("reached", 0, None)
    assert len(services.lots.marks([1, 2, 3])) == 3
    assert release(services).approved == 3


def test_after_an_undone_release_the_judgements_can_be_undone(services):
    new_lot(services)
    read_all(services)
    release(services)
    ReviewUndo(services).undo(who=WHO)
    assert ReviewUndo(services).undo(who=WHO).decision == "fine"
    assert lot(services).state == "reading"


def test_undoing_one_draft_of_a_release_leaves_the_lot_released(services):
    new_lot(services)
    read_all(services)
    release(services)
    ReviewUndo(services).undo(who=WHO, draft=draft_of(services))
    assert states(services) == ["drafted", "approved", "approved"]
    assert lot(services).state == "released"


def test_a_release_that_is_undone_meanwhile_stops(services, monkeypatch):
    monkeypatch.setattr(release_module, "CHUNK", 1)
    new_lot(services)
    read_all(services)
    steps = LotRelease(services, 1, who=WHO).steps()
    next(steps)
    ReviewUndo(services).undo(who=WHO)
    with pytest.raises(StaleLot, match="undone or finished by someone else"):
        next(steps)
    assert states(services) == ["drafted"] * 3 and lot(services).state == "reached"


def test_a_lot_is_released_only_by_who_may_approve_its_subjects(tmp_path):
    subjects = ({"name": "Biology", "signoff": ["Grace"]},)
    with_drafts(tmp_path).close()
    services = with_drafts(tmp_path, (), subjects=subjects)
    new_lot(services)
    read_all(services)
    with pytest.raises(NotApprovable, match="must be approved by Grace"):
        release(services)
    assert lot(services).state == "reached"
    assert release(services, who="Grace").approved == 3
    services.close()


def test_a_draft_with_an_open_revision_is_left_out(services):
    view = new_lot(services)
    read_all(services)
    (undrawn,) = [row for row in services.drafts.all() if view.draw_of(row.id) is None]
    services.revisions.open_of = lambda draft: object() if draft == undrawn.id else None
    assert release(services).reasons_left_out == {"has an open revision": 1}


def test_a_draft_that_is_set_aside_or_queued_to_be_drafted_again_is_left_out(services):
    view = new_lot(services)
    read_all(services)
    first, second = (draw.row for draw in view.draws)
    LaterDrafts(services).set_aside([first], until="2999-01-01", note="", who="Bob")
    DraftRedrafts(services).ask([second], WantedDraft("Shorter."), who="Bob")
    view = release(services)
    assert view.reasons_left_out == {
        "is set aside by Bob until 2999-01-01": 1,
        "is queued to be drafted again": 1,
    }
    assert view.approved == 1


def test_there_is_no_such_lot(services):
    with pytest.raises(UsageError, match="there is no lot 9"):
        release(services, 9)


def test_a_bulk_approval_that_began_before_the_lot_leaves_its_drafts_out(services, monkeypatch):
    """The lot is frozen after the drafts were checked, and before they are approved."""
    importer = decisions.EditImporter
    frozen = []

    class Freezing(importer):
        def sync(self, row):
            row = super().sync(row)
            if row.question == QUESTIONS[2] and not frozen:
                frozen.append(True)
                frozen.append(new_lot(services))
            return row

    monkeypatch.setattr(decisions, "EditImporter", Freezing)
    outcome = DraftDecisions(services).approve_clean(who=WHO)
    assert not outcome.decided
    assert sum("is in lot 1, which decides on it" in line for line in outcome.left) == 2
