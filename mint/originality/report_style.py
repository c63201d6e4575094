"""The style sheet of an originality report."""

from typing import Final

STYLE: Final = """
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
