"""Prints lots, their draws and statistics, and their release, as text or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.cli.terminal.output import note, notes, say, say_json, say_line, table
from generator.content.display import in_words, plural
from generator.content.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.store.ledger.sampling.rows import MemberRow
    from generator.workflows.review.decisions.undo import UndoneJudgements
    from generator.workflows.sampling.create import NewLot
    from generator.workflows.sampling.lot_view import Draw, LotView
    from generator.workflows.sampling.ways_out import CutLot

_REASON_LENGTH = 60


def show_lots(views: Sequence[LotView], *, as_json: bool) -> None:
    """Print a line for each lot."""
    if as_json:
        say_json({"lots": [lot_object(view) for view in views]})
        return
    if not views:
        note("no lots yet: generator review --sample, or generator lots create")
        return
    table(
        [
            (
                str(view.lot.id),
                in_words(view.state),
                plural(view.lot.size, "draft"),
                view.sample.progress,
                _filter_in_words(view.lot.filter),
            )
            for view in views
        ]
    )


def show_created(made: NewLot, *, as_json: bool) -> None:
    """Print a new lot, and why drafts that its filter selects are not in it."""
    if made.imported is not None:
        notes([*(f"{row.name}: edited on disk" for row in made.imported.edited), *made.imported.notes])
    if as_json:
        say_json({**_shown_object(made.view), "left": dict(made.left)})
        return
    _say_lot(made.view)
    _say_left("not in the lot", made.left)
    note("to read them: generator review --sample")


def show_lot(view: LotView, *, as_json: bool) -> None:
    """Print a lot with its draws."""
    if as_json:
        say_json(_shown_object(view))
        return
    _say_lot(view)
    for draw in view.draws:
        place = f"{draw.number}{'' if draw.is_random else ' targeted'}"
        said = f"  by {draw.who}" if draw.who else ""
        reason = f": {one_line(draw.note)[:_REASON_LENGTH]}" if draw.note else ""
        say_line(f"  {place}  {draw.judgement}  {draw.row.name}{said}{reason}")


def show_released(view: LotView, *, as_json: bool) -> int:
    """Print what a release approved and what it left out; returns the exit code."""
    if as_json:
        say_json(lot_object(view))
    else:
        say(f"lot {view.lot.id}: {plural(view.approved, 'draft')} approved")
        _say_left("left out", view.reasons_left_out)
    return int(bool(view.left_out))


def show_cut(cut: CutLot, *, as_json: bool) -> None:
    """Print what was cut out of a lot, and the lot of the rest."""
    if as_json:
        say_json(
            {
                "cut": lot_object(cut.old),
                "slice": cut.slice,
                "lot": _shown_object(cut.new),
                "left": dict(cut.left),
            }
        )
        return
    say(f"lot {cut.old.lot.id}: {plural(cut.slice, 'draft')} cut out, to be read one by one")
    _say_lot(cut.new)
    _say_left("not in the new lot", cut.left)


def show_undone(undone: UndoneJudgements, *, as_json: bool) -> int:
    """Print which judgement was undone; returns the exit code."""
    (member,) = undone.rows
    if as_json:
        say_json(
            {
                "undone": undone.decision,
                "drafts": [],
                "proposals": [],
                "judgements": [{"lot": member.lot, "key": member.key, "judgement": member.state}],
                "left": list(undone.left),
            }
        )
    else:
        say_line(f"{member.key}: {member.state} again, in lot {member.lot}")
    return int(undone.needs_person)


def membership_objects(members: Sequence[MemberRow]) -> list[dict[str, Any]]:
    """The lots of a draft as JSON."""
    return [
        {
            "lot": member.lot,
            "judgement": member.state,
            "held": member.held,
            "must_be_read": member.review,
            "outcome": member.outcome,
        }
        for member in members
    ]


def membership_in_words(member: MemberRow) -> str:
    """What a lot says of a draft, on one line."""
    parts = [f"lot {member.lot}{' decides on it' if member.held else ''}"]
    if member.state != "unread":
        parts.append(f"judged {member.state}")
    if member.review:
        parts.append("to be read, because the lot failed")
    if member.outcome:
        parts.append(member.outcome)
    return ", ".join(parts)


def lot_object(view: LotView) -> dict[str, Any]:
    """A lot as JSON."""
    lot, sample = view.lot, view.sample
    return {
        "id": lot.id,
        "state": view.state,
        "filter": dict(lot.filter),
        "goal": {"confidence": lot.goal.confidence, "limit": lot.goal.limit},
        "seed": lot.seed,
        "size": lot.size,
        "who": lot.who,
        "at": lot.at,
        "parent": lot.parent,
        "slice": dict(lot.slice),
        "closed_by": lot.closed_by,
        "sample": {
            "read": sample.read,
            "needed": sample.needed,
            "missing": sample.missing,
            "serious": sample.serious,
            "minor": sample.minor,
            "most_bad": sample.most_bad,
            "sentence": sample.sentence,
        },
        "unread": len(view.unread),
        "approved": view.approved,
        "left_out": [{"key": member.key, "reason": member.outcome} for member in view.left_out],
    }


def _shown_object(view: LotView) -> dict[str, Any]:
    return {**lot_object(view), "draws": [_draw_object(draw) for draw in view.draws]}


def _draw_object(draw: Draw) -> dict[str, Any]:
    return {
        "number": draw.number,
        "random": draw.is_random,
        "key": draw.row.key,
        "question": draw.row.question,
        "state": draw.row.state,
        "judgement": draw.judgement,
        "who": draw.who,
        "note": draw.note,
    }


def _say_lot(view: LotView) -> None:
    lot, sample = view.lot, view.sample
    say_line(
        f"lot {lot.id}  {in_words(view.state)}  {plural(lot.size, 'draft')}  {_filter_in_words(lot.filter)}"
    )
    say(f"  goal: {lot.goal}; seed {lot.seed}; frozen by {lot.who}, {lot.at}")
    if lot.parent is not None:
        say(f"  the rest of lot {lot.parent}")
    if lot.slice:
        say_line(f"  cut out: {_filter_in_words(lot.slice)}")
    say(f"  {sample.progress}")
    say(f"  {sample.sentence}")
    if sample.minor_sentence:
        say(f"  {sample.minor_sentence}")
    if view.approved or view.left_out:
        say(f"  {plural(view.approved, 'draft')} approved")
        _say_left("left out", view.reasons_left_out)


def _say_left(what: str, reasons: Mapping[str, int]) -> None:
    notes([f"{what}: {plural(count, 'draft')} {reason}" for reason, count in reasons.items()])


def _filter_in_words(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{in_words(name)} {value}" for name, value in values.items()) or "all drafts to review"
