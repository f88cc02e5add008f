"""The notes of a pass over the batches."""

from generator.workflows.batch.report import BatchReport


def test_equal_notes_appear_once() -> None:
    report = BatchReport()
    report.note("a")
    report.note("b")
    report.note("a")
    assert report.notes == ["a", "b"]


def test_a_batch_that_is_passed_over_twice_has_the_latest_note_only() -> None:
    report = BatchReport()
    report.pass_over(1, "6 answers are missing")
    report.note("another")
    report.pass_over(1, "2 answers are missing")
    assert (report.passed_over, report.notes) == (1, ["another", "2 answers are missing"])
    assert report.is_passed_over(1)
    report.withdraw(1)
    assert (report.passed_over, report.notes) == (0, ["another"])
    assert not report.is_passed_over(1)


def test_withdrawing_the_note_on_a_batch_without_one_changes_nothing() -> None:
    report = BatchReport()
    report.note("a")
    report.withdraw(1)
    assert report.notes == ["a"]
