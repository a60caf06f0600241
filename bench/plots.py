"""Plots of results as SVG, written by a few lines of our own: lines over a logarithmic or linear scale.

Guarantees: the same figures always give the same bytes, and the picture needs nothing else (no script, no font file).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 720, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 150, 40, 50
_COLOURS = ("#1f6feb", "#d1242f", "#1a7f37", "#9a6700")
_STEPS = 5
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_THOUSAND, _MILLION = 1000, 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """`logarithmic` is about the horizontal scale; the vertical one begins at zero."""

    title: str
    across: str
    up: str
    lines: Sequence[Line]
    logarithmic: bool = False


def svg(plot: Plot) -> str:
    """Draw; raises ValueError when there is nothing to draw."""
    points = [point for line in plot.lines for point in line.points]
    if not points:
        raise ValueError(f"{plot.title}: no points")
    top = nice_ceiling(max(y for _, y in points))
    xs = sorted({x for x, _ in points})
    place = _placing(xs, top, logarithmic=plot.logarithmic)
    font = 'font-family="sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" {font}>',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{_LEFT}" y="22" font-size="15" font-weight="bold">{escape(plot.title)}</text>',
        *_grid(plot, xs, top, place),
    ]
    for number, line in enumerate(plot.lines):
        parts += _drawn(line, _COLOURS[number % len(_COLOURS)], place, number)
    return "\n".join([*parts, "</svg>", ""])


def nice_ceiling(value: float) -> float:
    """Return the smallest round number that is not below `value`."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _NICE if step * power >= value * (1 - 1e-9))


def short(number: float) -> str:
    """Write a number as an axis does: 10k, 1M."""
    if number >= _MILLION:
        return f"{number / _MILLION:g}M"
    return f"{number / _THOUSAND:g}k" if number >= _THOUSAND else f"{number:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placing:
    low: float
    high: float
    top: float
    logarithmic: bool

    def across(self, x: float) -> float:
        low, high, at = (math.log10(v) if self.logarithmic else v for v in (self.low, self.high, x))
        share = (at - low) / (high - low) if high > low else 0.5
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    def up(self, y: float) -> float:
        return round(_HEIGHT - _BOTTOM - y / self.top * (_HEIGHT - _TOP - _BOTTOM), 1)


def _placing(xs: Sequence[float], top: float, *, logarithmic: bool) -> _Placing:
    return _Placing(low=xs[0], high=xs[-1], top=top, logarithmic=logarithmic)


def _grid(plot: Plot, xs: Sequence[float], top: float, place: _Placing) -> list[str]:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    parts = []
    for step in range(_STEPS + 1):
        value = top * step / _STEPS
        y = place.up(value)
        parts.append(f'<line x1="{_LEFT}" y1="{y}" x2="{right}" y2="{y}" stroke="#d0d7de"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{short(round(value, 6))}</text>')
    for x in xs:
        at = place.across(x)
        parts.append(f'<line x1="{at}" y1="{bottom}" x2="{at}" y2="{bottom + 5}" stroke="#57606a"/>')
        parts.append(f'<text x="{at}" y="{bottom + 19}" text-anchor="middle">{short(x)}</text>')
    middle = (_LEFT + right) / 2
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 10}" text-anchor="middle">{escape(plot.across)}</text>')
    halfway = (_TOP + bottom) / 2
    parts.append(
        f'<text x="16" y="{halfway}" text-anchor="middle" transform="rotate(-90 16 {halfway})">{escape(plot.up)}</text>'
    )
    return parts


def _drawn(line: Line, colour: str, place: _Placing, number: int) -> list[str]:
    at = [(place.across(x), place.up(y)) for x, y in line.points]
    path = " ".join(f"{x},{y}" for x, y in at)
    y = _TOP + 14 + 20 * number
    x = _WIDTH - _RIGHT + 16
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{px}" cy="{py}" r="3.5" fill="{colour}"/>' for px, py in at),
        f'<line x1="{x}" y1="{y}" x2="{x + 18}" y2="{y}" stroke="{colour}" stroke-width="2"/>',
        f'<text x="{x + 24}" y="{y + 4}">{escape(line.name)}</text>',
    ]
