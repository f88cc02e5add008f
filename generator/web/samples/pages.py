"""The pages of lots: their samples, the judgements on drawn drafts, releases and the ways out of a failed lot."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from generator.content.display import in_words, plural
from generator.content.questions.kinds import KINDS, QuestionKind
from generator.content.sampling.lot_states import GIVEN
from generator.errors import UsageError
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.store.ledger.sampling.rows import LotRow
from generator.web.actions import action_reply, row_and_body
from generator.web.context import NotFound, PageContext, number_of, query_of, reviewer_of
from generator.web.request_fields import form_number_in, optional_text_in, read_body
from generator.workflows.sampling.create import LotRequest, continue_or_create_lot
from generator.workflows.sampling.judge import DRAWN_AT_ONCE, LotReview
from generator.workflows.sampling.lot_view import LotView, LotViews
from generator.workflows.sampling.release import LotRelease
from generator.workflows.sampling.ways_out import cut_lot, review_whole_lot, slice_choices


class SamplePages:
    """Handles the requests about lots."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._services = context.services

    async def list(self, request: Request) -> Response:
        """All lots."""
        views = LotViews(self._services).all()
        values = {"views": views, "filters": {view.lot.id: _filter_in_words(view.lot) for view in views}}
        return self._context.page(request, "samples.html", "samples", values)

    async def show(self, request: Request) -> Response:
        """One lot with its draws."""
        view = self._view(request)
        queue = self._services.draft_queue
        subjects, rules = sorted(queue.subjects()), sorted(queue.rules())
        return self._context.page(
            request,
            "lot.html",
            "samples",
            {
                "view": view,
                "filter": _filter_in_words(view.lot),
                "slice": ", ".join(f"{name} {value}" for name, value in view.lot.slice.items()),
                "rest": [lot.id for lot in self._services.lots.all() if lot.parent == view.lot.id],
                "choices": slice_choices(self._services, view) if view.state == "failed" else {},
                "targets": {"subject": subjects, "kind": KINDS, "rule": rules},
            },
        )

    async def next(self, request: Request) -> Response:
        """Redirect to the next drawn draft to judge, behind the draft ``after``; to the lot if there is none."""
        view = self._view(request)
        after = request.query_params.get("after", "")[:18]
        number = int(after) if after.isascii() and after.isdecimal() else None
        return RedirectResponse(_next_address(view, number), status_code=303)

    async def create(self, request: Request) -> Response:
        """Freeze the list of the address as a lot, or continue the open lot with the same filter."""
        await read_body(request)
        wanted = query_of(request).filter
        made = continue_or_create_lot(self._services, LotRequest(wanted), reviewer=reviewer_of(request))
        lot = made.view.lot
        text = (
            f"Frozen: lot {lot.id} with {plural(lot.size, 'draft')}."
            if made.is_new
            else f"Lot {lot.id} is open already."
        )
        left = [f"Not in it: {plural(count, 'draft')} {reason}." for reason, count in made.left.items()]
        return action_reply(f"/samples/{lot.id}", " ".join((text, *left)))

    async def judge(self, request: Request) -> Response:
        """Record a judgement on a drawn draft, with a ``reason``; ``seen`` is the membership's counter of changes."""
        row, body = await row_and_body(self._context, request)
        judgement = next((each for each in GIVEN if each == request.path_params["judgement"]), None)
        if judgement is None:
            raise NotFound("There is no such judgement.")
        view = LotReview(self._services).judge(
            row,
            judgement,
            who=reviewer_of(request),
            note=optional_text_in(body, "reason"),
            seen=_whole_number(body, "seen"),
        )
        text = f"Judged {judgement}: {row.question}"
        if view.state == "failed":
            text = f"Lot {view.lot.id} has failed: {row.question}"
        elif view.state == "reached":
            text = f"{view.sample.sentence}: lot {view.lot.id} can be released."
        return action_reply(_next_address(view, row.id), text, undo=True)

    async def draw(self, request: Request) -> Response:
        """Draw ``count`` more drafts: random ones, or those that ``subject``, ``kind`` and ``rule`` select."""
        body, number = await read_body(request), self._view(request).lot.id
        given = _whole_number(body, "count")
        count = DRAWN_AT_ONCE if given is None else given
        wanted, kind = _slice_of(body)
        review = LotReview(self._services)
        if wanted == QueueFilter() and kind is None:
            view = review.draw_more(number, count)
        else:
            view = review.draw_targeted(number, wanted, kind, count)
        return action_reply(f"/samples/{number}", f"{plural(len(view.unread), 'draft')} to read.")

    async def release(self, request: Request) -> Response:
        """Release a lot, with other requests between its transactions."""
        body, number = await read_body(request), self._view(request).lot.id
        release = LotRelease(self._services, number, who=reviewer_of(request))
        for _ in release.steps(seen=_whole_number(body, "lock")):
            await asyncio.sleep(0)
        view = LotViews(self._services).get(number)
        text = f"Approved {plural(view.approved, 'draft')} of lot {number}."
        if view.left_out:
            text += f" Left out: {plural(len(view.left_out), 'draft')}."
        return action_reply(f"/samples/{number}", text, undo=bool(view.approved))

    async def full_review(self, request: Request) -> Response:
        """End a lot without releasing it."""
        body, number = await read_body(request), self._view(request).lot.id
        seen = _whole_number(body, "lock")
        review_whole_lot(self._services, number, reviewer=reviewer_of(request), seen=seen)
        return action_reply(f"/?lot={number}", f"The drafts of lot {number} are back in the queue.")

    async def cut(self, request: Request) -> Response:
        """Cut the slice that ``subject``, ``kind``, ``rule`` and ``model`` select out of a failed lot."""
        body, number = await read_body(request), self._view(request).lot.id
        wanted, kind = _slice_of(body)
        seen = _whole_number(body, "lock")
        cut = cut_lot(self._services, number, wanted, kind, reviewer=reviewer_of(request), seen=seen)
        text = (
            f"{plural(cut.slice, 'draft')} cut out, to be read one by one. The rest is lot {cut.new.lot.id}."
        )
        return action_reply(f"/samples/{cut.new.lot.id}", text)

    def _view(self, request: Request) -> LotView:
        """The lot that the request names. Raises NotFound if there is none."""
        lot = self._services.lots.find(number_of(request))
        if lot is None:
            raise NotFound("There is no such lot.")
        return LotViews(self._services).view(lot)


def _next_address(view: LotView, after: int | None) -> str:
    """The address of the next draft to judge; that of the lot if there is none or the lot has failed."""
    draw = view.next_draw(after) if view.state == "reading" else None
    return f"/drafts/{draw.row.id}?lot={view.lot.id}" if draw else f"/samples/{view.lot.id}"


def _filter_in_words(lot: LotRow) -> str:
    return (
        ", ".join(f"{in_words(name)} {value}" for name, value in lot.filter.items()) or "all drafts to review"
    )


def _slice_of(body: dict[str, Any]) -> tuple[QueueFilter, QuestionKind | None]:
    """The drafts that the values of a form select."""
    name = optional_text_in(body, "kind")
    kind = next((kind for kind in KINDS if kind == name), None)
    if name and kind is None:
        raise UsageError("kind is no kind of question")
    wanted = QueueFilter(
        subject=optional_text_in(body, "subject"),
        rule=optional_text_in(body, "rule"),
        model=optional_text_in(body, "model"),
    )
    return wanted, kind


def _whole_number(body: dict[str, Any], name: str) -> int | None:
    return None if body.get(name) is None else form_number_in(body, name)
