"""Rewrites of published pages: paid once, reviewed like drafts, published in the place of the page and nowhere else."""

import re

import pytest

from generator.content.frontmatter import patch, read
from generator.content.markdown.line_breaks import decode
from generator.errors import BudgetExceeded, ModelUnavailable, UsageError
from generator.store.ledger.drafts.rewritten_page import REWRITE, rewritten_page_of
from generator.store.ledger.drafts.rows import StaleDraft
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.drafting.drafter import DrafterReport
from generator.workflows.drafting.plan import restore_drafts
from generator.workflows.engine.progress import NoProgress
from generator.workflows.ledger.history import draft_histories
from generator.workflows.publish.publisher import Publisher
from generator.workflows.publish.withdrawal import Withdrawer
from generator.workflows.review.decisions.decide import approve_drafts, reject_drafts
from generator.workflows.review.decisions.undo import undo_decision
from generator.workflows.review.editing.editor import DraftEditor, EditRefused
from generator.workflows.review.editing.revise import ReviseRequest, accept_revision, revise_draft
from generator.workflows.review.views.nearest_articles import nearest_articles
from generator.workflows.review.views.show import view_drafts
from tests.support.drafts import WHO, draft_questions, file_of
from tests.support.replies import GOOD, Endpoint, completion, failure, spoilt
from tests.support.rewrites import (
    CMS_FIELDS,
    CORRECTED,
    CUT_OFF,
    ENZYMES,
    KEY,
    publish_page,
    publish_rewrite,
    rewrite,
    rewrite_of,
)
from tests.support.services import scripted_services


def page_file(services, key=KEY):
    return services.settings.content_dir / f"{key}.md"


