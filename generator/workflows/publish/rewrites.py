"""Plans the publication of rewrites: each takes the place of its page, if that is still the page that was rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.content.drafts.rewrite import changed_identity, is_published_rewrite
from generator.content.evidence.approval import covered_hash
from generator.content.frontmatter import patch, read
from generator.errors import PatchError
from generator.store.files import sha256
from generator.workflows.publish.plan import PlannedArticle, PublishRefused

if TYPE_CHECKING:
    import datetime

    from generator.content.evidence.disclosure import Disclosure
    from generator.content.frontmatter import Change
    from generator.workflows.publish.approved_draft import ApprovedDraft

_ASSIGNED = ("date", "score")


def planned_rewrite(
    approved: ApprovedDraft,
    published: bytes | None,
    *,
    date: datetime.date | None,
    score: float,
    disclosure: Disclosure | None = None,
) -> PlannedArticle:
    """The file that replaces a page: the approved text; id, address, related links and unknown fields are the page's.

    Args:
        published: the bytes of the page as it is now; None where it is gone.
        date: of the page from now on; None for that of the approved text.
        score: written into the file; negative for none.
        disclosure: written into it unless the text was read; None for none.

    A page that has the approved text already, as after the merge of a branch, is taken as it is, apart from the
    disclosure: nothing but the ledger changes.

    Raises:
        PublishRefused: the page is gone, or is not the one that was rewritten any more, or the rewrite is of another page.
        FrontMatterError, PatchError: the file cannot be read, or cannot take date or score without another change.
    """
    row, document = approved.row, approved.document
    assert row.replaces is not None
    also = frozenset({disclosure.field} if disclosure else ())
    if published is None:
        raise PublishRefused(f"its page {row.replaces} is no longer on the site")
    is_basis = sha256(published) == row.basis
    if not is_basis and not is_published_rewrite(document, published, also):
        raise PublishRefused(
            f"its page {row.replaces} was changed after it was rewritten: generator rewrite {row.key} rewrites it as it"
            " is now"
        )
    page = read(published)
    if names := changed_identity(page, document):
        raise PublishRefused(f"differs from its page in {', '.join(names)}: edit it again")
    changes: dict[str, Change] = {}
    if date is not None:
        changes["date"] = date.isoformat()
    if score >= 0:
        changes["score"] = score
    text = patch(document.text, changes) if is_basis else page.text
    after = read(disclosure.apply(text, approved.release) if disclosure else text)
    if covered_hash(after, also) != covered_hash(document, also):
        raise PatchError(f"{row.key}: assigning its date and score would change the approved text")
    pairs = {name: (page.get(name, ""), after.get(name, "")) for name in (*_ASSIGNED, *also)}
    return PlannedArticle(
        row=row,
        path=row.replaces,
        data=after.text.encode(),
        article_id=page.article_id or 0,
        date=after.get("date", ""),
        replaces=sha256(published),
        release=approved.release,
        changes={name: pair for name, pair in pairs.items() if pair[0] != pair[1]},
    )
