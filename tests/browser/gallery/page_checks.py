"""Checks of a page as auditing tools make them: contrast of texts, and parts that move while it loads."""

from playwright.sync_api import Page

# To be run before the page's own scripts.
LAYOUT_SHIFT = """
globalThis.layoutShift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) globalThis.layoutShift += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
"""

# WCAG 2.2, success criterion 1.4.3, with its relative luminance.
_CONTRAST = """() => {
  const channels = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => value / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backgroundOf = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const [r, g, b, alpha = 1] = channels(getComputedStyle(each).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const problems = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest('button:disabled, noscript')) continue;
    const [one, other] = [channels(getComputedStyle(element).color).slice(0, 3), backgroundOf(element)].map(luminance);
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) problems.push(`${node.textContent.trim()}: ${ratio.toFixed(2)}`);
  }
  return problems;
}"""


def contrast_problems(page: Page) -> list[str]:
    """Return the visible texts whose contrast to their background is below 4.5."""
    problems: list[str] = page.evaluate(_CONTRAST)
    return problems


def layout_shift(page: Page) -> float:
    """Return the sum of the layout shifts of a page that was opened with the script LAYOUT_SHIFT."""
    return float(page.evaluate("globalThis.layoutShift"))
