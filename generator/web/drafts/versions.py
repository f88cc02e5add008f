"""The page of a draft's versions: who made each, the comparison of two, and the restoring of an earlier one."""

from starlette.requests import Request
from starlette.responses import Response

from generator.content.drafts.version_diff import BODY, WHOLE_FILE
from generator.content.language.word_diff import word_diff
from generator.content.states import EDITABLE
from generator.store.ledger.drafts.rows import DraftRow
from generator.web.actions import action_reply, row_and_body
from generator.web.context import PageContext, number_of, query_of, reviewer_of, viewer_of
from generator.web.drafts.article_page import field_name
from generator.web.drafts.field_diff import FieldDiff
from generator.web.permissions import may_edit
from generator.web.request_fields import number_in
from generator.workflows.review.editing.versions import DraftVersions, VersionChanges, VersionView

_NAMES = {WHOLE_FILE: "The whole file", BODY: "Text below the front matter"}


class VersionPages:
    """Handles the requests about versions."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    @property
    def _versions(self) -> DraftVersions:
        return DraftVersions(self._context.services)

    async def show(self, request: Request) -> Response:
        """The versions of a draft, and the changes from version ``from`` to version ``to``."""
        row = self._context.draft(number_of(request))
        views = self._versions.of(row)
        compared = self._compared(request, row, views)
        return self._context.page(
            request,
            "versions.html",
            "drafts",
            {
                "query": query_of(request),
                "row": row,
                "versions": views[::-1],
                "compared": compared,
                "fields": [
                    FieldDiff(
                        change.field,
                        _NAMES.get(change.field) or field_name(change.field),
                        word_diff(change.old, change.new),
                    )
                    for change in (compared.changes if compared else ())
                ],
                "can_restore": row.state in EDITABLE and may_edit(self._context, viewer_of(request), row),
            },
        )

    async def restore(self, request: Request) -> Response:
        """Make the version ``version`` the newest one, as an edit."""
        row, body = await row_and_body(self._context, request)
        number = number_in(body, "version")
        after = self._versions.restore(row, number, who=reviewer_of(request))
        changed = after.version != row.version
        text = f"Version {number} was restored." if changed else "The draft has this text already."
        own_address = f"/drafts/{row.id}{query_of(request).string()}"
        return action_reply(own_address, text, undo=changed and viewer_of(request).may_decide)

    def _compared(self, request: Request, row: DraftRow, views: list[VersionView]) -> VersionChanges | None:
        """The comparison that the address asks for: by default that of the newest version with the one before it."""
        numbers = [view.version.n for view in views]
        chosen = [_number(request.query_params.get(name)) for name in ("from", "to")]
        since = request.query_params.get("since")
        if since and (known := [view.version.n for view in views if view.version.sha == since]):
            chosen = [known[-1], row.version]
        if all(number in numbers for number in chosen):
            old, new = chosen
        elif len(numbers) > 1:
            old, new = numbers[-2:]
        else:
            return None
        assert old is not None and new is not None
        return self._versions.changes(row, old, new)


def _number(text: str | None) -> int | None:
    return int(text[:9]) if text and text.isascii() and text.isdecimal() else None
