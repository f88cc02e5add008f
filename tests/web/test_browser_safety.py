"""In a real browser: nothing typed is lost, and two people at one draft see each other's changes."""

import pytest

from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.editing.editor import DraftEditor
from tests.support.browsing import BAD, OTHER_DESCRIPTION, at, press, said, shot
from tests.support.drafts import QUESTIONS
from tests.support.proposals import record_plants
from tests.support.replies import GOOD, completion

pytestmark = [pytest.mark.browser, pytest.mark.port]

TYPED = GOOD["page_description"].replace("How", "Why")


def kept(page) -> list[str]:
    """The names of the fields whose text the browser keeps."""
    keys = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('typed|'))")
    return sorted(key.rsplit("|", 1)[1] for key in keys)


def reload(page) -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()


def edited(served, number=1, who="Grace", **changes):
    """The draft after somebody else's edit."""
    services = served.services
    return DraftEditor(services).save_fields(services.drafts.get(number), changes, who=who)


def without_refusals(open_page, *codes: str) -> None:
    """Forget what the browser itself notes about refused requests."""
    open_page.complaints[:] = [
        line for line in open_page.complaints if not any(code in line for code in codes)
    ]


def test_an_unsaved_edit_is_restored_after_a_reload_and_forgotten_when_saved(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1/edit")
    page.locator("#f-description").fill(OTHER_DESCRIPTION)
    page.locator("input[name=no_index]").check()
    reload(page)
    page.locator(".kept", has_text="Your unsaved text of just now was restored.").wait_for()
    shot(page, "edit-restored")
    assert page.locator("#f-description").input_value() == OTHER_DESCRIPTION
    assert page.locator("input[name=no_index]").is_checked()
    page.locator("#f-description").press("Control+Enter")
    at(page, "/drafts/1")
    said(page, "Saved.")
    assert kept(page) == []
    page.goto(served.base + "/drafts/1/edit")
    assert page.locator(".kept").count() == 0


def test_restored_text_can_be_discarded(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1/edit")
    before = page.locator("#f-keywords").input_value()
    page.locator("#f-keywords").fill("one, two")
    reload(page)
    page.get_by_role("button", name="Discard").click()
    assert page.locator("#f-keywords").input_value() == before
    assert (kept(page), page.locator(".kept").count()) == ([], 0)


def test_what_was_typed_survives_the_death_of_the_server(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1/edit")
    page.locator("#f-description").fill(OTHER_DESCRIPTION)
    served.close()
    page.locator("#f-description").press("Control+Enter")
    said(page, "The review server cannot be reached")
    again = serve(port=served.port)
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(again.base + "/drafts/1")
    page.get_by_role("button", name="Go on editing").click()
    at(page, "/drafts/1/edit")
    assert page.locator("#f-description").input_value() == OTHER_DESCRIPTION
    page.locator("#f-description").press("Control+Enter")
    said(page, "Saved.")
    without_refusals(open_page, "ERR_CONNECTION_REFUSED", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET")


def test_comments_reasons_claims_and_proposals_are_kept_too(serve, open_page):
    served = serve()
    record_plants(served.services, GOOD["page_description"])
    page = open_page(served, path="/drafts/1")
    press(page, "r")
    page.keyboard.type("Too shallow")
    press(page, "Escape")
    page.locator("#reject").wait_for(state="hidden")
    press(page, "v")
    page.locator("#revise[open]").wait_for()
    page.keyboard.type("shorter")
    reload(page)
    assert kept(page) == ["comment", "reason"]
    page.locator("main .kept", has_text="Ask the model to revise").get_by_role("button", name="Open").click()
    assert page.locator("#comment").input_value() == "shorter"
    shot(page, "dialog-restored")
    press(page, "Escape")
    page.locator("#revise").wait_for(state="hidden")
    press(page, "r")
    assert page.locator("#reason").input_value() == "Too shallow"
    page.goto(served.base + "/proposals")
    press(page, "j", "e")
    page.locator(".inline-edit textarea").fill("Half a tex")
    reload(page)
    assert page.locator(".inline-edit textarea").input_value() == "Half a tex"


def test_an_error_is_shown_in_the_open_dialog(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1")
    press(page, "r")
    page.keyboard.type("wrong")
    edited(served, keywords="enzymes, catalysts")
    press(page, "Control+Enter")
    alert = page.locator("#reject [role=alert]")
    alert.wait_for()
    assert "was changed since" in alert.inner_text()
    assert page.evaluate("document.activeElement.closest('#reject [role=alert]') !== null")
    assert page.locator("#reason").input_value() == "wrong"
    shot(page, "error-in-dialog")
    alert.get_by_role("button", name="Reload").click()
    page.locator("main .kept", has_text="Reject").wait_for()
    without_refusals(open_page, "409")


def test_another_persons_change_is_announced_with_a_comparison(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1")
    edited(served, description=OTHER_DESCRIPTION)
    banner = page.locator(".changed")
    banner.wait_for()
    assert "Grace edited this draft just now" in banner.inner_text()
    shot(page, "changed-by-another")
    banner.get_by_role("button", name="Compare").click()
    at(page, "/drafts/1/versions")
    assert page.locator("section.field-diff h3").all_inner_texts() == ["Description"]
    shot(page, "versions", full_page=True)
    row = page.get_by_role("row", name="written by the model")
    choice, place = row.get_by_label("From version 1").bounding_box(), row.bounding_box()
    assert place["y"] < choice["y"] < place["y"] + place["height"]
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("row", name="written by the model").get_by_role("button", name="Restore").click()
    at(page, "/drafts/1")
    said(page, "Version 1 was restored.")
    press(page, "u")
    said(page, "The restoring of an earlier version was undone")


def test_two_people_see_each_other_at_a_draft(serve, open_page):
    served = serve()
    grace = open_page(served, link=served.link_of_grace, path="/drafts/1")
    page = open_page(served, path="/drafts/1")
    page.locator(".here-line", has_text="Grace is here").wait_for()
    shot(page, "another-is-here")
    page.goto(served.base + "/")
    assert page.locator("[data-item='1'] .badge.here").inner_text() == "Grace is here"
    shot(page, "queue-with-hold")
    page.goto(served.base + "/drafts/1")
    grace.goto(served.base + "/")
    page.locator(".here-line", has_text="Grace").wait_for(state="hidden")


def test_a_stale_save_shows_both_texts_and_saves_the_chosen_ones(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1/edit")
    answer = page.locator("#f-answer")
    answer.fill(answer.input_value() + " And so it ends.")
    page.locator("#f-description").fill(TYPED + " Mine.")
    edited(served, description=OTHER_DESCRIPTION, keywords=", ".join(GOOD["page_keywords"][:6]))
    press(page, "Control+Enter")
    dialog = page.locator("#merge[open]")
    dialog.wait_for()
    assert "Grace edited this draft" in dialog.locator("#merge-title").inner_text()
    choices = {
        name: dialog.locator(f"[name=pick-{name}]:checked").get_attribute("value")
        for name in ("answer", "description", "keywords")
    }
    assert choices == {"answer": "mine", "description": "mine", "keywords": "theirs"}
    assert dialog.locator(".badge").count() == 1
    shot(page, "stale-save")
    description = dialog.locator("[data-name=description]")
    description.get_by_label("Theirs").check()
    assert description.locator("textarea").input_value() == OTHER_DESCRIPTION
    description.locator("textarea").fill(OTHER_DESCRIPTION[:-1] + "!")
    assert dialog.locator("[name=pick-description]:checked").count() == 0
    assert page.locator("#f-description").input_value() == OTHER_DESCRIPTION[:-1] + "!"
    press(page, "Control+Enter")
    at(page, "/drafts/1")
    said(page, "Saved.")
    assert page.locator(".answer", has_text="And so it ends.").count() == 1
    assert page.locator(".serp-text", has_text="on one side!").count() == 1
    assert page.locator(".chips li").count() == 6
    assert kept(page) == []
    without_refusals(open_page, "409")


def test_text_that_was_typed_on_an_earlier_version_is_compared_before_it_is_saved(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1/edit")
    page.locator("#f-description").fill("Mine. " + TYPED)
    edited(served, description=OTHER_DESCRIPTION)
    reload(page)
    page.locator(".kept", has_text="The saved text has changed since.").wait_for()
    press(page, "Control+Enter")
    page.locator("#merge[open] .badge", has_text="changed by both").wait_for()
    assert "Grace" in page.locator("#merge-title").inner_text()
    edited(served, keywords="enzymes, catalysts")
    press(page, "Control+Enter")
    page.locator("#merge[open] [data-name=keywords]").wait_for()
    press(page, "Control+Enter")
    at(page, "/drafts/1")
    assert page.locator(".serp-text", has_text="Mine.").count() == 2
    without_refusals(open_page, "409")


def test_a_stale_edit_of_a_proposal_keeps_both_texts(serve, open_page):
    served = serve()
    services = served.services
    record_plants(services, GOOD["page_description"])
    page = open_page(served, path="/proposals")
    press(page, "j", "e")
    page.locator(".inline-edit textarea").fill(OTHER_DESCRIPTION)
    for state in ("skipped", "proposed"):
        services.proposals.decide(services.proposals.get(1), state, who="Grace", now=services.now())
    press(page, "Control+Enter")
    page.locator(".compared", has_text="Grace decided on this proposal").wait_for()
    shot(page, "stale-proposal")
    assert page.locator(".inline-edit textarea").input_value() == OTHER_DESCRIPTION
    page.get_by_role("button", name="Accept my text instead").click()
    said(page, "Accepted as edited")
    assert services.proposals.get(1).new == OTHER_DESCRIPTION
    without_refusals(open_page, "409")


def test_save_and_approve_is_one_key_and_says_what_is_in_the_way(serve, open_page):
    served = serve(*[completion(BAD)] * 3, completion(GOOD), completion(GOOD))
    page = open_page(served, path="/drafts/1/edit?state=fix")
    assert page.locator("[data-counts=description] .field-count").inner_text() == "1 error"
    shot(page, "edit-counts")
    page.locator("[data-counts=description] .field-count").click()
    assert page.evaluate("document.activeElement.dataset.field") == "seo.page_description"
    page.locator("#f-description").fill(GOOD["page_description"])
    press(page, "Control+Shift+Enter")
    said(page, "Saved. Not approved:")
    at(page, "/drafts/1")
    press(page, "e")
    answer = page.locator("#f-answer")
    answer.fill(answer.input_value().replace(" The gathered information shows it: $E = mc^2$.", ""))
    page.locator("[data-counts=answer] .error").wait_for(state="hidden")
    press(page, "Control+Shift+Enter")
    said(page, "Saved and approved")
    assert served.states()[0] == "approved"


def test_the_edit_form_keeps_the_place(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1/edit", height=500)
    page.locator("#f-answer").focus()
    page.evaluate("document.querySelector('#f-answer').setSelectionRange(40, 45)")
    page.keyboard.type("x")
    press(page, "Control+Enter")
    at(page, "/drafts/1")
    press(page, "e")
    at(page, "/drafts/1/edit")
    assert page.evaluate("[document.activeElement.id, document.activeElement.selectionStart]") == [
        "f-answer",
        41,
    ]


def test_a_save_is_undone_by_its_button(serve, open_page):
    served = serve()
    DraftDecisions(served.services).approve(served.services.drafts.get(2), who="Ada")
    page = open_page(served, path="/drafts/1/edit")
    page.locator("#f-description").fill(OTHER_DESCRIPTION)
    press(page, "Control+Enter")
    said(page, "Saved.")
    press(page, "u")
    said(page, f"The edit was undone: {QUESTIONS[0]}")
    assert page.locator(".serp-text", has_text=OTHER_DESCRIPTION).count() == 0
    assert served.states()[1] == "approved"