def changed_lines(before, after):
    """The lines that differ, old and new, without the texts in them."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return [(old, new) for old, new in pairs if old != new]


def user_message(endpoint, number=-1):
    return endpoint.requests[number]["messages"][1]["content"]


def test_a_rewrite_changes_the_texts_of_its_page_and_not_one_byte_elsewhere(rewriting):
    services, endpoint = rewriting()
    before = page_file(services).read_text(encoding="utf-8")
    outcome = rewrite(services)
    assert (outcome.plan.counts["new"], outcome.drafted.states) == (1, {"drafted": 1})
    row = rewrite_of(services)
    after = file_of(services, row).read_text(encoding="utf-8")
    changed = changed_lines(before, after)
    assert [CUT_OFF[-20:] in old or old.strip() == GOOD["page_description"] for old, _ in changed] == [
        True
    ] * 2
    assert read(after).get("seo.page_description") == CORRECTED["page_description"]
    assert decode(read(after).get("answer")).endswith(CORRECTED["conclusion"])
    assert CMS_FIELDS in after
    assert (row.key, row.replaces, row.page.path) == (KEY, f"{KEY}.md", f"{KEY}.md")
    assert page_file(services).read_text(encoding="utf-8") == before
    assert len(endpoint.requests) == 1


def test_the_model_gets_the_published_text_its_findings_and_the_note(rewriting):
    services, endpoint = rewriting()
    rewrite(services, note="Name the source of the figure.")
    asked = user_message(endpoint)
    assert CUT_OFF[-40:] in asked and ENZYMES in asked
    assert re.search(r"<findings>\n- answer: .*about a”; finish it", asked) is not None
    assert "<comment>\nName the source of the figure.\n</comment>" in asked
    assert KEY not in asked and ENZYMES not in asked.partition("<question>")[0]


def test_a_fresh_rewrite_is_asked_for_in_other_words(rewriting):
    services, endpoint = rewriting()
    rewrite(services, mode="fresh")
    system = endpoint.requests[0]["messages"][0]["content"]
    assert "as if there were none" in system and "Keep what is right" not in system
    assert rewritten_page_of(services.ledger.jobs.get(rewrite_of(services).job)).mode == "fresh"


def test_a_published_rewrite_keeps_id_address_date_links_and_fields_of_the_cms(rewriting):
    services, _ = rewriting()
    before = page_file(services).read_text(encoding="utf-8")
    rewrite(services)
    row = rewrite_of(services)
    draft_file = file_of(services, row)
    text = draft_file.read_bytes()
    report = publish_rewrite(services)
    assert [item.path for item in report.published] == [f"{KEY}.md"]
    assert page_file(services).read_bytes() == text
    assert len(changed_lines(before, text.decode())) == 2
    assert report.published[0].article_id == 40 and report.published[0].replaces == row.basis
    assert services.drafts.get(row.id).state == "published" and not draft_file.exists()
    assert services.index.find_questions(ENZYMES, "Biology")[0].key == KEY
    services.close()


def test_the_date_of_a_rewritten_page_is_today_where_the_settings_say_so(rewriting):
    services, _ = rewriting(publish={"date_on_rewrite": "today"})
    rewrite(services)
    publish_rewrite(services)
    assert read(page_file(services).read_bytes()).get("date") == services.now()[:10]


def test_a_page_that_was_changed_in_the_cms_is_not_overwritten(rewriting):
    services, endpoint = rewriting()
    rewrite(services)
    approve_drafts(services, [KEY], reviewer=WHO)
    in_cms = page_file(services).read_bytes() + b"\n"
    page_file(services).write_bytes(in_cms)
    stale = rewrite_of(services)
    report = Publisher(services).publish([stale], who=WHO)
    assert "was changed after it was rewritten" in report.refused[0].reason
    assert page_file(services).read_bytes() == in_cms
    assert view_drafts(services, KEY)[0].view.rewrite.is_outdated
    rewrite(services)
    assert len(endpoint.requests) == 2
    assert services.drafts.get(stale.id).state == "rejected"
    assert [row.id for row in services.drafts.named(KEY)] == [rewrite_of(services).id] != [stale.id]
    assert len(publish_rewrite(services).published) == 1
    assert page_file(services).read_bytes().endswith(b"\n")


def test_a_page_that_is_gone_is_not_created_again(rewriting):
    services, _ = rewriting()
    rewrite(services)
    approve_drafts(services, [KEY], reviewer=WHO)
    page_file(services).unlink()
    report = Publisher(services).publish([rewrite_of(services)], who=WHO)
    assert "is no longer on the site" in report.refused[0].reason
    assert not page_file(services).exists()


def test_a_withdrawn_page_is_neither_rewritten_nor_replaced(rewriting):
    services, endpoint = rewriting()
    rewrite(services)
    approve_drafts(services, [KEY], reviewer=WHO)
    Withdrawer(services).withdraw(KEY, reason="wrong", who=WHO)
    report = Publisher(services).publish([rewrite_of(services)], who=WHO)
    assert report.refused[0].reason == "its page was withdrawn: wrong"
    outcome = rewrite(services)
    assert outcome.plan.counts == {"skipped": 1} and outcome.plan.notes == [f"{KEY}.md: was withdrawn: wrong"]
    assert len(endpoint.requests) == 1


def test_the_same_page_with_the_same_bytes_is_paid_for_once(rewriting):
    services, endpoint = rewriting()
    rewrite(services)
    again = rewrite(services, note="Shorter.")
    assert again.plan.counts == {"drafted": 1} and again.plan.before == {"drafted": 1}
    assert again.drafted is None and len(endpoint.requests) == 1


def test_an_interrupted_rewrite_goes_on_with_the_reply_that_was_paid(rewriting):
    services, endpoint = rewriting(
        completion(spoilt(page_description="x" * 400)), failure(401, "invalid_api_key")
    )
    with pytest.raises(ModelUnavailable, match="does not accept the API key"):
        rewrite(services)
    services.close()
    services, endpoint = rewriting(completion({"page_description": CORRECTED["page_description"]}))
    outcome = rewrite(services)
    assert outcome.plan.counts == {"resume": 1}
    assert endpoint.schema_names() == ["article_repair"]
    assert services.ledger.calls.has_reply(rewrite_of(services).job)


def test_a_rewrite_that_was_not_asked_for_yet_takes_the_new_note(rewriting):
    services, _ = rewriting()
    with pytest.raises(BudgetExceeded):
        rewrite(services, max_cost=0.000001, note="First.")
    services.close()
    services, endpoint = rewriting()
    outcome = rewrite(services, note="Second.")
    assert outcome.plan.counts == {"resume": 1} and len(endpoint.requests) == 1
    assert "Second." in user_message(endpoint) and "First." not in user_message(endpoint)


def test_a_cap_is_kept_to(rewriting):
    services, endpoint = rewriting()
    with pytest.raises(BudgetExceeded):
        rewrite(services, max_cost=0.000001)
    assert endpoint.requests == []


def test_a_redo_asks_again_and_leaves_what_a_person_edited(rewriting):
    services, endpoint = rewriting()
    rewrite(services)
    assert rewrite(services, redo=True, note="Shorter.").plan.counts == {"redo": 1}
    row = rewrite_of(services)
    assert (len(services.drafts.versions.of(row.id)), len(endpoint.requests)) == (2, 2)
    assert len(services.drafts.rewrites_of(f"{KEY}.md")) == 1
    file = file_of(services, row)
    file.write_text(
        file.read_text(encoding="utf-8").replace("up to a million", "a million"), encoding="utf-8"
    )
    assert rewrite(services, redo=True).plan.counts == {"drafted": 1}
    assert len(endpoint.requests) == 2


def test_a_page_that_this_program_published_can_be_rewritten(tmp_path, rewriting):
    services = scripted_services(tmp_path, Endpoint(by=lambda _: completion(GOOD)))
    draft_questions(services, ENZYMES)
    publish_rewrite(services)
    first = services.drafts.by_key(KEY)
    services.close()
    services, _ = rewriting()
    rewrite(services)
    row = rewrite_of(services)
    assert row.id != first.id and (first.state, row.state) == ("published", "drafted")
    assert [found.id for found in services.drafts.named(KEY)] == [row.id]
    assert [found.id for found in services.drafts.of_question(ENZYMES)] == [row.id]
    assert services.drafts.by_key(KEY).id == first.id
    published = publish_rewrite(services).published[0]
    assert published.article_id == int(read(page_file(services).read_bytes()).get("id"))
    assert list(services.ledger.verify()) == []


def test_a_rewrite_is_no_duplicate_and_takes_no_address(rewriting):
    services, endpoint = rewriting()
    rewrite(services)
    outcome = draft_questions(services, ENZYMES)
    assert outcome.plan.counts["published"] == 1 and outcome.drafted is None
    row = rewrite_of(services)
    assert row.state == "drafted" and services.drafts.by_key(KEY) is None
    assert KEY not in [item.key for item in nearest_articles(services, row)]
    assert row.warnings == row.errors == 0
    assert len(endpoint.requests) == 1


def test_a_question_that_the_model_declines_leaves_the_page_as_it_is(rewriting):
    declined = {**GOOD, "cannot_answer": "It depends on a figure."} | dict.fromkeys(
        ("introduction", "conclusion", "page_description"), ""
    )
    services, _ = rewriting(completion({**declined, "points": [], "page_keywords": []}))
    outcome = rewrite(services)
    row = rewrite_of(services)
    assert outcome.drafted.states == {"refused": 1} and outcome.needs_person
    assert (row.state, row.path, row.key) == ("refused", None, KEY)
    assert "It depends on a figure." in row.reason


def test_a_rewrite_that_changes_nothing_says_so(tmp_path, rewriting):
    publish_page(tmp_path, cut_off=False)
    services, _ = rewriting(completion(GOOD))
    rewrite(services)
    row = rewrite_of(services)
    (version,) = services.drafts.versions.of(row.id)
    assert [item.code for item in version.findings] == ["rewrite-unchanged"]
    assert file_of(services, row).read_bytes() == page_file(services).read_bytes()


def test_a_reply_that_fails_its_checks_is_repaired(rewriting):
    bad = spoilt(page_description="x" * 400)
    services, endpoint = rewriting(
        completion(bad), completion({"page_description": CORRECTED["page_description"]})
    )
    assert rewrite(services).drafted.states == {"drafted": 1}
    assert endpoint.schema_names() == ["article_draft", "article_repair"]


def test_edits_on_disk_are_checked_against_the_page(rewriting):
    services, _ = rewriting()
    rewrite(services)
    row = rewrite_of(services)
    file = file_of(services, row)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("up to a million", "some"), encoding="utf-8")
    after = EditImporter(services).sync(row)
    assert (after.state, after.edited, after.errors, after.key) == ("drafted", True, 0, KEY)
    file.write_text(text.replace("id: 40", "id: 44"), encoding="utf-8")
    moved = EditImporter(services).sync(after)
    assert moved.state == "needs_fix" and "/rewrites/" in moved.path
    findings = services.drafts.versions.findings([moved.id])[moved.id]
    assert [(item.code, item.field) for item in findings] == [("rewrite-identity", "id")]
    assert approve_drafts(services, [KEY], reviewer=WHO).decided == ()


def test_findings_on_fields_that_the_page_has_already_are_not_those_of_the_rewrite(tmp_path, rewriting):
    page = publish_page(tmp_path)
    page.write_bytes(patch(page.read_text(encoding="utf-8"), {"score": None, "seo.title": "Other"}).encode())
    services, _ = rewriting()
    rewrite(services)
    row = rewrite_of(services)
    file = file_of(services, row)
    file.write_text(file.read_text(encoding="utf-8").replace("up to a million", "some"), encoding="utf-8")
    after = EditImporter(services).sync(row)
    assert (after.edited, after.errors, after.warnings) == (True, 0, 0)


def test_the_editor_keeps_question_and_subject(rewriting):
    services, _ = rewriting()
    rewrite(services)
    editor, row = DraftEditor(services), rewrite_of(services)
    with pytest.raises(EditRefused, match="keeps the question, subject and address"):
        editor.save_fields(row, {"question": "What are enzymes?"}, who=WHO)
    saved = editor.save_fields(row, {"question": ENZYMES, "description": GOOD["page_description"]}, who=WHO)
    assert (saved.key, saved.replaces, saved.edited) == (KEY, f"{KEY}.md", True)
    assert publish_rewrite(services).published[0].path == f"{KEY}.md"


def test_a_rewrite_is_revised_like_a_draft(rewriting):
    services, _ = rewriting()
    rewrite(services)
    services.close()
    revised = {**CORRECTED, "introduction": GOOD["introduction"].replace("Without them", "Without enzymes")}
    services, endpoint = rewriting(completion(revised))
    revise_draft(services, ReviseRequest(KEY, "Say enzymes.", reviewer=WHO))
    accepted = accept_revision(services, KEY, reviewer=WHO)
    assert accepted.draft.replaces == f"{KEY}.md"
    assert len(endpoint.requests) == 1
    publish_rewrite(services)
    assert "Without enzymes" in page_file(services).read_text(encoding="utf-8")


def test_decisions_on_a_rewrite_are_undone_and_its_file_is_restored(rewriting):
    services, _ = rewriting()
    rewrite(services)
    row = rewrite_of(services)
    reject_drafts(services, [KEY], reason="no", reviewer=WHO)
    undo_decision(services, KEY, reviewer=WHO)
    assert rewrite_of(services).state == "drafted"
    file_of(services, row).unlink()
    restore_drafts(services, NoProgress())
    assert read(file_of(services, row).read_bytes()).get("id") == "40"
    assert rewrite_of(services).path == row.path


def test_a_rewrite_is_found_by_the_path_of_its_file(rewriting):
    services, _ = rewriting()
    rewrite(services)
    row = rewrite_of(services)
    (shown,) = view_drafts(services, str(file_of(services, row)))
    assert shown.view.row.id == row.id
    (history,) = draft_histories(services, KEY)
    assert rewritten_page_of(history.job).path == f"{KEY}.md"
    assert {change.field for change in shown.view.rewrite.changes} == {"conclusion", "page_description"}


def test_two_rewrites_of_one_page_are_not_published_together(rewriting):
    services, _ = rewriting()
    rewrite(services)
    first = rewrite_of(services)
    page = page_file(services).read_bytes()
    page_file(services).write_bytes(page + b"\n")
    rewrite(services)
    with services.drafts.transaction():
        rejected = services.drafts.get(first.id)
        decision = services.drafts.decisions.last(who="generator", about=first.id, undoable=True)
    assert rejected.state == "rejected" and decision is not None
    with pytest.raises(StaleDraft), services.drafts.transaction():
        services.drafts.decide(first, "publishing", who=WHO, now=services.now())


def test_pages_that_cannot_be_rewritten_are_named(tmp_path, rewriting):
    page = publish_page(tmp_path)
    page.write_bytes(page.read_bytes().replace(b"id: 40", b"id: x40"))
    services, endpoint = rewriting()
    outcome = rewrite(services)
    assert outcome.plan.counts == {"skipped": 1} and "has no id" in outcome.plan.notes[0]
    assert outcome.drafted is None and outcome.needs_person and endpoint.requests == []


def test_the_offline_model_is_refused(rewriting):
    services, _ = rewriting()
    services.environment = {}
    with pytest.raises(UsageError, match="the offline model quotes pages, it cannot correct them"):
        rewrite(services)


def test_the_ledger_counts_rewrites_as_a_kind_of_their_own(rewriting):
    services, _ = rewriting()
    rewrite(services)
    assert services.ledger.calls.spend(kind=REWRITE).calls == 1
    assert services.ledger.calls.spend(kind="answer").calls == 0
    assert isinstance(rewrite(services, redo=True).drafted, DrafterReport)


def test_a_finding_on_the_spelling_of_the_file_is_not_told(tmp_path, rewriting):
    page = publish_page(tmp_path)
    text = page.read_text(encoding="utf-8")
    page.write_bytes(patch(text, {"seo.page_keywords": "enzymes,active site"}).encode())
    services, endpoint = rewriting()
    rewrite(services)
    asked = endpoint.requests[0]["messages"][1]["content"]
    assert "<findings>" in asked and "separated by a comma" not in asked
