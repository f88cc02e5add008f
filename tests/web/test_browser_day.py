"""A day of two reviewers in a real browser: 200 drafts are decided on, corrected, sampled, published and committed."""

import json
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from generator.config import REJECTION_REASONS
from generator.workflows.engine.progress import NoProgress
from generator.workflows.review.redrafts.redraft import RedraftRequest, redraft
from tests.support.browsing import REVISED, at, press, said, shot
from tests.support.nightly import NIGHTLY
from tests.support.replies import GOOD, Endpoint, completion, spoilt
from tests.support.repositories import git, site_repository
from tests.support.services import scripted_services

pytestmark = [
    pytest.mark.browser,
    pytest.mark.port,
    pytest.mark.skipif(not NIGHTLY, reason="a whole day of reviews: GENERATOR_NIGHTLY=1"),
    pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here"),
]

SUBSTANCES = (
    "glucose",
    "oxygen",
    "iron",
    "zinc",
    "calcium",
    "sodium",
    "potassium",
    "water",
    "protein",
    "fat",
)
ORGANS = (
    *("liver", "kidney", "heart", "lung", "skin", "bone", "tendon", "retina", "cornea", "cochlea"),
    *(
        "spleen",
        "pancreas",
        "bladder",
        "stomach",
        "intestine",
        "thyroid",
        "muscle",
        "nerve",
        "artery",
        "vein",
    ),
)
PAIRS = [(substance, organ) for substance in SUBSTANCES for organ in ORGANS]
QUESTIONS = tuple(f"How does the {organ} use {substance}?" for substance, organ in PAIRS)
MINE = "Mine: how the retina takes up glucose, what it does with it, and why it does harm when there is too little of it."
THEIRS = "retina, glucose, cones, rods, photoreceptors, glycolysis, retinal blood vessels, diabetes"
OWN_KEYWORDS = "retina, glucose, sight, rods"


def reply(substance: str, organ: str):
    """A good article with texts of its own."""
    return completion(
        spoilt(
            introduction=f"The {organ} uses {substance} in its own way. {GOOD['introduction']}",
            page_description=f"How the {organ} takes up {substance}, what it does with it, and why too little or too"
            " much of it does harm.",
        )
    )


@pytest.fixture
def served(serve, tmp_path):
    made = serve(*(reply(*pair) for pair in PAIRS), questions=QUESTIONS)
    site_repository(tmp_path)
    return made


@pytest.fixture
def ada(served, open_page):
    return _page(served, open_page)


@pytest.fixture
def grace(served, open_page):
    return _page(served, open_page, link=served.link_of_grace)


def _page(served, open_page, **options):
    page = open_page(served, **options)
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def state(served, number: int) -> str:
    return served.services.drafts.get(number).state


def note(served, number: int) -> str:
    """What the last decision says."""
    return served.services.drafts.decisions.of(number)[-1].note


def test_two_reviewers_decide_on_200_drafts_and_publish_them(served, ada, grace, open_page, tmp_path):
    assert Counter(served.states()) == {"drafted": 200}
    decide_one_by_one(served, ada)
    merge_two_edits(served, ada, grace)
    set_aside_comment_and_assign(served, ada, grace)
    decide_on_a_selection(served, ada)
    redraft_one(served, ada, tmp_path)
    sample_and_release(served, grace)
    approve_the_rest(served, ada)
    publish(served, grace, tmp_path)
    # Only the stale save was refused.
    assert [line for line in open_page.complaints if "409" in line] == open_page.complaints[:1]
    open_page.complaints.clear()


def decide_one_by_one(served, page) -> None:
    """Drafts 1 to 3: approved and undone, approved, rejected for a reason with a digit and undone, rejected."""
    press(page, "j", "Enter")
    at(page, "/drafts/1")
    press(page, "a")
    at(page, "/drafts/2")
    press(page, "u")
    at(page, "/drafts/1")
    said(page, f"No longer approved: {QUESTIONS[0]}")
    assert state(served, 1) == "drafted"
    press(page, "a")
    at(page, "/drafts/2")
    for _ in range(2):
        assert state(served, 2) == "drafted"
        press(page, "r", "2", "Enter")
        at(page, "/drafts/3")
        assert state(served, 2) == "rejected"
        assert note(served, 2) == REJECTION_REASONS[1]
        press(page, "u")
        at(page, "/drafts/2")
        said(page, f"No longer rejected: {QUESTIONS[1]}")
    press(page, "r")
    page.keyboard.type("Off the question.")
    press(page, "Control+Enter")
    at(page, "/drafts/3")
    assert note(served, 2) == "Off the question."


