"""The pages of the review page in every state that looks different, for tests that look at all of them.

A new page or state is one line in ``STATES``.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from generator.content.findings import Finding
from generator.services import Services
from generator.store.ledger.drafts.rows import DraftRow
from generator.store.ledger.duplicates.clusters import ClusterPage, FoundCluster
from generator.workflows.review.decisions.decide import approve_drafts, reject_drafts
from generator.workflows.review.decisions.later import LaterDrafts
from generator.workflows.review.editing.editor import DraftEditor
from generator.workflows.review.editing.revise import ReviseRequest, revise_draft
from generator.workflows.review.team.assign import SeenDraft, assign_drafts
from generator.workflows.review.team.comments import DraftComments
from tests.support.browsing import BAD, OTHER_DESCRIPTION, ReviewServer
from tests.support.claims import SENTENCE, check
from tests.support.drafts import QUESTIONS, WHO, draft_of, draft_questions, hold
from tests.support.lots import judge, new_lot
from tests.support.proposals import TEXT, propose_for_page, record
from tests.support.replies import GOOD, Endpoint, completion, declined
from tests.support.repositories import site_repository
from tests.support.services import scripted_services

WARNING = Finding(
    "description-call", "warning", "page_description", "begins with “Learn”; state what the page answers"
)
MORE_QUESTIONS = ("How do enzymes fold?", "Which metals do enzymes hold?")
OTHER_QUESTIONS = (
    "What does the figure show?",
    "Why do volcanoes erupt?",
    "How does the moon cause a tide?",
    "When is the tide of a river highest?",
)
FORMULAS = "The sum is $\\sum_{i=1}^n x_i$ and $\\substack{a \\\\ b}$, in a box:\n\n$$\n\\boxed{E = mc^2}\n$$"


class PageState(NamedTuple):
    """A page in a state.

    Attributes:
        path: the address of the page.
        keys: what is pressed then.
        shows: the selector of what is visible afterwards.
        click: the name of a button that is pressed after the keys.
        before: what is done on the page before the keys are pressed.
    """

    name: str
    path: str
    keys: Sequence[str] = ()
    shows: str = "main"
    click: str = ""
    before: Callable[[Any, ReviewServer], None] | None = None


def _conflict(page: Any, served: ReviewServer) -> None:
    """Edit the draft of the page in the browser, and then as somebody else."""
    services = served.services
    row = services.drafts.get(int(page.locator("body").get_attribute("data-draft")))
    page.locator("#f-description").fill(OTHER_DESCRIPTION)
    keywords = ", ".join(GOOD["page_keywords"][: 6 + row.lock % 3])
    other = GOOD["page_description"].replace("Enzymes", f"In {row.lock} ways enzymes")
    DraftEditor(services).save_fields(row, {"keywords": keywords, "description": other}, who="Grace")


def _sign_in_as_editor(page: Any, served: ReviewServer) -> None:
    page.goto(f"{served.link_of_edith}&state=all")


STATES = (
    PageState("queue", "/", shows=".rows"),
    PageState("queue with findings", "/?state=fix", shows=".finding-list"),
    PageState("queue with a current draft", "/", ["j"], ".current"),
    PageState("queue, filtered", "/?q=enzymes&sort=newest", shows=".clear"),
    PageState("queue, nothing found", "/?q=nothing", shows=".empty"),
    PageState("queue, empty", "/?state=published", shows=".empty"),
    PageState("queue, all", "/?state=all", shows=".rows"),
    PageState("queue, later", "/?state=later", shows=".rows .aside"),
    PageState("queue with a selection", "/", ["j", "x", "Shift+J"], ".selected:not([hidden])"),
    PageState("queue, rejection of a selection", "/", ["j", "x", "r"], "#bulk-reject[open]"),
    PageState("queue, selection for later", "/", ["j", "x", "l"], "#later[open]"),
    PageState("queue, assignment of a selection", "/", ["j", "x"], "#bulk-assign[open]", "Assign"),
    PageState("queue, redraft of a selection", "/", ["j", "x"], "#bulk-redraft[open]", "Redraft"),
    PageState("draft that needs a fix", "/drafts/1", shows=".finding-ref"),
    PageState("draft with claims and formulas", "/drafts/2", shows=".claims"),
    PageState("draft at a claim", "/drafts/2", ["n"], "[data-open]:focus"),
    PageState("draft, approved", "/drafts/3", shows=".state.approved"),
    PageState("draft, rejected", "/drafts/4", shows=".state.rejected"),
    PageState("draft with a revision", "/drafts/5", shows=".notice.revision"),
    PageState("draft near a published page", "/drafts/6", shows=".similar-article"),
    PageState("draft without an article", "/drafts/7?state=none", shows="[data-key=w]"),
    PageState("redraft", "/drafts/7?state=none", ["d"], "#redraft[open]"),
    PageState("write", "/drafts/7/write", shows="#write"),
    PageState("draft, set aside", "/drafts/8", shows=".bar [data-url*='/back']"),
    PageState("draft with comments", "/drafts/2", ["m"], ".comment-form :focus"),
    PageState("versions", "/drafts/2/versions", shows=".versions"),
    PageState("versions, compared", "/drafts/2/versions?from=1&to=2", shows=".field-diff del"),
    PageState("samples", "/samples", shows=".rows"),
    PageState("sample", "/samples/1", shows=".rows .judgement"),
    PageState("sampled draft", "/samples/1/next", shows=".sample"),
    PageState("sampled draft, serious fault", "/samples/1/next", ["3"], "#serious[open]"),
    PageState("team", "/team", shows="table"),
    PageState("keys", "/drafts/2", ["?"], "#keys[open]"),
    PageState("rejection", "/drafts/2", ["r"], "#reject[open]"),
    PageState("rejection with a reason", "/drafts/2", ["r", "1"], "#reject-summary:not(:empty)"),
    PageState("later", "/drafts/2", ["l"], "#later[open]"),
    PageState("request of a revision", "/drafts/2", ["v"], "#revise[open]"),
    PageState("message", "/drafts/1", ["a"], ".message-line"),
    PageState("edit", "/drafts/2/edit", shows="#edit"),
    PageState("edit with findings", "/drafts/1/edit", shows="#live-findings .error"),
    PageState("conflict of two edits", "/drafts/2/edit", ["Control+Enter"], "#merge[open]", before=_conflict),
    PageState("revision", "/drafts/5/revision", shows=".field-diff"),
    PageState("proposals", "/proposals", shows=".before-after"),
    PageState("proposals, article beside", "/proposals", ["j"], ".article-beside[open] .answer"),
    PageState("proposals, edit", "/proposals", ["j", "e"], ".inline-edit:not([hidden])"),
    PageState("proposals, plan", "/proposals?state=approved", ["p"], "#apply-plan > *"),
    PageState("proposals, empty", "/proposals?state=applied", shows=".empty"),
    PageState("duplicates", "/duplicates", shows=".cluster-pages"),
    PageState("duplicates, empty", "/duplicates?state=rejected", shows=".empty"),
    PageState("publish", "/publish", shows="#publish"),
    PageState("publish, plan", "/publish", ["p"], "#plan table"),
    PageState("no such draft", "/drafts/999", shows=".empty"),
    PageState("no such page", "/nowhere", shows=".empty"),
    PageState("queue of an editor", "/", shows=".rows", before=_sign_in_as_editor),
    PageState("draft of an editor", "/drafts/2", shows=".assignment"),
    PageState("edit of an editor", "/drafts/2/edit", shows="#edit"),
    PageState("team, of an editor", "/team", shows="main"),
    PageState("sign in with a wrong link", "/?token=wrong", shows="h1"),
)


def open_state(page: Any, served: ReviewServer, state: PageState) -> None:
    """Open a page and bring it into its state. The states after that of an editor's queue are those of the editor."""
    page.goto(served.base + state.path)
    if state.before:
        state.before(page, served)
    for key in state.keys:
        page.keyboard.press(key)
    if state.click:
        page.get_by_role("button", name=state.click, exact=True).click()
    page.locator(state.shows).first.wait_for()


