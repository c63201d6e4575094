/** The controls of the contact sheet: search, order, filters, and a token in large. */

import { Grid } from "./grid.js";
import { Sprites } from "./sprites.js";
import { Tokens } from "./tokens.js";

const MANY_VALUES = 12;

/**
 * @template {HTMLElement} Element
 * @param {string} id
 * @param {new () => Element} type
 */
function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) {
    throw new TypeError(`the page has no ${id}`);
  }
  return found;
}

/** @type {import("./tokens.js").Collection} */
const collection = JSON.parse(element("collection", HTMLScriptElement).textContent ?? "");
const tokens = new Tokens(collection);
const sprites = new Sprites(collection.tokensPerPart);
const search = element("search", HTMLInputElement);
const order = element("order", HTMLSelectElement);
const count = element("count", HTMLElement);
const empty = element("empty", HTMLElement);
const clear = element("clear", HTMLButtonElement);
const filters = element("filters", HTMLElement);
const toggle = element("toggle", HTMLButtonElement);
const dialog = element("token", HTMLDialogElement);
const grid = new Grid(element("stage", HTMLElement), element("grid", HTMLElement), draw, caption, open);
/** @type {(() => void)[]} what is done after a filter changed */
const updates = [];
let opened = 0;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} place
 */
function draw(canvas, place) {
  void sprites.draw(canvas, place);
}

/** @param {number} place */
function caption(place) {
  return [`#${place + collection.firstNumber}`, `rank ${collection.ranks[place]}`];
}

function update() {
  const places = tokens.shown();
  grid.show(places);
  count.textContent = `${places.length.toLocaleString("en")} of ${collection.hashes.length.toLocaleString("en")}`;
  empty.hidden = places.length > 0;
  clear.disabled = !tokens.isFiltered;
  document.body.dataset.shown = String(places.length);
  for (const each of updates) {
    each();
  }
}

/**
 * Add the values of a trait as check boxes, each with its number of tokens.
 * @param {import("./tokens.js").Trait} trait
 * @param {number} index
 */
function addFilter(trait, index) {
  const group = document.createElement("details");
  const summary = document.createElement("summary");
  const name = document.createElement("span");
  const chosen = document.createElement("b");
  name.textContent = trait.name;
  summary.append(name, chosen);
  group.append(summary);
  group.open = window.innerWidth >= 1000 && trait.values.length <= MANY_VALUES && !trait.isNumber;
  const rows = trait.values.map((value, place) => {
    const label = document.createElement("label");
    const box = document.createElement("input");
    const text = document.createElement("span");
    const number = document.createElement("i");
    box.type = "checkbox";
    text.textContent = String(value);
    label.append(box, text, number);
    group.append(label);
    box.addEventListener("change", () => {
      tokens.choose(index, place, box.checked);
      update();
    });
    return { label, box, number };
  });
  const fill = () => {
    const counts = group.open ? tokens.counts(index) : [];
    rows.forEach(({ label, number }, place) => {
      number.textContent = (counts[place] ?? 0).toLocaleString("en");
      label.classList.toggle("none", counts[place] === 0);
    });
    const number = rows.filter(({ box }) => box.checked).length;
    chosen.textContent = number ? String(number) : "";
  };
  group.addEventListener("toggle", fill);
  updates.push(fill);
  filters.append(group);
}

/** @param {number} index among the tokens that are shown */
function open(index) {
  opened = Math.min(Math.max(index, 0), grid.places.length - 1);
  const place = grid.places[opened];
  const canvas = document.createElement("canvas");
  draw(canvas, place);
  element("picture", HTMLElement).replaceChildren(canvas);
  element("token-name", HTMLElement).textContent = `${collection.name} #${place + collection.firstNumber}`;
  element("token-hash", HTMLElement).textContent = collection.hashes[place];
  element("token-rank", HTMLElement).textContent = `rank ${collection.ranks[place].toLocaleString("en")}`;
  element("token-score", HTMLElement).textContent = `score ${collection.scores[place].toFixed(3)}`;
  const rows = collection.traits
    .filter((trait) => trait.column[place] >= 0)
    .map((trait) => {
      const value = trait.column[place];
      const share = `${((100 * trait.counts[value]) / collection.hashes.length).toFixed(1)} %`;
      const row = document.createElement("tr");
      row.append(...[trait.name, String(trait.values[value]), share].map((text, cell) => makeCell(text, cell)));
      return row;
    });
  element("token-traits", HTMLTableSectionElement).replaceChildren(...rows);
  if (!dialog.open) {
    dialog.showModal();
  }
}

/**
 * @param {string} text
 * @param {number} column
 */
function makeCell(text, column) {
  const cell = document.createElement(column ? "td" : "th");
  cell.textContent = text;
  return cell;
}

/** @param {boolean} areShown */
function showFilters(areShown) {
  document.body.classList.toggle("filtering", areShown);
  toggle.setAttribute("aria-expanded", String(areShown));
}

search.addEventListener("input", () => {
  tokens.search(search.value);
  update();
});
order.addEventListener("change", () => {
  tokens.sort(order.value);
  update();
});
clear.addEventListener("click", () => {
  tokens.clear();
  search.value = "";
  for (const box of filters.querySelectorAll("input")) {
    box.checked = false;
  }
  update();
});
toggle.addEventListener("click", () => showFilters(!document.body.classList.contains("filtering")));
element("smaller", HTMLButtonElement).addEventListener("click", () => grid.resize(-1));
element("larger", HTMLButtonElement).addEventListener("click", () => grid.resize(1));
element("previous", HTMLButtonElement).addEventListener("click", () => open(opened - 1));
element("next", HTMLButtonElement).addEventListener("click", () => open(opened + 1));
element("close", HTMLButtonElement).addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => grid.focus(opened));
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) {
    dialog.close();
  }
});
dialog.addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    event.preventDefault();
    open(opened + (event.key === "ArrowLeft" ? -1 : 1));
  }
});
document.addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLInputElement && event.target.type === "search";
  if (isTyping || dialog.open || event.ctrlKey || event.altKey || event.metaKey) {
    return;
  }
  if (event.key === "/") {
    event.preventDefault();
    search.focus();
  } else if (event.key === "+" || event.key === "-") {
    grid.resize(event.key === "+" ? 1 : -1);
  }
});

for (const trait of collection.traits.filter((each) => each.isNumber)) {
  order.add(new Option(trait.name, trait.name));
}
collection.traits.forEach(addFilter);
update();
document.body.dataset.state = "ready";