def merge_two_edits(served, ada, grace) -> None:
    """Draft 8: both change it at once; the text that is saved has the description of one, the keywords of the other."""
    for page in (ada, grace):
        page.goto(f"{served.base}/drafts/8/edit")
    ada.locator("#f-description").fill(MINE)
    ada.locator("#f-keywords").fill(OWN_KEYWORDS)
    grace.locator("#f-keywords").fill(THEIRS)
    press(grace, "Control+Enter")
    at(grace, "/drafts/8")
    press(ada, "Control+Enter")
    dialog = ada.locator("#merge[open]")
    dialog.get_by_text("Both of you changed 1 field").wait_for()
    shot(ada, "day-merge")
    dialog.locator("[data-name=keywords]").get_by_label("Theirs").check()
    press(ada, "Control+Enter")
    at(ada, "/drafts/8")
    said(ada, "Saved.")
    assert ada.locator(".chips li").all_inner_texts() == THEIRS.split(", ")
    assert MINE[:60] in ada.locator(".serp-text").first.inner_text()
    who = [decision.who for decision in served.services.drafts.decisions.of(8)]
    assert who[-2:] == ["Grace", "Ada"]
    press(ada, "h")
    at(ada, "/drafts/8/versions")
    assert ada.locator(".versions tbody tr").count() == 3
    shot(ada, "day-versions")


def set_aside_comment_and_assign(served, ada, grace) -> None:
    """Draft 10 is set aside, brought back by undo, and set aside for good; 11 has a comment and is assigned."""
    page = grace
    for is_undone in (True, False):
        page.goto(f"{served.base}/drafts/10")
        press(page, "l")
        page.keyboard.type("ask a physician")
        press(page, "Control+Enter")
        at(page, "/drafts/11")
        assert set(served.services.set_aside.all()) == {10}
        if is_undone:
            press(page, "u")
            at(page, "/drafts/10")
            assert served.services.set_aside.all() == {}
    page.goto(f"{served.base}/drafts/11")
    press(page, "m")
    page.keyboard.type("Ada, is the first sentence right?")
    press(page, "Control+Enter")
    page.locator(".comments .text", has_text="is the first sentence right?").wait_for()
    page.locator("#assignee").select_option("Ada")
    page.get_by_role("button", name="Assign", exact=True).click()
    said(page, "Assigned 1 draft to Ada.")
    ada.goto(f"{served.base}/?assigned=Ada&comments=open")
    assert ada.locator("[data-item]").count() == 1
    press(ada, "j", "Enter")
    at(ada, "/drafts/11")
    ada.get_by_role("button", name="Resolve").click()
    ada.locator(".comments .resolved").wait_for()
    assert served.services.comments.open_of([11]) == {}


def decide_on_a_selection(served, page) -> None:
    """Drafts 3 to 7 are approved together, undone, and approved again."""
    for is_undone in (True, False):
        page.goto(f"{served.base}/?at=3")
        press(page, "x", *["Shift+J"] * 4)
        shot(page, "day-selection")
        press(page, "a")
        said(page, "Approved: 5 drafts.")
        assert [state(served, number) for number in range(3, 8)] == ["approved"] * 5
        if is_undone:
            press(page, "u")
            said(page, "No longer approved: 5 drafts")
            assert [state(served, number) for number in range(3, 8)] == ["drafted"] * 5