def server_of_states(folder: Path) -> ReviewServer:
    """A review page with the drafts, proposals and clusters that ``STATES`` shows."""
    questions = (*QUESTIONS, *MORE_QUESTIONS)
    replies = [*[completion(BAD)] * 3, *[completion(GOOD)] * (len(questions) - 1)]
    server = ReviewServer(folder, *replies, questions=questions)
    try:
        _in_a_thread(_fill, server.services, folder)
    except BaseException:
        server.close()
        raise
    return server


def _in_a_thread(do: Callable[..., None], *args: object) -> None:
    # Playwright keeps a loop on this thread, and drafting runs one of its own.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(do, *args).result()


def _fill(services: Services, folder: Path) -> None:
    second = draft_of(services, QUESTIONS[1])
    answer = (
        f"{GOOD['introduction']}\n\n1. **Heat**: {SENTENCE} degrees.\n\n{FORMULAS}\n\n{GOOD['conclusion']}"
    )
    DraftEditor(services).save_fields(second, {"answer": answer}, who=WHO)
    check(services, second.key or "", rules_only=True)
    approve_drafts(services, [draft_of(services, QUESTIONS[2]).key or ""], reviewer=WHO)
    reject_drafts(
        services, [draft_of(services, MORE_QUESTIONS[0]).key or ""], reason="too shallow", reviewer=WHO
    )
    revise_draft(services, ReviseRequest(MORE_QUESTIONS[1], "Say enzymes.", reviewer=WHO))
    hold(folder)
    _draft_more(folder)
    _share(services, draft_of(services, QUESTIONS[1]))
    propose_for_page(services, "What do roots do?", TEXT)
    propose_for_page(services, "Why do leaves turn?", OTHER_DESCRIPTION, id=2)
    services.proposals.decide(services.proposals.get(2), "approved", who=WHO, now=services.now())
    record(services.proposals, "biology/roots")
    record(services.proposals, "biology/stems", new=OTHER_DESCRIPTION, findings=[WARNING])
    pages = tuple(
        ClusterPage(f"biology/{name}", f"What is {name}?", "Biology", None, 1.0, 100, 0)
        for name in ("osmosis", "diffusion")
    )
    cluster = FoundCluster(pages, pages[0].key, "oldest id", "near_question", "look at it")
    services.clusters.record([cluster], now=services.now())

    site_repository(folder)


def _draft_more(folder: Path) -> None:
    """A question without an article, a draft for later, and two drafts of a lot."""
    replies = [completion(declined("The figure is not given.")), *[completion(GOOD)] * 3]
    services = scripted_services(folder, Endpoint(*replies))
    try:
        outcome = draft_questions(services, *OTHER_QUESTIONS, near="ignore")
        assert outcome.error is None
        later = draft_of(services, OTHER_QUESTIONS[1])
        LaterDrafts(services).set_aside([later], until="", note="ask Grace", who=WHO)
        new_lot(services, text="tide")
        judge(services, "fine")
    finally:
        services.close()


def _share(services: Services, row: DraftRow) -> None:
    """Assign a draft to the editor, with a comment that is open and one that is resolved."""
    assert assign_drafts(services, [SeenDraft(row.id, row.lock)], "Edith", who=WHO).drafts
    comments = DraftComments(services)
    comments.add(row, "Is the temperature right?", who="Grace", field="answer")
    comments.resolve(row, comments.add(row, "Shorter, please.", who=WHO).id, who="Grace")
