"""An analysis of originality as one HTML file: worst pictures first, images embedded, no script, no requests."""

import base64
import hashlib
from html import escape
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.originality.analysis import OriginalityAnalysis
from mint.originality.report_style import STYLE
from mint.originality.summary import kind_shares, summary_figures
from mint.token.png import indexed_png
from viewer.originality.comparison import SYMMETRIES, Pixels, placed, recoloured
from viewer.originality.verdict import KINDS, Kind, SourceRegion, Verdict

MAX_SHOWN: Final = 400  # pictures: nobody reads a longer report, and --json has them all

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
# The first is for pixels that come from no original, the others for one source each.
_REGIONS = np.array(
    [[46, 48, 58, 255], [125, 143, 201, 255], [201, 154, 78, 255], [111, 174, 140, 255], [176, 120, 170, 255]], np.uint8
)
_DIFFERENCE = np.array([[46, 48, 58, 255], [224, 82, 107, 255]], np.uint8)


def html_report(analysis: OriginalityAnalysis) -> str:
    """Return the HTML report of an analysis. Deterministic."""
    # Equal pictures share a card.
    equal: dict[bytes, list[int]] = {}
    for number in analysis.worst_first():
        equal.setdefault(analysis.pictures[number].tobytes(), []).append(number)
    shown = list(equal.values())[:MAX_SHOWN]
    figures = summary_figures(analysis.verdicts)
    style = STYLE + "".join(f".k{n} {{ background: {_COLORS[kind]} }}\n" for n, kind in enumerate(KINDS))
    style += "".join(f".s{n} {{ background: rgb({r}, {g}, {b}) }}\n" for n, (r, g, b, _) in enumerate(_REGIONS[1:].tolist()))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = f"Originality: {escape(analysis.title)}"
    more = f" The first {MAX_SHOWN} of {len(equal)} are shown." if len(equal) > MAX_SHOWN else ""
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
<p>Of <strong>{len(analysis.verdicts)} {escape(analysis.noun)}</strong>, <strong>{_percent(figures["new"])}</strong> are new,
{_percent(figures["collages"])} are collages and {_percent(figures["copies"])} are copies of
{len(analysis.originals)} originals.</p>
<p>At most nine tenths of a new picture's pixels, or of its detail, come from originals. On average, {_percent(figures["given"])} of
a picture's pixels do: they are in 3x3 patches that agree with an original placed over the picture, perhaps moved or turned.</p>
{_table(analysis)}
{_originals(analysis)}
<h2>Worst first</h2>
<p>Each different picture is shown once. Beside a copy are its original, placed over it, and the pixels that differ. Beside any
other picture are the nearest original and the regions that come from originals.{more}</p>
<div class="list">
{"".join(_card(analysis, numbers) for numbers in shown)}</div>
</body>
</html>
"""


def _table(analysis: OriginalityAnalysis) -> str:
    columns = [(analysis.noun, analysis.verdicts)]
    if analysis.baseline:
        columns.append(("originals compared with each other", analysis.baseline))
    head = "".join(f"<th>{escape(name)}</th>" for name, _ in columns)
    kinds = [kind_shares(verdicts) for _, verdicts in columns]
    figures = [summary_figures(verdicts) for _, verdicts in columns]
    rows = [
        f'<tr><th class="kind"><span class="dot k{n}"></span>{kind}</th>'
        + "".join(f"<td>{_percent(each[kind])}</td>" for each in kinds)
        + "</tr>"
        for n, kind in enumerate(KINDS)
    ]
    for key, name in (
        ("median_difference", "pixels that differ from the nearest original, median"),
        ("given", "pixels that come from originals, mean"),
        ("known_patches", "3x3 patches that occur in originals, mean"),
    ):
        rows.append(f"<tr><th>{name}</th>" + "".join(f"<td>{_percent(each[key])}</td>" for each in figures) + "</tr>")
    bars = "".join(f"<p>{escape(name)}</p>{_bar(each)}" for (name, _), each in zip(columns, kinds, strict=True))
    return f"<h2>Kinds</h2>{bars}<table><thead><tr><th></th>{head}</tr></thead>{''.join(rows)}</table>"


def _bar(kinds: dict[Kind, float]) -> str:
    parts, left = [], 0.0
    for kind in KINDS:
        width = 1000 * kinds[kind]
        if width:
            parts.append(f'<rect x="{left:.1f}" width="{width:.1f}" height="10" fill="{_COLORS[kind]}"/>')
        left += width
    return f'<svg viewBox="0 0 1000 10" preserveAspectRatio="none" role="img">{"".join(parts)}</svg>'


def _originals(analysis: OriginalityAnalysis) -> str:
    if not analysis.baseline:
        return ""
    figure = "".join(
        f"<figure>{_image(pixels, analysis.rgba)}<figcaption>{number}: {_percent(verdict.difference)} from {verdict.nearest}"
        "</figcaption></figure>"
        for number, (pixels, verdict) in enumerate(zip(analysis.originals[:64], analysis.baseline, strict=False))
    )
    return f'<h2>The originals, and how much each differs from the nearest other one</h2><div class="originals">{figure}</div>'


def _card(analysis: OriginalityAnalysis, numbers: list[int]) -> str:
    number = numbers[0]
    times = f"<span>{len(numbers)} times</span>" if len(numbers) > 1 else ""
    verdict, picture = analysis.verdicts[number], analysis.pictures[number]
    original, caption = _shown_original(analysis, picture, verdict)
    base = np.where(original < 0, 0, original).astype(np.uint8)
    if verdict.is_copy:
        last = _image(((picture != original) & (original >= 0)).astype(np.uint8), _DIFFERENCE)
        last_caption = "pixels that differ"
    else:
        last, last_caption = _image((verdict.regions + 1).astype(np.uint8), _REGIONS), "original of each region"
    sources = "" if verdict.is_copy else _sources(verdict)
    # Pixels that the placed original does not cover are not compared.
    differing = float((picture != original)[original >= 0].mean())
    name = f"original {verdict.sources[0].placement.original} as placed" if verdict.is_copy else f"original {verdict.nearest}"
    kind = KINDS.index(verdict.kind)
    return f"""<article><h3><i class="dot k{kind}"></i>{verdict.kind}{times}</h3><div class="row">