def redraft_one(served, page, folder) -> None:
    """Draft 9 is queued with a note and drafted again."""
    page.goto(f"{served.base}/?at=9")
    press(page, "x")
    page.get_by_role("button", name="Redraft", exact=True).click()
    page.keyboard.type("Say what the cornea does.")
    press(page, "Control+Enter")
    said(page, "Queued 1 draft.")
    endpoint = Endpoint(completion(REVISED))

    def run():
        services = scripted_services(folder, endpoint)
        try:
            return redraft(services, RedraftRequest(reviewer="Ada"), NoProgress())
        finally:
            services.close()

    # The browser keeps a loop on this thread, and drafting runs one of its own.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(run).result().drafting.error is None
    assert "Say what the cornea does." in endpoint.requests[0]["messages"][-1]["content"]
    page.goto(f"{served.base}/drafts/9")
    page.locator(".answer", has_text="Without enzymes").wait_for()
    assert state(served, 9) == "drafted"
    press(page, "a")
    page.wait_for_url(lambda url: "/drafts/9" not in url)
    assert state(served, 9) == "approved"


def sample_and_release(served, page) -> None:
    """The drafts about potassium are a lot: its sample is read, one judgement is undone, and the lot is released."""
    page.goto(f"{served.base}/?q=potassium")
    page.get_by_role("button", name="Sample this list").click()
    at(page, "/samples/1")
    shot(page, "day-lot")
    drawn = page.locator(".rows [data-item]").count()
    press(page, "s")
    page.get_by_text(f"draft 1 of {drawn}").wait_for()
    press(page, "1")
    said(page, "Judged fine")
    press(page, "u")
    said(page, "No longer judged fine")
    for number in range(1, drawn + 1):
        page.get_by_text(f"draft {number} of {drawn}").wait_for()
        press(page, "1")
        page.get_by_text(f"draft {number} of {drawn}").wait_for(state="detached")
    said(page, "lot 1 can be released")
    press(page, "R")
    said(page, "Approved 20 drafts of lot 1.")
    press(page, "u")
    said(page, "No longer approved: 20 drafts")
    page.goto(f"{served.base}/samples/1")
    press(page, "R")
    said(page, "Approved 20 drafts of lot 1.")
    shot(page, "day-released")


def approve_the_rest(served, page) -> None:
    """All clean drafts of the list are approved at once; only the draft that is set aside is left."""
    page.goto(f"{served.base}/")
    page.locator('[data-action="approve-clean"]').click()
    said(page, "Approved")
    for row in list(served.services.drafts.all(("drafted",))):
        if row.id != 10:
            assert not row.is_clean
            page.goto(f"{served.base}/drafts/{row.id}")
            press(page, "a")
            said(page, f"Approved: {row.question}")
    assert Counter(served.states()) == {"approved": 198, "drafted": 1, "rejected": 1}
    assert (state(served, 2), state(served, 10)) == ("rejected", "drafted")


def publish(served, page, folder) -> None:
    """What is approved is published from the page and committed."""
    page.goto(f"{served.base}/publish")
    press(page, "p")
    page.get_by_text("198 will be published").wait_for(timeout=60_000)
    shot(page, "day-plan")
    press(page, "P")
    page.locator("#messages", has_text="Published 198 articles. Committed as").wait_for(timeout=60_000)
    assert Counter(served.states()) == {"published": 198, "drafted": 1, "rejected": 1}
    published = {row.id: row for row in served.services.drafts.all(("published",))}
    assert 10 not in published
    files = {file.relative_to(folder).as_posix() for file in (folder / "content").rglob("*.md")}
    assert len(files) == 198
    merged = (folder / "content" / f"{published[8].key}.md").read_text(encoding="utf-8")
    assert MINE in merged and "photoreceptors" in merged
    lines = [
        json.loads(line) for line in (folder / "output" / "published.jsonl").read_text("utf-8").splitlines()
    ]
    assert len(lines) == 198 and {line["reviewer"] for line in lines} == {"Ada", "Grace"}
    kinds = Counter(line["release"]["kind"] for line in lines)
    assert kinds["sampled"] == 20 and kinds["bulk"] > 100
    assert git(folder, "log", "--format=%s").count("\n") == 2
    assert set(git(folder, "show", "--name-only", "--format=", "HEAD").split()) == files
    assert git(folder, "status", "--porcelain", "content") == ""
