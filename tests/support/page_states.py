"""The pages of the review page in every state that looks different, for tests that look at all of them.

A new page or state is one line in ``STATES``.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from generator.content.findings import Finding
from generator.services import Services
from generator.store.ledger.duplicates.clusters import ClusterPage, FoundCluster
from generator.workflows.review.decisions.decide import approve_drafts, reject_drafts
from generator.workflows.review.editing.editor import DraftEditor
from generator.workflows.review.editing.revise import ReviseRequest, revise_draft
from tests.support.browsing import BAD, OTHER_DESCRIPTION, ReviewServer
from tests.support.claims import SENTENCE, check
from tests.support.drafts import QUESTIONS, WHO, draft_of, hold
from tests.support.proposals import record
from tests.support.replies import GOOD, completion

WARNING = Finding(
    "description-call", "warning", "page_description", "begins with “Learn”; state what the page answers"
)
MORE_QUESTIONS = ("How do enzymes fold?", "Which metals do enzymes hold?")
FORMULAS = "The sum is $\\sum_{i=1}^n x_i$ and $\\substack{a \\\\ b}$, in a box:\n\n$$\n\\boxed{E = mc^2}\n$$"


class PageState(NamedTuple):
    """A page in a state.

    Attributes:
        path: the address of the page.
        keys: what is pressed then.
        shows: the selector of what is visible afterwards.
    """

    name: str
    path: str
    keys: Sequence[str] = ()
    shows: str = "main"


STATES = (
    PageState("queue", "/", shows=".rows"),
    PageState("queue with findings", "/?state=fix", shows=".finding-list"),
    PageState("queue with a current draft", "/", ["j"], ".current"),
    PageState("queue, filtered", "/?q=enzymes&sort=newest", shows=".clear"),
    PageState("queue, nothing found", "/?q=nothing", shows=".empty"),
    PageState("queue, empty", "/?state=published", shows=".empty"),
    PageState("queue, all", "/?state=all", shows=".rows"),
    PageState("draft that needs a fix", "/drafts/1", shows=".finding-ref"),
    PageState("draft with claims and formulas", "/drafts/2", shows=".claims"),
    PageState("draft at a claim", "/drafts/2", ["n"], "[data-open]:focus"),
    PageState("draft, approved", "/drafts/3", shows=".state.approved"),
    PageState("draft, rejected", "/drafts/4", shows=".state.rejected"),
    PageState("draft with a revision", "/drafts/5", shows=".notice.revision"),
    PageState("draft near a published page", "/drafts/6", shows=".similar-article"),
    PageState("keys", "/drafts/2", ["?"], "#keys[open]"),
    PageState("rejection", "/drafts/2", ["r"], "#reject[open]"),
    PageState("request of a revision", "/drafts/2", ["v"], "#revise[open]"),
    PageState("message", "/drafts/1", ["a"], ".message-line"),
    PageState("edit", "/drafts/2/edit", shows="#edit"),
    PageState("edit with findings", "/drafts/1/edit", shows="#live-findings .error"),
    PageState("revision", "/drafts/5/revision", shows=".field-diff"),
    PageState("proposals", "/proposals", shows=".before-after"),
    PageState("proposals, edit", "/proposals", ["j", "e"], ".inline-edit:not([hidden])"),
    PageState("proposals, empty", "/proposals?state=applied", shows=".empty"),
    PageState("duplicates", "/duplicates", shows=".cluster-pages"),
    PageState("duplicates, empty", "/duplicates?state=rejected", shows=".empty"),
    PageState("publish", "/publish", shows="#publish"),
    PageState("publish, plan", "/publish", ["p"], "#plan table"),
    PageState("no such draft", "/drafts/999", shows=".empty"),
    PageState("no such page", "/nowhere", shows=".empty"),
)


def open_state(page, base: str, state: PageState) -> None:
    """Open a page and bring it into its state."""
    page.goto(base + state.path)
    for key in state.keys:
        page.keyboard.press(key)
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
    record(services.proposals, "biology/roots")
    record(services.proposals, "biology/stems", new=OTHER_DESCRIPTION, findings=[WARNING])
    pages = tuple(
        ClusterPage(f"biology/{name}", f"What is {name}?", "Biology", None, 1.0, 100, 0)
        for name in ("osmosis", "diffusion")
    )
    cluster = FoundCluster(pages, pages[0].key, "oldest id", "near_question", "look at it")
    services.clusters.record([cluster], now=services.now())
