// The wall: filters and order of the works, which are in the page already, and the keyboard on them.

import { createElement, findElement } from "../../../../viewer/static/elements.js";
import { ORDERS, facets, shown } from "./facets.js";
import { RovingTabindex } from "./roving_tabindex.js";

/** @import { WorkRecord } from "./facets.js" */

const list = findElement("#works", HTMLElement);
const form = findElement("#filters", HTMLFormElement);
const count = findElement("#count", HTMLElement);
const empty = findElement("#empty", HTMLElement);
const tabindex = new RovingTabindex(list);
const cards = new Map(
  Array.from(list.querySelectorAll("li"), (card) => /** @type {[string, HTMLLIElement]} */ ([card.dataset.id ?? "", card])),
);

/** @type {Record<string, string>} */
const chosen = {};
/** @type {Map<string, HTMLSelectElement>} */
const selects = new Map();
const order = createElement("select", { name: "order" });
const clear = createElement("button", { type: "button", textContent: "Clear", hidden: true });

void open();

async function open() {
  const response = await fetch("gallery.json").catch(() => null); // a page that is opened from a file may not fetch
  if (!response?.ok) return;
  /** @type {{ works: WorkRecord[] }} */
  const { works } = await response.json();
  const initial = facets(works, {});
  // A facet with one value offers no choice.
  const offered = initial.filter(({ choices }) => choices.length > 1);
  if (works.length < 2) return;
  for (const { name, label } of offered) selects.set(name, labelled(label, createElement("select", { name })));
  form.append(clear);
  labelled("Order", order);
  for (const [name, { label }] of Object.entries(ORDERS)) order.add(new Option(label, name));
  order.addEventListener("change", () => update(works));
  for (const [name, element] of selects) {
    element.addEventListener("change", () => {
      chosen[name] = element.value;
      update(works);
    });
  }
  clear.addEventListener("click", () => {
    for (const name of selects.keys()) chosen[name] = "";
    update(works);
    (selects.values().next().value ?? order).focus();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  update(works);
  form.dataset.ready = "";
  document.body.dataset.state = "ready";
}

/** @param {WorkRecord[]} works */
function update(works) {
  for (const facet of facets(works, chosen)) {
    const element = selects.get(facet.name);
    if (!element) continue;
    const options = facet.choices
      .filter(({ value, count: number }) => number || value === chosen[facet.name])
      .map(({ value, text, count: number }) => new Option(`${text} (${number})`, value, false, value === chosen[facet.name]));
    element.replaceChildren(new Option("any", "", false, !chosen[facet.name]), ...options);
  }
  const visible = shown(works, chosen).toSorted(ORDERS[order.value].compare);
  const ids = new Set(visible.map(({ id }) => id));
  for (const [id, card] of cards) card.hidden = !ids.has(id);
  list.append(...visible.flatMap(({ id }) => cards.get(id) ?? []));
  tabindex.update();
  const isFiltered = Object.values(chosen).some(Boolean);
  const all = works.length === 1 ? "1 work" : `${works.length.toLocaleString("en")} works`;
  count.textContent = isFiltered ? `${visible.length.toLocaleString("en")} of ${all}` : all;
  clear.hidden = !isFiltered;
  empty.hidden = visible.length > 0;
}

/**
 * Add a choice to the form.
 *
 * @param {string} label
 * @param {HTMLSelectElement} element
 */
function labelled(label, element) {
  element.id = `choice-${element.name}`;
  const text = createElement("label", { htmlFor: element.id, textContent: label });
  form.append(createElement("div", { className: element.name }, text, element));
  return element;
}
