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
  const works = await fetchWorks();
  if (works.length < 2) {
    form.hidden = true;
    return;
  }
  addChoices(works);
  restore(works);
  update(works);
  form.dataset.ready = "";
  document.body.dataset.state = "ready";
}

/**
 * Return what gallery.json says of the works; nothing where it cannot be read, as in a page that is opened from a file.
 *
 * @returns {Promise<WorkRecord[]>}
 */
async function fetchWorks() {
  try {
    const response = await fetch("gallery.json");
    return response.ok ? (await response.json()).works : [];
  } catch {
    return [];
  }
}

/** @param {WorkRecord[]} works */
function addChoices(works) {
  for (const { name, label } of offered(works)) selects.set(name, labelled(label, createElement("select", { name })));
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
}

/**
 * Return the facets that offer a choice: those with more than one value.
 *
 * @param {WorkRecord[]} works
 */
function offered(works) {
  return facets(works, {}).filter(({ choices }) => choices.length > 1);
}

/**
 * Choose again what was chosen when the visitor left for a work, where this entry of the browser's history knows it.
 *
 * @param {WorkRecord[]} works
 */
function restore(works) {
  /** @type {Record<string, string>} */
  const before = history.state ?? {};
  for (const { name, choices } of offered(works)) {
    if (choices.some(({ value }) => value === before[name])) chosen[name] = before[name];
  }
  if (before.order in ORDERS) order.value = before.order;
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
  history.replaceState({ ...chosen, order: order.value }, "");
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
