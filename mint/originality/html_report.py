"""The report of an analysis as one self-contained HTML file: pictures inline, worst first, no script, no requests."""

import base64
import hashlib
from html import escape
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.originality.analysis import OriginalityAnalysis, figures, kind_shares
from mint.token.png import indexed_png
from viewer.originality.comparison import SYMMETRIES, Pixels, placed, recoloured
from viewer.originality.verdict import KINDS, Kind, SourceRegion, Verdict

MAX_SHOWN: Final = 400  # pictures; --json lists all of them
_MAX_SHOWN_ORIGINALS: Final = 64

_COLORS = {
    "exact copy": "#e0526b",
    "near copy": "#ee8092",
    "flipped copy": "#c9613f",
    "shifted copy": "#dc8350",
    "recoloured copy": "#e6a56a",
    "altered copy": "#d9c070",
    "collage": "#7d8fc9",
    "new": "#6fae8c",
}
# Regions without a source are grey; the others have the colour of their source.
_REGION_COLORS = np.array(
    [[46, 48, 58, 255], [125, 143, 201, 255], [201, 154, 78, 255], [111, 174, 140, 255], [176, 120, 170, 255]], np.uint8
)
_DIFFERENCE_COLORS = np.array([[46, 48, 58, 255], [224, 82, 107, 255]], np.uint8)

_STYLE = """
:root { color-scheme: dark; --ink: #d8d9de; --muted: #8a8c97; --line: #2a2c35; --page: #131419; --card: #1b1c22 }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 72rem; padding: 3rem 1.5rem 5rem; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, sans-serif }
h1 { font-size: 1.5rem; font-weight: 600; margin: 0 0 .25rem; overflow-wrap: anywhere }
h2 { font-size: 1rem; font-weight: 600; margin: 3rem 0 1rem }
p { margin: .25rem 0; max-width: 46rem }
p, td, th, figcaption, dd { color: var(--muted) }
strong { color: var(--ink); font-weight: 600 }
img { image-rendering: pixelated; display: block; background: #000; border-radius: 2px }
table { border-collapse: collapse; margin-top: 1rem; font-variant-numeric: tabular-nums }
th { font-weight: 500; text-align: left }
th, td { padding: .3rem 0 .3rem 1.5rem; border-bottom: 1px solid var(--line) }
th:first-child { padding-left: 0 } th.kind { white-space: nowrap }
td, thead th { text-align: right; color: var(--ink) }
thead th { vertical-align: bottom; color: var(--muted) }
svg { display: block; width: 100%; height: 10px; margin: .4rem 0 1.2rem; border-radius: 3px }
.list { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(21.5rem, 100%), 1fr)); gap: 1rem;
  margin-top: 1.25rem }
article { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 1rem }
article h3 { margin: 0 0 .75rem; font-size: .95rem; font-weight: 600 }
article h3 span { color: var(--muted); font-weight: 400; float: right; font-variant-numeric: tabular-nums }
.row { display: flex; gap: .75rem }
figure { margin: 0; width: 96px } figure img { width: 96px; height: auto }
figcaption { font-size: .75rem; margin-top: .35rem; line-height: 1.3 }
article p { font-size: .8rem; margin-top: .75rem }
.originals { display: flex; flex-wrap: wrap; gap: .75rem } .originals figure, .originals img { width: 64px }
.dot { display: inline-block; width: .6rem; height: .6rem; border-radius: 2px; margin-right: .45rem }
"""


