"""A study as one HTML file: pictures inside it, no script, nothing fetched, worst first."""

import base64
import hashlib
from html import escape
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.originality.study import OriginalityStudy, figures, shares
from mint.token.png import indexed_png
from viewer.originality.comparison import SYMMETRIES, Pixels, placed, recoloured
from viewer.originality.verdict import KINDS, Kind, SourceRegion, Verdict

MAX_SHOWN: Final = 400  # pictures: a report of more is read by nobody, and --json tells of all

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
# What nobody gave is grey, what one source gave has its colour.
_REGIONS = np.array(
    [[46, 48, 58, 255], [125, 143, 201, 255], [201, 154, 78, 255], [111, 174, 140, 255], [176, 120, 170, 255]], np.uint8
)
_DIFFERENCE = np.array([[46, 48, 58, 255], [224, 82, 107, 255]], np.uint8)

_STYLE = """
:root { color-scheme: dark; --ink: #d8d9de; --quiet: #8a8c97; --line: #2a2c35; --page: #131419; --card: #1b1c22 }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 72rem; padding: 3rem 1.5rem 5rem; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, sans-serif }
h1 { font-size: 1.5rem; font-weight: 600; margin: 0 0 .25rem }
h2 { font-size: 1rem; font-weight: 600; margin: 3rem 0 1rem }
p { margin: .25rem 0; max-width: 46rem }
p, td, th, figcaption, dd { color: var(--quiet) }
strong { color: var(--ink); font-weight: 600 }
img { image-rendering: pixelated; display: block; background: #000; border-radius: 2px }
table { border-collapse: collapse; margin-top: 1rem; font-variant-numeric: tabular-nums }
th { font-weight: 500; text-align: left }
th, td { padding: .3rem 0 .3rem 1.5rem; border-bottom: 1px solid var(--line) }
th:first-child { padding-left: 0 } th.kind { white-space: nowrap }
td, thead th { text-align: right; color: var(--ink) }
thead th { vertical-align: bottom; color: var(--quiet) }
svg { display: block; width: 100%; height: 10px; margin: .4rem 0 1.2rem; border-radius: 3px }
.list { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(21.5rem, 100%), 1fr)); gap: 1rem;
  margin-top: 1.25rem }
article { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 1rem }
article h3 { margin: 0 0 .75rem; font-size: .95rem; font-weight: 600 }
article h3 span { color: var(--quiet); font-weight: 400; float: right; font-variant-numeric: tabular-nums }
.row { display: flex; gap: .75rem }
figure { margin: 0; width: 96px } figure img { width: 96px; height: auto }
figcaption { font-size: .75rem; margin-top: .35rem; line-height: 1.3 }
article p { font-size: .8rem; margin-top: .75rem }
.originals { display: flex; flex-wrap: wrap; gap: .75rem } .originals figure, .originals img { width: 64px }
.dot { display: inline-block; width: .6rem; height: .6rem; border-radius: 2px; margin-right: .45rem }
"""