<figure>{_image(picture, analysis.rgba)}<figcaption>{escape(analysis.noun.removesuffix("s"))} {number}</figcaption></figure>
<figure>{_image(base, analysis.rgba)}<figcaption>{caption}</figcaption></figure>
<figure>{last}<figcaption>{last_caption}</figcaption></figure></div>
{sources}<p>{_percent(differing)} of the pixels differ from {name},
{_percent(verdict.known_patches)} of the patches occur in originals</p></article>
"""


def _shown_original(analysis: OriginalityAnalysis, picture: Pixels, verdict: Verdict) -> tuple[NDArray[np.int16], str]:
    """Return the original that a card shows, as placed over the picture, and its caption."""
    if not verdict.is_copy:
        return analysis.originals[verdict.nearest].astype(np.int16), f"original {verdict.nearest}, the nearest"
    placement = verdict.sources[0].placement
    original = placed(analysis.originals[placement.original], placement, (picture.shape[0], picture.shape[1]))
    if verdict.kind == "recoloured copy":
        return recoloured(picture, original), f"{_describe_source(verdict.sources[0])}, recoloured"
    return original, _describe_source(verdict.sources[0])


def _sources(verdict: Verdict) -> str:
    lines = "<br>".join(
        f'<i class="dot s{n}"></i>{_percent(source.share)} from {_describe_source(source)}'
        for n, source in enumerate(verdict.sources)
    )
    return f"<p>{lines}</p>" if lines else ""


def _describe_source(source: SourceRegion) -> str:
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