def html_report(analysis: OriginalityAnalysis) -> str:
    """Return the HTML text of a report; equal analyses give equal texts."""
    # Equal pictures are shown once.
    equal: dict[bytes, list[int]] = {}
    for number in analysis.worst_first():
        equal.setdefault(analysis.pictures[number].tobytes(), []).append(number)
    shown = list(equal.values())[:MAX_SHOWN]
    summary = figures(analysis.verdicts)
    style = _STYLE + "".join(f".k{n} {{ background: {_COLORS[kind]} }}\n" for n, kind in enumerate(KINDS))
    style += "".join(f".s{n} {{ background: rgb({r}, {g}, {b}) }}\n" for n, (r, g, b, _) in enumerate(_REGION_COLORS[1:].tolist()))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = f"Originality: {escape(analysis.title)}"
    limit = f" Only the first {MAX_SHOWN} of {len(equal)} are shown." if len(equal) > MAX_SHOWN else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<p>Of <strong>{len(analysis.verdicts)} {escape(analysis.noun)}</strong>, <strong>{_percent(summary["new"])}</strong> are new,
{_percent(summary["collages"])} are collages and {_percent(summary["copies"])} are copies of {len(analysis.originals)}
originals.</p>
<p>A picture is new if at least one tenth of its pixels or of its detail comes from no original. On average,
{_percent(summary["given"])} of a picture's pixels lie in 3x3 patches that match an original, moved or turned as a whole.</p>
{_table(analysis)}
{_originals(analysis)}
<h2>Worst first</h2>
<p>Each card shows a picture, its nearest original in the position where they were compared, and where they differ. For collages
and new pictures, the last square shows which original each region comes from. Equal pictures share a card.{limit}</p>
<div class="list">
{"".join(_card(analysis, numbers) for numbers in shown)}</div>
</body>
</html>
"""


def _table(analysis: OriginalityAnalysis) -> str:
    columns = [(analysis.noun, analysis.verdicts)]
    if analysis.reference:
        columns.append(("originals compared with each other", analysis.reference))
    head = "".join(f"<th>{escape(name)}</th>" for name, _ in columns)
    shares = [kind_shares(verdicts) for _, verdicts in columns]
    summaries = [figures(verdicts) for _, verdicts in columns]
    rows = [
        f'<tr><th class="kind"><span class="dot k{n}"></span>{kind}</th>'
        + "".join(f"<td>{_percent(column[kind])}</td>" for column in shares)
        + "</tr>"
        for n, kind in enumerate(KINDS)
    ]
    for key, name in (
        ("median_difference", "pixels that differ from the nearest original, median"),
        ("given", "pixels that match an original, mean"),
        ("known_patches", "3x3 patches that occur in an original, mean"),
    ):
        rows.append(f"<tr><th>{name}</th>" + "".join(f"<td>{_percent(column[key])}</td>" for column in summaries) + "</tr>")
    bars = "".join(f"<p>{escape(name)}</p>{_bar(column)}" for (name, _), column in zip(columns, shares, strict=True))
    return f"<h2>Summary</h2>{bars}<table><thead><tr><th></th>{head}</tr></thead>{''.join(rows)}</table>"


def _bar(shares: dict[Kind, float]) -> str:
    segments, left = [], 0.0
    for kind in KINDS:
        width = 1000 * shares[kind]
        if width:
            segments.append(f'<rect x="{left:.1f}" width="{width:.1f}" height="10" fill="{_COLORS[kind]}"/>')
        left += width
    return f'<svg viewBox="0 0 1000 10" preserveAspectRatio="none" role="img">{"".join(segments)}</svg>'


def _originals(analysis: OriginalityAnalysis) -> str:
    if not analysis.reference:
        return ""
    cells = "".join(
        f"<figure>{_image(pixels, analysis.rgba)}<figcaption>{number}: {_percent(verdict.difference)} from {verdict.nearest}"
        "</figcaption></figure>"
        for number, (pixels, verdict) in enumerate(zip(analysis.originals[:_MAX_SHOWN_ORIGINALS], analysis.reference, strict=False))
    )
    return f'<h2>The originals and their distance to the nearest other one</h2><div class="originals">{cells}</div>'


def _card(analysis: OriginalityAnalysis, numbers: list[int]) -> str:
    number = numbers[0]
    times = f"<span>{len(numbers)} times</span>" if len(numbers) > 1 else ""
    verdict, picture = analysis.verdicts[number], analysis.pictures[number]
    original, caption = _compared_original(analysis, picture, verdict)
    base = np.where(original < 0, 0, original).astype(np.uint8)
    if verdict.is_copy:
        last = _image(((picture != original) & (original >= 0)).astype(np.uint8), _DIFFERENCE_COLORS)
        last_caption = "where they differ"
    else:
        last, last_caption = _image((verdict.regions + 1).astype(np.uint8), _REGION_COLORS), "origin of each region"
    lines = "" if verdict.is_copy else _source_lines(verdict)
    # The placed original may not cover the whole picture.
    differing = float((picture != original)[original >= 0].mean())
    compared = (
        f"original {verdict.sources[0].placement.original} in this position" if verdict.is_copy else f"original {verdict.nearest}"
    )
    n = KINDS.index(verdict.kind)
    return f"""<article><h3><i class="dot k{n}"></i>{verdict.kind}{times}</h3><div class="row">
<figure>{_image(picture, analysis.rgba)}<figcaption>{escape(analysis.noun.removesuffix("s"))} {number}</figcaption></figure>
<figure>{_image(base, analysis.rgba)}<figcaption>{caption}</figcaption></figure>
<figure>{last}<figcaption>{last_caption}</figcaption></figure></div>
{lines}<p>{_percent(differing)} of the pixels differ from {compared};
{_percent(verdict.known_patches)} of the patches occur in an original</p></article>
"""


def _compared_original(analysis: OriginalityAnalysis, picture: Pixels, verdict: Verdict) -> tuple[NDArray[np.int16], str]:
    """Return the original of a card, placed as it was compared with the picture, and its caption."""
    if not verdict.is_copy:
        return analysis.originals[verdict.nearest].astype(np.int16), f"original {verdict.nearest}, the nearest"
    placement = verdict.sources[0].placement
    original = placed(analysis.originals[placement.original], placement, (picture.shape[0], picture.shape[1]))
    if verdict.sources[0].is_recoloured:
        original = recoloured(picture, original)
    return original, _placement_text(verdict.sources[0])


def _source_lines(verdict: Verdict) -> str:
    lines = "<br>".join(
        f'<i class="dot s{n}"></i>{_percent(source.share)} from {_placement_text(source)}'
        for n, source in enumerate(verdict.sources)
    )
    return f"<p>{lines}</p>" if lines else ""


def _placement_text(source: SourceRegion) -> str:
    placement = source.placement
    words = [f"original {placement.original}", SYMMETRIES[placement.symmetry]]
    words += [f"moved {abs(placement.dx)} {'right' if placement.dx > 0 else 'left'}"] if placement.dx else []
    words += [f"moved {abs(placement.dy)} {'down' if placement.dy > 0 else 'up'}"] if placement.dy else []
    words += ["recoloured"] if source.is_recoloured else []
    return ", ".join(word for word in words if word)


def _image(pixels: Pixels, rgba: NDArray[np.uint8]) -> str:
    data = base64.b64encode(indexed_png(pixels, rgba)).decode()
    return f'<img alt="" width="{pixels.shape[1]}" height="{pixels.shape[0]}" src="data:image/png;base64,{data}">'


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share in (0, 1) or 0.1 <= share <= 0.995 else f"{100 * share:.1f} %"