def report(result: OriginalityStudy) -> str:
    """Return the HTML text of a study's report; equal studies give equal texts."""
    # What was dreamt more than once is shown once.
    alike: dict[bytes, list[int]] = {}
    for number in result.worst_first():
        alike.setdefault(result.pictures[number].tobytes(), []).append(number)
    shown = list(alike.values())[:MAX_SHOWN]
    sums = figures(result.findings)
    style = _STYLE + "".join(f".k{n} {{ background: {_COLORS[kind]} }}\n" for n, kind in enumerate(KINDS))
    style += "".join(f".s{n} {{ background: rgb({r}, {g}, {b}) }}\n" for n, (r, g, b, _) in enumerate(_REGIONS[1:].tolist()))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = f"Originality: {escape(result.title)}"
    more = f" The first {MAX_SHOWN} of {len(alike)}." if len(alike) > MAX_SHOWN else ""
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
<p>Of <strong>{len(result.findings)} {escape(result.what)}</strong>, <strong>{_percent(sums["new"])}</strong> are new,
{_percent(sums["collages"])} are collages and {_percent(sums["copies"])} copies of {len(result.originals)} originals.</p>
<p>New is what owes at most nine tenths of its pixels or of its detail to originals as they lie: on average
{_percent(sums["given"])} of a picture's pixels stand in 3x3 patches just as in some original, moved and turned alike.</p>
{_table(result)}
{_originals(result)}
<h2>Worst first</h2>
<p>Each picture once, the original nearest to it as it lies over it, and where they differ. Of collages and new pictures, the last
square shows which original gave which region.{more}</p>
<div class="list">
{"".join(_card(result, numbers) for numbers in shown)}</div>
</body>
</html>
"""


def _table(result: OriginalityStudy) -> str:
    columns = [(result.what, result.findings)]
    if result.among:
        columns.append(("originals among themselves", result.among))
    head = "".join(f"<th>{escape(name)}</th>" for name, _ in columns)
    kinds = [shares(findings) for _, findings in columns]
    sums = [figures(findings) for _, findings in columns]
    rows = [
        f'<tr><th class="kind"><span class="dot k{n}"></span>{kind}</th>'
        + "".join(f"<td>{_percent(each[kind])}</td>" for each in kinds)
        + "</tr>"
        for n, kind in enumerate(KINDS)
    ]
    for key, name in (
        ("median_difference", "pixels unlike the nearest original, median"),
        ("given", "pixels that an original gave, mean"),
        ("known_patches", "3x3 patches that originals have, mean"),
    ):
        rows.append(f"<tr><th>{name}</th>" + "".join(f"<td>{_percent(each[key])}</td>" for each in sums) + "</tr>")
    bars = "".join(f"<p>{escape(name)}</p>{_bar(each)}" for (name, _), each in zip(columns, kinds, strict=True))
    return f"<h2>What they are</h2>{bars}<table><thead><tr><th></th>{head}</tr></thead>{''.join(rows)}</table>"


def _bar(kinds: dict[Kind, float]) -> str:
    parts, left = [], 0.0
    for kind in KINDS:
        width = 1000 * kinds[kind]
        if width:
            parts.append(f'<rect x="{left:.1f}" width="{width:.1f}" height="10" fill="{_COLORS[kind]}"/>')
        left += width
    return f'<svg viewBox="0 0 1000 10" preserveAspectRatio="none" role="img">{"".join(parts)}</svg>'


def _originals(result: OriginalityStudy) -> str:
    if not result.among:
        return ""
    figure = "".join(
        f"<figure>{_image(pixels, result.rgba)}<figcaption>{number}: {_percent(finding.difference)} from {finding.nearest}"
        "</figcaption></figure>"
        for number, (pixels, finding) in enumerate(zip(result.originals[:64], result.among, strict=False))
    )
    return f'<h2>The originals, and how far each is from its nearest</h2><div class="originals">{figure}</div>'


def _card(result: OriginalityStudy, numbers: list[int]) -> str:
    number = numbers[0]
    times = f"<span>{len(numbers)} times</span>" if len(numbers) > 1 else ""
    finding, picture = result.findings[number], result.pictures[number]
    other, caption = _nearest(result, picture, finding)
    base = np.where(other < 0, 0, other).astype(np.uint8)
    if finding.is_copy:
        last = _image(((picture != other) & (other >= 0)).astype(np.uint8), _DIFFERENCE)
        last_caption = "what differs"
    else:
        last, last_caption = _image((finding.regions + 1).astype(np.uint8), _REGIONS), "which original gave what"
    lines = "" if finding.is_copy else _sources(finding)
    # Where the placed original does not reach, there is nothing to compare.
    unlike = float((picture != other)[other >= 0].mean())
    what = f"original {finding.sources[0].placement.original} so laid" if finding.is_copy else f"original {finding.nearest}"
    n = KINDS.index(finding.kind)
    return f"""<article><h3><i class="dot k{n}"></i>{finding.kind}{times}</h3><div class="row">
<figure>{_image(picture, result.rgba)}<figcaption>{escape(result.what.removesuffix("s"))} {number}</figcaption></figure>
<figure>{_image(base, result.rgba)}<figcaption>{caption}</figcaption></figure>
<figure>{last}<figcaption>{last_caption}</figcaption></figure></div>
{lines}<p>{_percent(unlike)} of the pixels unlike {what},
{_percent(finding.known_patches)} of the patches known</p></article>
"""


def _nearest(result: OriginalityStudy, picture: Pixels, finding: Verdict) -> tuple[NDArray[np.int16], str]:
    """Return the original that a card shows, as it lies over the picture, and its caption."""
    if not finding.is_copy:
        return result.originals[finding.nearest].astype(np.int16), f"original {finding.nearest}, the nearest"
    placement = finding.sources[0].placement
    other = placed(result.originals[placement.original], placement, (picture.shape[0], picture.shape[1]))
    if finding.kind == "recoloured copy":
        return recoloured(picture, other), f"{_place(finding.sources[0])}, recoloured"
    return other, _place(finding.sources[0])


def _sources(finding: Verdict) -> str:
    lines = "<br>".join(
        f'<i class="dot s{n}"></i>{_percent(source.share)} from {_place(source)}' for n, source in enumerate(finding.sources)
    )
    return f"<p>{lines}</p>" if lines else ""


def _place(source: SourceRegion) -> str:
    placement = source.placement
    words = [f"original {placement.original}", SYMMETRIES[placement.symmetry]]
    words += [f"moved {abs(placement.dx)} {'right' if placement.dx > 0 else 'left'}"] if placement.dx else []
    words += [f"moved {abs(placement.dy)} {'down' if placement.dy > 0 else 'up'}"] if placement.dy else []
    return ", ".join(word for word in words if word)


def _image(pixels: Pixels, rgba: NDArray[np.uint8]) -> str:
    data = base64.b64encode(indexed_png(pixels, rgba)).decode()
    return f'<img alt="" width="{pixels.shape[1]}" height="{pixels.shape[0]}" src="data:image/png;base64,{data}">'


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share in (0, 1) or 0.1 <= share <= 0.995 else f"{100 * share:.1f} %"
