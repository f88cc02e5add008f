"""The review page in a real browser: everything works by keyboard, and no content of a draft is executed.

Needs a chromium (Debian's, or GENERATOR_CHROMIUM=path). With GENERATOR_NIGHTLY=1, screenshots go to tests/artifacts.
"""

import pytest

from generator.content.review.reviewers import Reviewer
from generator.workflows.review.editing.editor import DraftEditor
from tests.support.attacks import ATTACKS
from tests.support.browsing import BAD, OTHER_DESCRIPTION, at, press, said, shot
from tests.support.drafts import QUESTIONS
from tests.support.proposals import record_plants
from tests.support.replies import GOOD, completion

pytestmark = [pytest.mark.browser, pytest.mark.port]


def test_three_drafts_are_reviewed_by_keyboard_alone(serve, open_page):
    served = serve()
    page = open_page(served)
    assert "token" not in page.url
    press(page, "j", "j", "k", "Enter")
    at(page, "/drafts/1")
    press(page, "a")
    at(page, "/drafts/2")
    said(page, "Approved: " + QUESTIONS[0])
    press(page, "r")
    page.keyboard.type("too shallow, ajkru?")
    press(page, "Control+Enter")
    at(page, "/drafts/3")
    press(page, "a")
    at(page, "/")
    said(page, "Approved")
    assert served.states() == ["approved", "rejected", "approved"]
    press(page, "u")
    at(page, "/drafts/3")
    said(page, "No longer approved")
    assert served.states() == ["approved", "rejected", "drafted"]
    assert served.services.drafts.decisions.of(2)[-1].note == "too shallow, ajkru?"


def test_findings_are_updated_while_a_draft_is_edited(serve, open_page):
    served = serve(*[completion(BAD)] * 3, completion(GOOD), completion(GOOD))
    page = open_page(served, path="/?state=fix")
    shot(page, "queue-needs-fix")
    press(page, "j", "o")
    at(page, "/drafts/1")
    assert page.locator("mark.error").count() >= 1
    shot(page, "article-with-findings", full_page=True)
    press(page, "f")
    assert page.evaluate("document.activeElement.className").startswith("finding-ref")
    press(page, "e")
    at(page, "/drafts/1/edit")
    page.locator("#live-findings .error").first.wait_for()
    page.locator("#f-description").fill(GOOD["page_description"])
    answer = page.locator("#f-answer")
    answer.fill(answer.input_value().replace(" The gathered information shows it: $E = mc^2$.", ""))
    page.locator("#live-findings .no-findings").wait_for()
    shot(page, "edit")
    press(page, "Control+Enter")
    at(page, "/drafts/1")
    said(page, "Saved.")
    assert served.states()[0] == "drafted"
    press(page, "a")
    said(page, "Approved")


