// The keyboard on the wall: Tab reaches one link of all, and arrows, Home and End move from there, as in a grid.
//
// Source: WAI-ARIA Authoring Practices, "Grid Pattern" (layout grids) and "Managing Focus Within Components Using a Roving
// tabindex". Rows depend on the width of the window, so the works stay a list, whose length and places a screen reader tells.

export class RovingTabindex {
  #list;
  /** @type {HTMLAnchorElement | undefined} the link that Tab reaches */
  #current;

  /** @param {HTMLElement} list of cards with a link each, in columns of a CSS grid */
  constructor(list) {
    this.#list = list;
    list.addEventListener("keydown", (event) => this.#move(event));
    list.addEventListener("focusin", ({ target }) => {
      if (target instanceof HTMLAnchorElement) this.#setCurrent(target);
    });
    this.update();
  }

  /** Take note of cards that were hidden, shown or put in another order. */
  update() {
    const links = this.#links();
    for (const link of links) link.tabIndex = -1;
    this.#setCurrent(links.find((link) => link === this.#current) ?? links[0]);
  }

  /** Return the links of visible cards in order. */
  #links() {
    return [...this.#list.querySelectorAll("a")].filter((link) => !link.closest("[hidden]"));
  }

  /** @param {HTMLAnchorElement | undefined} link */
  #setCurrent(link) {
    if (this.#current) this.#current.tabIndex = -1;
    if (link) link.tabIndex = 0;
    this.#current = link;
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const isOfBrowser = event.altKey || event.metaKey || event.shiftKey; // Alt and an arrow go back in its history
    const isModified = event.ctrlKey && event.key !== "Home" && event.key !== "End";
    const links = this.#links();
    const index = links.findIndex((link) => link === event.target);
    if (isOfBrowser || isModified || index < 0) return;
    const target = targetOf(event, index, links.length, getComputedStyle(this.#list).gridTemplateColumns.split(" ").length);
    if (target === null) return;
    event.preventDefault(); // the page scrolls to the link alone
    links[target].focus();
  }
}

/**
 * Return the index that a key leads to, null for a key without a meaning.
 *
 * @param {{ key: string, ctrlKey: boolean }} event
 * @param {number} index
 * @param {number} count
 * @param {number} columns
 */
function targetOf({ key, ctrlKey }, index, count, columns) {
  const rowStart = index - (index % columns);
  const isLastRow = rowStart + columns >= count;
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, index - 1);
    case "ArrowRight":
      return Math.min(count - 1, index + 1);
    case "ArrowUp":
      return index < columns ? index : index - columns;
    case "ArrowDown": // the last row may be shorter
      return isLastRow ? index : Math.min(count - 1, index + columns);
    case "Home":
      return ctrlKey ? 0 : rowStart;
    case "End":
      return ctrlKey ? count - 1 : Math.min(count, rowStart + columns) - 1;
    default:
      return null;
  }
}
