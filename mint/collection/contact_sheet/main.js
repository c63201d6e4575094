/** The controls of the contact sheet: search, order, filters, and a token in large. */

import { createElement, findElement } from "../../../viewer/static/elements.js";
import { Grid } from "./grid.js";
import { Sprites } from "./sprites.js";
import { Tokens } from "./tokens.js";

const MANY_VALUES = 12;

/** @type {import("./tokens.js").Collection} */
const collection = JSON.parse(findElement("#collection", HTMLScriptElement).textContent ?? "");
const tokens = new Tokens(collection);
const sprites = new Sprites(collection.tokensPerPart);
const search = findElement("#search", HTMLInputElement);
const order = findElement("#order", HTMLSelectElement);
const count = findElement("#count", HTMLElement);
const empty = findElement("#empty", HTMLElement);
const clear = findElement("#clear", HTMLButtonElement);
const filters = findElement("#filters", HTMLElement);
const toggle = findElement("#toggle", HTMLButtonElement);
const dialog = findElement("#token", HTMLDialogElement);
const grid = new Grid(findElement("#stage", HTMLElement), findElement("#grid", HTMLElement), draw, caption, open);
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
  const chosen = createElement("b", {});
  const summary = createElement("summary", {}, createElement("span", { textContent: trait.name }), chosen);
  const isOpen = window.innerWidth >= 1000 && trait.values.length <= MANY_VALUES && !trait.isNumber;
  const group = createElement("details", { open: isOpen }, summary);
  const rows = trait.values.map((value, place) => {
    const box = createElement("input", { type: "checkbox" });
    const number = createElement("i", {});
    const label = createElement("label", {}, box, createElement("span", { textContent: String(value) }), number);
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
  const canvas = createElement("canvas", {});
  draw(canvas, place);
  findElement("#picture", HTMLElement).replaceChildren(canvas);
  findElement("#token-name", HTMLElement).textContent = `${collection.name} #${place + collection.firstNumber}`;
  findElement("#token-hash", HTMLElement).textContent = collection.hashes[place];
  findElement("#token-rank", HTMLElement).textContent = `rank ${collection.ranks[place].toLocaleString("en")}`;
  findElement("#token-score", HTMLElement).textContent = `score ${collection.scores[place].toFixed(3)}`;
  const rows = collection.traits
    .filter((trait) => trait.column[place] >= 0)
    .map((trait) => {
      const value = trait.column[place];
      const share = `${((100 * trait.counts[value]) / collection.hashes.length).toFixed(1)} %`;
      const name = createElement("th", { textContent: trait.name });
      const cells = [String(trait.values[value]), share].map((text) => createElement("td", { textContent: text }));
      return createElement("tr", {}, name, ...cells);
    });
  findElement("#token-traits", HTMLTableSectionElement).replaceChildren(...rows);
  if (!dialog.open) {
    dialog.showModal();
  }
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
findElement("#smaller", HTMLButtonElement).addEventListener("click", () => grid.resize(-1));
findElement("#larger", HTMLButtonElement).addEventListener("click", () => grid.resize(1));
findElement("#previous", HTMLButtonElement).addEventListener("click", () => open(opened - 1));
findElement("#next", HTMLButtonElement).addEventListener("click", () => open(opened + 1));
findElement("#close", HTMLButtonElement).addEventListener("click", () => dialog.close());
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