def test_an_unsaved_edit_is_not_lost_by_escape(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1/edit")
    page.locator("#f-keywords").fill("one, two")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("#f-keywords").press("Escape")
    assert asked == ["Leave without saving?"]
    assert page.locator("#f-keywords").input_value() == "one, two"


def test_an_edit_of_a_draft_that_changed_since_is_refused(serve, open_page):
    served = serve()
    first, second = open_page(served, path="/drafts/1"), open_page(served, path="/drafts/1/edit")
    press(first, "a")
    at(first, "/drafts/2")
    second.locator("#f-description").fill("Another text that nobody is to see.")
    press(second, "Control+Enter")
    second.locator("#merge[open]", has_text="The draft is approved. Saving ends the approval.").wait_for()
    assert second.locator("#f-description").input_value().startswith("Another text")
    assert served.states()[0] == "approved"
    open_page.complaints[:] = [line for line in open_page.complaints if "409" not in line]


def ask_for_a_revision(served, page):
    """On the page of the first draft: ask for a revision, and come back when it is there."""
    press(page, "v")
    page.keyboard.type("Say enzymes, not them.")
    press(page, "Control+Enter")
    at(page, "/drafts/2")
    page.goto(served.base + "/drafts/1")
    page.get_by_text("A revision is ready").wait_for()


def test_a_revision_is_asked_for_compared_and_taken(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1")
    ask_for_a_revision(served, page)
    press(page, "c")
    at(page, "/drafts/1/revision")
    assert page.locator("ins").all_inner_texts() == ["enzymes"]
    assert page.locator("del").all_inner_texts() == ["them"]
    shot(page, "revision", full_page=True)
    press(page, "1")
    assert not page.locator("input[name=take]").is_checked()
    press(page, "1", "Control+Enter")
    at(page, "/drafts/1")
    assert "Without enzymes most" in page.locator(".answer").inner_text()


def test_approved_drafts_are_published_after_the_plan_was_shown(serve, open_page, tmp_path):
    served = serve()
    page = open_page(served)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Approve all 3 clean drafts").click()
    said(page, "Approved 3 clean drafts")
    page.get_by_role("link", name="Publish", exact=True).click()
    at(page, "/publish")
    press(page, "n", "p")
    page.get_by_text("0 will be published").wait_for()
    press(page, "j", "Space")
    assert page.locator("#selected").inner_text() == "1"
    assert page.locator("#plan").inner_text() == ""
    press(page, "a", "p")
    page.get_by_text("3 will be published").wait_for()
    page.get_by_text("What is written").first.click()
    shot(page, "publish", full_page=True)
    press(page, "P")
    at(page, "/")
    said(page, "Published 3 articles")
    assert len(list((tmp_path / "content").rglob("*.md"))) == 3


def test_shortcuts_are_off_while_typing(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1")
    press(page, "r")
    page.keyboard.type("aejkuv?")
    assert page.locator("#reason").input_value() == "aejkuv?"
    press(page, "Escape")
    assert page.url.endswith("/drafts/1")
    assert set(served.states()) == {"drafted"}


def test_shortcuts_are_listed_and_the_back_button_works(serve, open_page):
    served = serve()
    page = open_page(served, path="/?q=enzymes&sort=newest")
    press(page, "?")
    assert page.locator("#keys").is_visible()
    press(page, "?", "j", "j", "j", "Enter")
    at(page, "/drafts/1")
    press(page, "?", "Escape")
    page.go_back()
    assert page.url.endswith("/?q=enzymes&sort=newest")
    page.locator("[data-item].current", has_text=QUESTIONS[0]).wait_for()
    page.reload()
    page.locator("[data-item].current", has_text=QUESTIONS[0]).wait_for()
    press(page, "/")
    assert page.evaluate("document.activeElement.name") == "q"


def test_counts_follow_decisions_in_another_window(serve, open_page):
    served = serve()
    page = open_page(served)
    other = open_page(served, path="/drafts/1")
    press(other, "a")
    at(other, "/drafts/2")
    page.locator('[data-count="approved"]', has_text="1").wait_for()
    page.get_by_text("1 fewer").wait_for()


def test_no_content_of_a_draft_is_executed_in_a_browser(serve, open_page):
    """No script runs, nothing is loaded, no dialog opens: what :func:`open_page` sees fails the test."""
    served = serve()
    page = open_page(served)
    page.on("dialog", lambda dialog: pytest.fail(f"a draft opened a dialog: {dialog.message}"))
    harmful = [attack for attack in ATTACKS if "\\n" not in attack and "\x00" not in attack]
    for start in range(0, len(harmful), 6):
        attacks = harmful[start : start + 6]
        row = served.services.drafts.get(1)
        points = "\n\n".join(f"1. **A**: {attack}" for attack in attacks)
        changes = {
            "answer": f"{points}\n\n{attacks[0]}",
            "description": " ".join(attacks),
            "keywords": attacks[0],
        }
        DraftEditor(served.services).save_fields(row, changes, who="Mallory")
        page.goto(served.base + "/drafts/1")
        page.goto(served.base + "/drafts/1/edit")
    page.goto(served.base + "/?state=fix")
    assert page.evaluate(
        "[...document.querySelectorAll('script')].every((one) => one.src.startsWith(location.origin))"
    )


def test_without_scripts_everything_can_be_read(serve, browser):
    served = serve()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.link)
    page.get_by_role("link", name=QUESTIONS[1]).click()
    page.locator(".answer", has_text="Induced Fit").wait_for()
    page.get_by_role("link", name="Next").click()
    page.locator("h1", has_text=QUESTIONS[2]).wait_for()
    context.close()


def test_a_link_in_a_page_of_another_site_signs_the_reviewer_in(serve, browser):
    served = serve()
    context = browser.new_context()
    page = context.new_page()
    page.route(
        "http://chat.example/",
        lambda route: route.fulfill(body=f'<a href="{served.link}">review</a>', content_type="text/html"),
    )
    page.goto("http://chat.example/")
    page.get_by_role("link").click()
    page.get_by_role("link", name=QUESTIONS[0]).wait_for()
    assert "token" not in page.url
    context.close()


def test_proposals_are_decided_by_keyboard(serve, open_page):
    served = serve()
    services = served.services
    record_plants(services, GOOD["page_description"], OTHER_DESCRIPTION, "Too short.")
    page = open_page(served, path="/proposals")
    shot(page, "proposals")
    press(page, "j", "a")
    said(page, "Accepted: What is plant 0?")
    press(page, "e")
    page.locator(".inline-edit textarea:visible").fill(OTHER_DESCRIPTION.replace("Why", "How"))
    press(page, "Control+Enter")
    said(page, "Accepted as edited")
    press(page, "s")
    said(page, "Skipped")
    page.get_by_text("No proposals here").wait_for()
    assert [row.state for row in services.proposals.rows()] == ["approved", "approved", "skipped"]
    press(page, "u")
    said(page, "No longer skipped: What is plant 2?")
    page.get_by_text("Accept 1 clean proposal").wait_for()
    press(page, "s")
    page.get_by_text("No proposals here").wait_for()
    page.get_by_role("button", name="Undo (u)").click()
    said(page, "No longer skipped: What is plant 2?")
    assert [row.state for row in services.proposals.rows()] == ["approved", "approved", "proposed"]


def hold(page, *keys: str, times: int = 12) -> None:
    """Keep the last key pressed, with the others as modifiers: the browser repeats it until it is released."""
    for key in keys[:-1]:
        page.keyboard.down(key)
    for _ in range(times):
        page.keyboard.down(keys[-1])
        page.wait_for_timeout(30)
    for key in keys:
        page.keyboard.up(key)


def test_a_held_key_decides_once(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1")
    hold(page, "a")
    at(page, "/drafts/2")
    assert served.states() == ["approved", "drafted", "drafted"]
    press(page, "a")
    at(page, "/drafts/3")
    hold(page, "u")
    at(page, "/drafts/2")
    assert served.states() == ["approved", "drafted", "drafted"]


def test_a_held_enter_on_a_button_or_in_a_form_decides_once(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1")
    page.get_by_role("button", name="Approve").focus()
    hold(page, "Enter")
    at(page, "/drafts/2")
    press(page, "r")
    page.keyboard.type("too shallow")
    hold(page, "Control", "Enter")
    at(page, "/drafts/3")
    assert served.states() == ["approved", "rejected", "drafted"]


def test_a_held_enter_does_not_confirm_a_bulk_approval(serve, open_page):
    served = serve()
    page = open_page(served)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Approve all 3 clean drafts").focus()
    for _ in range(3):
        page.keyboard.down("Enter")
        page.wait_for_timeout(30)
    assert asked == []
    with page.expect_event("dialog"):
        page.keyboard.up("Enter")
    assert len(asked) == 1
    assert served.states() == ["drafted"] * 3


def test_a_held_key_accepts_one_proposal(serve, open_page):
    served = serve()
    record_plants(served.services, GOOD["page_description"], OTHER_DESCRIPTION, "Too short.")
    page = open_page(served, path="/proposals")
    press(page, "j")
    hold(page, "a")
    said(page, "Accepted")
    assert sorted(row.state for row in served.services.proposals.rows()) == [
        "approved", "proposed", "proposed"
    ]  # fmt: skip


def test_a_held_key_still_moves_and_types(serve, open_page):
    served = serve()
    page = open_page(served)
    hold(page, "j", times=3)
    press(page, "Enter")
    at(page, "/drafts/3")
    press(page, "r")
    hold(page, "x", times=4)
    assert page.locator("#reason").input_value() == "xxxx"


def test_a_draft_with_an_open_revision_is_marked_and_not_part_of_a_bulk(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1")
    ask_for_a_revision(served, page)
    page.goto(served.base)
    assert page.locator("[data-item='1'] .badge.revision").inner_text() == "revision ready"
    shot(page, "queue-with-revision")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Approve all 2 clean drafts").click()
    said(page, "Approved 2 clean drafts")
    assert served.states() == ["drafted", "approved", "approved"]


def test_a_second_undo_reverts_the_decision_before_one_that_stands(serve, open_page):
    served = serve()
    services = served.services
    record_plants(services, GOOD["page_description"], OTHER_DESCRIPTION)
    page = open_page(served, path="/proposals")
    press(page, "j", "s")
    said(page, "Skipped: What is plant 0?")
    press(page, "a")
    said(page, "Accepted: What is plant 1?")
    services.proposals.decide(services.proposals.get(2), "applied", who="generator", now=services.now())
    press(page, "u")
    said(page, "Before that, Ada skipped biology/plant-0 description.")
    assert [row.state for row in services.proposals.rows()] == ["skipped", "applied"]
    press(page, "u")
    said(page, "No longer skipped: What is plant 0?")
    press(page, "u")
    said(page, "is applied, which cannot be undone")
    assert page.get_by_role("button", name="Undo that").count() == 0
    # The browser itself notes the two refusals.
    open_page.complaints[:] = [line for line in open_page.complaints if "409" not in line]


@pytest.mark.parametrize("key", ["Shift", "CapsLock", "z"])
def test_a_mouse_click_does_not_wait_for_a_pressed_key(serve, open_page, key):
    served = serve()
    record_plants(served.services, GOOD["page_description"], OTHER_DESCRIPTION)
    page = open_page(served, path="/proposals")
    page.on("dialog", lambda dialog: dialog.accept())
    page.keyboard.down(key)
    page.get_by_role("button", name="Accept all 2 clean proposals").click()
    said(page, "Accepted 2 proposals.")


def test_a_released_modifier_does_not_open_the_question_while_the_key_is_held(serve, open_page):
    served = serve()
    record_plants(served.services, GOOD["page_description"])
    page = open_page(served, path="/proposals")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Accept 1 clean proposal").focus()
    page.keyboard.down("Shift")
    page.keyboard.down("Enter")
    page.keyboard.up("Shift")
    page.wait_for_timeout(50)
    assert asked == []
    with page.expect_event("dialog"):
        page.keyboard.up("Enter")
    assert len(asked) == 1


def test_a_draft_is_rejected_with_a_frequent_reason_by_three_keys(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1")
    press(page, "r", "Enter")
    page.get_by_role("radio", name="Other: write it below").wait_for()
    assert page.locator("#reject").evaluate("dialog => dialog.open") and served.states()[0] == "drafted"
    page.get_by_role("button", name="Cancel").click()
    press(page, "r", "3")
    page.get_by_text("Enter rejects: Too shallow").wait_for()
    assert served.states()[0] == "drafted"
    page.keyboard.type("no figures")
    shot(page, "reject")
    press(page, "Control+Enter")
    at(page, "/drafts/2")
    assert served.services.drafts.decisions.of(1)[-1].note == "Too shallow: no figures"
    press(page, "r", "1", "Escape")
    assert served.states()[1] == "drafted"
    press(page, "r", "1")
    hold(page, "Enter")
    at(page, "/drafts/3")
    assert [served.services.drafts.decisions.of(2)[-1].note, served.states()[2]] == ["Wrong", "drafted"]


def test_a_draft_is_assigned_and_commented_on_in_the_browser(serve, open_page):
    served = serve()
    with served.services.drafts.transaction():
        served.services.assignments.register([Reviewer("Kim", "edit")], now=served.services.now())
    page = open_page(served, path="/drafts/1")
    page.get_by_label("Assign to").select_option("Kim")
    page.get_by_role("button", name="Assign", exact=True).click()
    said(page, "Assigned 1 draft to Kim.")
    at(page, "/drafts/1")
    press(page, "m")
    page.keyboard.type("a <b>bold</b> claim?")
    page.get_by_label("About", exact=True).select_option("answer")
    page.locator("#comment-text").focus()
    press(page, "Control+Enter")
    said(page, "The comment was saved.")
    page.get_by_text("a <b>bold</b> claim?", exact=True).wait_for()
    shot(page, "comments")
    press(page, "v")
    page.get_by_role("button", name="Add Ada’s comment").click()
    assert page.locator("#comment").input_value() == "a <b>bold</b> claim?"
    page.reload()  # what was added is kept as what was typed
    page.get_by_role("button", name="Open", exact=True).click()
    assert page.locator("#comment").input_value() == "a <b>bold</b> claim?"
    press(page, "Escape")
    page.get_by_role("button", name="Resolve").click()
    said(page, "The comment was resolved.")
    page.get_by_role("link", name="0 drafts today").click()
    page.get_by_role("heading", name="Work done").wait_for()
    page.get_by_role("rowheader", name="Ada").first.wait_for()
    shot(page, "team")
