"""Published pages that tests have written again: pages with fields of a CMS, rewrites of them, and their replies."""

from pathlib import Path
from typing import Any

from generator.content.frontmatter import patch, read
from generator.content.markdown.line_breaks import decode
from generator.services import Services
from generator.store.ledger.drafts.rows import DraftRow
from generator.workflows.engine.progress import NoProgress
from generator.workflows.publish.publisher import Publisher, PublishReport
from generator.workflows.review.decisions.decide import approve_drafts
from generator.workflows.rewriting.requests import PageSelection, RewriteOutcome, RewriteRequest
from generator.workflows.rewriting.rewrite import rewrite_pages
from tests.support.article_files import put_article
from tests.support.drafts import WHO
from tests.support.published_articles import article, link_to
from tests.support.replies import GOOD, Endpoint, completion, spoilt
from tests.support.services import scripted_services

ENZYMES = "How do enzymes speed up chemical reactions?"
KEY = "biology/how-do-enzymes-speed-up-chemical-reactions"
OTHER = "How do enzymes lose their shape in acid?"
OTHER_KEY = "biology/how-do-enzymes-lose-their-shape-in-acid"
CMS_FIELDS = "cms_revision: '0017'\nlayout:   question-page\n"
"""Fields that only the CMS knows, in its own spelling."""
CUT_OFF = GOOD["conclusion"][: GOOD["conclusion"].index("million carbon")].rstrip()
CORRECTED = spoilt(
    conclusion=GOOD["conclusion"].replace("about a million", "up to a million"),
    page_description="Enzymes lower the activation energy: how binding, induced fit, warmth and acid set their speed.",
)


def publish_page(folder: Path, question: str = ENZYMES, *, id: int = 40, cut_off: bool = True) -> Path:
    """Put a page with fields of the CMS into the content folder; its conclusion stops in the middle if ``cut_off``."""
    target = article("What is a substrate?", id=41)
    other = put_article(folder / "content", target)
    own = {
        "seo.page_description": "A substrate is the molecule on which an enzyme works; it fits the active site."
    }
    other.write_bytes(patch(other.read_bytes().decode(), own).encode())
    file = put_article(folder / "content", article(question, id=id, related=[link_to(target)]))
    text = file.read_text(encoding="utf-8")
    if cut_off:
        whole = decode(read(text).get("answer", ""))
        text = patch(text, {"answer": whole.replace(GOOD["conclusion"], CUT_OFF).replace("\n", "\\n")})
    text = text.replace("\nquestion:", f"\n{CMS_FIELDS}question:", 1)
    file.write_bytes(text.encode())
    return file


def rewriting(folder: Path, *replies: Any, by: Any = None, **changes: Any) -> tuple[Services, Endpoint]:
    """Services over a published page that is cut off, with an endpoint that answers with the corrected text."""
    if not (folder / "content").exists():
        publish_page(folder)
    answer = by or (None if replies else lambda _: completion(CORRECTED))
    endpoint = Endpoint(*replies, by=answer)
    return scripted_services(folder, endpoint, **changes), endpoint


def rewrite(services: Services, *names: str, **changes: Any) -> RewriteOutcome:
    """Rewrite pages by name, or as the changes of the request say; what ended the run early is raised."""
    selection = changes.pop("pages", PageSelection(names=names or (KEY,)))
    request = RewriteRequest(selection, **{"concurrency": 1, **changes})
    outcome = rewrite_pages(services, request, NoProgress())
    if outcome.error is not None:
        raise outcome.error
    return outcome


def rewrite_of(services: Services, key: str = KEY) -> DraftRow:
    """The newest rewrite of a page."""
    return services.drafts.rewrites_of(f"{key}.md")[-1]


def publish_rewrite(services: Services, key: str = KEY) -> PublishReport:
    """Approve the newest draft of a page, and publish it."""
    outcome = approve_drafts(services, [key], reviewer=WHO)
    assert outcome.left == ()
    return Publisher(services).publish(outcome.decided, who=WHO)
