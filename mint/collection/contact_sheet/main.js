/** The contact sheet: joins the grid of tokens with what searches, orders and filters it, and with the token in large. */

import { findElement } from "../../../viewer/static/elements.js";
import { Grid } from "./grid.js";
import { Sprites } from "./sprites.js";
import { TokenDialog } from "./token_dialog.js";
import { Tokens, tokenName } from "./tokens.js";
import { TraitFilter } from "./trait_filter.js";

/** @type {import("./tokens.js").Collection} */
const collection = JSON.parse(findElement("#collection", HTMLScriptElement).textContent ?? "");
const tokens = new Tokens(collection);
const sprites = new Sprites(collection.tokensPerPart);
const search = findElement("#search", HTMLInputElement);
const order = findElement("#order", HTMLSelectElement);
const count = findElement("#count", HTMLElement);
const empty = findElement("#empty", HTMLElement);
const clear = findElement("#clear", HTMLButtonElement);
const toggle = findElement("#toggle", HTMLButtonElement);
const filters = collection.traits.map((_, index) => new TraitFilter(tokens, index, update));
const dialog = new TokenDialog(collection, sprites, (index) => grid.focus(index));
const grid = new Grid(findElement("#stage", HTMLElement), findElement("#grid", HTMLElement), {
  draw: (canvas, place) => void sprites.draw(canvas, place),
  caption: (place) => [tokenName(collection, place), `rank ${collection.ranks[place]}`],
  open: (index) => dialog.open(grid.places, index),
});

function update() {
  const places = tokens.shown();
  const all = `${collection.hashes.length.toLocaleString("en")} tokens`;
  grid.show(places);
  count.textContent = tokens.isFiltered ? `${places.length.toLocaleString("en")} of ${all}` : all;
  empty.hidden = places.length > 0;
  clear.disabled = !tokens.isFiltered;
  document.body.dataset.shown = String(places.length);
  for (const filter of filters) {
    filter.update();
  }
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
  for (const filter of filters) {
    filter.clear();
  }
  update();
  search.focus(); // the button is disabled now
});
toggle.addEventListener("click", () => {
  const areShown = document.body.classList.toggle("filtering");
  toggle.setAttribute("aria-expanded", String(areShown));
});
findElement("#smaller", HTMLButtonElement).addEventListener("click", () => grid.resize(-1));
findElement("#larger", HTMLButtonElement).addEventListener("click", () => grid.resize(1));
document.addEventListener("keydown", (event) => {
  const isTyping = event.target === search;
  if (isTyping || dialog.isOpen || event.ctrlKey || event.altKey || event.metaKey) {
    return;
  }
  if (event.key === "/") {
    event.preventDefault();
    search.focus();
  } else if (event.key === "+" || event.key === "-") {
    grid.resize(event.key === "+" ? 1 : -1);
  }
});

for (const { name } of collection.traits.filter(({ isNumber }) => isNumber)) {
  order.add(new Option(name, name));
}
findElement("#filters", HTMLElement).append(...filters.map(({ element }) => element));
update();
document.body.dataset.state = "ready";
