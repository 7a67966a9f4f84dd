"""The plot of calibration, as SVG by hand: what was said across, what came about upwards."""

from collections.abc import Iterable, Sequence

from docs.win_fitting import Bucket

LEFT, TOP, SIDE = 70, 84, 400
"""Where the square begins, and how long its sides are."""
BELOW, HEIGHT = 40, 80
"""The bars that tell how many balls each point stands for: how far below the square, and how high."""
WIDTH, TALL = LEFT + SIDE + 30, TOP + SIDE + BELOW + HEIGHT + 60
FITTED, HELD_OUT, INK, FAINT = "#9aa5b1", "#b3361f", "#1f2933", "#d9dee3"


def plot(*, fitted: Sequence[Bucket], held_out: Sequence[Bucket]) -> str:
    """The whole picture."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {TALL}" width="{WIDTH}" height="{TALL}" '
        f'font-family="sans-serif" font-size="12" fill="{INK}">',
        "<title>Calibration of the win probability</title>",
        f'<rect width="{WIDTH}" height="{TALL}" fill="#ffffff"/>',
        _text(LEFT, 24, "Chance given to the chasing side, and how often it won", size=15),
        *_key(),
        *_grid(),
        *_series(fitted, FITTED),
        *_series(held_out, HELD_OUT),
        *_bars(held_out),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(share: float) -> float:
    return LEFT + SIDE * share


def _y(share: float) -> float:
    return TOP + SIDE * (1 - share)


def _key() -> Iterable[str]:
    for y, colour, words in (
        (46, HELD_OUT, "IPL 2023, held out (± one standard error)"),
        (64, FITTED, "IPL 2019–2022, fitted on"),
    ):
        yield f'<circle cx="{LEFT + 5}" cy="{y - 4}" r="4.5" fill="{colour}"/>'
        yield _text(LEFT + 15, y, words)


def _grid() -> Iterable[str]:
    for tenth in range(0, 11, 2):
        share = tenth / 10
        yield _line(_x(share), _y(0), _x(share), _y(1), FAINT)
        yield _line(_x(0), _y(share), _x(1), _y(share), FAINT)
        yield _text(_x(share), _y(0) + 18, f"{share:.0%}", anchor="middle")
        yield _text(LEFT - 8, _y(share) + 4, f"{share:.0%}", anchor="end")
    yield _line(_x(0), _y(0), _x(1), _y(1), INK, dashes="4 4")
    yield _text(18, TOP + SIDE / 2, "chases won", anchor="middle", turned=True)


def _series(buckets: Sequence[Bucket], colour: str) -> Iterable[str]:
    points = " ".join(f"{_x(each.said):.1f},{_y(each.won):.1f}" for each in buckets)
    yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    for each in buckets:
        x = _x(each.said)
        if colour == HELD_OUT:
            low, high = max(0.0, each.won - each.error), min(1.0, each.won + each.error)
            yield _line(x, _y(low), x, _y(high), colour)
        yield f'<circle cx="{x:.1f}" cy="{_y(each.won):.1f}" r="4.5" fill="{colour}"/>'


def _bars(buckets: Sequence[Bucket]) -> Iterable[str]:
    """How many balls of the held-out season each of its points stands for."""
    base, most = TOP + SIDE + BELOW + HEIGHT, max(each.balls for each in buckets)
    for each in buckets:
        height = HEIGHT * each.balls / most
        left, width = _x(each.low) + 3, SIDE * (each.high - each.low) - 6
        yield (
            f'<rect x="{left:.1f}" y="{base - height:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'fill="{HELD_OUT}" fill-opacity="0.35"/>'
        )
        yield _text(left + width / 2, base + 14, f"{each.balls:,}", anchor="middle", size=10)
    yield _text(
        LEFT + SIDE / 2, base + 38, "chance given to the chase; balls of IPL 2023 by chance", anchor="middle"
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashed}/>'


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", size: int = 12, turned: bool = False
) -> str:
    turn = f' transform="rotate(-90 {x:g} {y:g})"' if turned else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="{size}"{turn}>{words}</text>'
