"""Charts as SVG with axes, units and values: columns over time, histograms with limits, bars by name.

The colours come from the page, so that the charts are readable in print and on a dark page. All text is escaped.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

WIDTH, HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 24, 40
_BAR_HEIGHT, _NAME_WIDTH, _NAME_CHARS = 20, 310, 52
_LABEL_WIDTH = 70
_MOST_LABELS = 12


class Limits(NamedTuple):
    """The lowest and the highest value that is within the limits; None where there is none."""

    least: float | None = None
    most: float | None = None


NO_LIMITS = Limits()


def stacked_columns(
    title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]], *, unit: str
) -> str:
    """Columns over time, one for each label, stacked by series.

    Args:
        labels: below the columns; where there are many, some are left out.
        series: by name, one value for each label; none is negative.
        unit: of the values, beside the axis.
    """
    totals = [sum(values[i] for values in series.values()) for i in range(len(labels))]
    scale = _Scale(max(totals, default=0))
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(labels))
    parts = [*scale.axis(unit)]
    for i, label in enumerate(labels):
        x = _LEFT + i * step
        height = 0.0
        for number, (name, values) in enumerate(series.items()):
            if not values[i]:
                continue
            top = scale.y(height + values[i])
            parts.append(
                _rect(
                    x + step * 0.1,
                    top,
                    step * 0.8,
                    scale.y(height) - top,
                    number,
                    f"{label}, {name}: {_number(values[i])}",
                )
            )
            height += values[i]
        if i % max(1, math.ceil(len(labels) / _MOST_LABELS)) == 0:
            parts.append(_text(x + step / 2, HEIGHT - _BOTTOM + 16, label, "middle"))
    return _svg(title, parts, HEIGHT) + _legend(list(series))


def histogram(
    title: str, values: Sequence[float], *, unit: str, limits: Limits = NO_LIMITS, bins: int = 24
) -> str:
    """How often values fall into each of up to ``bins`` bins of equal width, with the limits as lines.

    Args:
        unit: of the values, below the axis.
    """
    if not values:
        return ""
    low, high, width = _bins([*values, *(limit for limit in limits if limit is not None)], bins)
    counts = [0] * max(1, round((high - low) / width))
    for value in values:
        counts[min(int((value - low) / width), len(counts) - 1)] += 1
    scale = _Scale(max(counts))
    across = (WIDTH - _LEFT - _RIGHT) / (high - low)
    parts = [*scale.axis("number")]
    for i, count in enumerate(counts):
        start = low + i * width
        x, top = _LEFT + (start - low) * across, scale.y(count)
        label = f"{_number(start)} to {_number(start + width)} {unit}: {count:,}"
        parts.append(_rect(x + 0.5, top, max(width * across - 1, 0.5), scale.y(0) - top, 0, label))
    for i in range(0, len(counts) + 1, max(1, math.ceil(len(counts) / _MOST_LABELS))):
        parts.append(
            _text(_LEFT + i * width * across, HEIGHT - _BOTTOM + 16, _number(low + i * width), "middle")
        )
    parts.append(_text((WIDTH + _LEFT) / 2, HEIGHT - 6, unit, "middle"))
    for limit in limits:
        if limit is not None and low <= limit <= high:
            x = _LEFT + (limit - low) * across
            parts.append(
                f'<line class="limit" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{HEIGHT - _BOTTOM}"/>'
                + _limit_label(x, f"limit {_number(limit)}")
            )
    return _svg(title, parts, HEIGHT)


def bars(title: str, counts: Mapping[str, float], *, unit: str) -> str:
    """One horizontal bar for each name, in the given order, with its value."""
    if not counts:
        return ""
    most = max(counts.values()) or 1
    room = WIDTH - _NAME_WIDTH - 90
    parts = []
    for row, (name, value) in enumerate(counts.items()):
        y = _TOP + row * _BAR_HEIGHT
        length = value / most * room
        shown = name if len(name) <= _NAME_CHARS else f"{name[: _NAME_CHARS - 1].rstrip()}…"
        parts.append(_text(_NAME_WIDTH - 8, y + 14, shown, "end"))
        parts.append(
            _rect(
                _NAME_WIDTH, y + 3, max(length, 0.5), _BAR_HEIGHT - 6, 0, f"{name}: {_number(value)} {unit}"
            )
        )
        parts.append(_text(_NAME_WIDTH + length + 6, y + 14, _number(value), "start"))
    parts.append(_text(_NAME_WIDTH, _TOP - 8, unit, "start"))
    return _svg(title, parts, _TOP + len(counts) * _BAR_HEIGHT + 8)


class _Scale:
    """The vertical scale of a chart: round steps from 0 to at least the largest value."""

    def __init__(self, largest: float) -> None:
        self.step = _round_step(largest / 4 if largest else 1)
        self.top = max(self.step, math.ceil(largest / self.step) * self.step)

    def y(self, value: float) -> float:
        """The height of a value on the page."""
        return HEIGHT - _BOTTOM - value / self.top * (HEIGHT - _TOP - _BOTTOM)

    def axis(self, unit: str) -> list[str]:
        """The lines and values of the axis, and its unit."""
        parts = [_text(4, _TOP - 8, unit, "start")]
        for i in range(round(self.top / self.step) + 1):
            value = i * self.step
            y = self.y(value)
            parts.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(_text(_LEFT - 6, y + 4, _number(value), "end"))
        return parts


def _bins(values: Sequence[float], bins: int) -> tuple[float, float, float]:
    """The lowest and the highest edge of the bins and their width, all round numbers."""
    lowest, highest = min(values), max(values)
    width = _round_step((highest - lowest) / bins or 1)
    low = math.floor(lowest / width) * width
    high = (math.floor(highest / width) + 1) * width
    return low, high, width


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is at least ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))


def _number(value: float) -> str:
    """A value with as many digits as it needs."""
    if value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _rect(x: float, y: float, width: float, height: float, series: int, label: str) -> str:
    return (
        f'<rect class="series-{series % 8}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{max(height, 0.5):.1f}">'
        f"<title>{escape(label)}</title></rect>"
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _limit_label(x: float, text: str) -> str:
    """The label of a vertical line: right of it, or left of it where there is no room."""
    has_room = x + _LABEL_WIDTH <= WIDTH
    return _text(x + 4 if has_room else x - 4, _TOP + 10, text, "start" if has_room else "end")


def _svg(title: str, parts: Sequence[str], height: float) -> str:
    name = escape(title, quote=True)
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{name}">'
        f"<title>{name}</title>{''.join(parts)}</svg>"
    )


def _legend(names: Sequence[str]) -> str:
    items = "".join(f'<li><i class="series-{i % 8}"></i>{escape(name)}</li>' for i, name in enumerate(names))
    return f'<ul class="legend">{items}</ul>'
