// The page: joins connection, mosaic, controls and panels, and tells its state on <body>.

import { Connection } from "./connection.js";
import { Controls } from "./controls.js";
import { Help } from "./help.js";
import { History } from "./history.js";
import { setIcon, setIcons } from "./icons.js";
import { Labels, writtenLabels } from "./labels.js";
import { faster, fewer, more, slower } from "./ladder.js";
import { Mosaic } from "./mosaic.js";
import { Notice } from "./notice.js";
import { Originals } from "./originals.js";
import { Panels } from "./panels.js";
import { encodePng } from "./png.js";
import { CLOSE_LEAVING, CLOSE_REFUSED, CLOSE_STALLED, CLOSE_VERSION, MIN_RATE, RECONSTRUCTIONS, TILES, VERSION, message } from "./protocol.js";
import { Solitude } from "./solitude.js";

const LARGEST_PNG_SIDE = 4096;
// How long a tile changes; who pauses wants it to stand still.
const [CHANGE_MS, CALM_MS, PAUSING_MS] = [700, 2400, 30];

// A few tiles that fade slowly need no sixty pictures a second: where no GPU helps, each takes the training 2 ms of a core. Some twelve
// a second are nine steps a change.
const [FEW_TILES, SLOWLY_MS, RESTING_MS] = [32, 300, 70];

// An answer is here by then.
const ANSWER_MS = 400;

const LOST =
  "The program behind this page does not answer. Look at its terminal; if it has ended, start it again and open the address it prints.";
const WHY_LOST = {
  [CLOSE_LEAVING]: "The program behind this page has ended. Start it again and open the address it prints.",
  [CLOSE_REFUSED]: "The program refused what this page sent; reload the page.",
  [CLOSE_STALLED]: "This page fell behind and was let go; it is connecting again.",
  [CLOSE_VERSION]: "This page is of another version than the program behind it; reload the page.",
};

const byId = (id) => document.getElementById(id);
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

let hello = null; // what the source offers
let model = null; // what is shown
let state = { state: "waiting" };
const asked = {}; // tiles and rate, and when
let seeds = []; // where the tiles, as they stand, come from: a seed, and how far on its journey
let drawn = null; // the number of a frame that waits for its acknowledgement
let refreshed = 0; // tiles since they were last counted
let frames = 0; // pictures of the browser since they were last counted

const stage = byId("stage");
const mosaic = new Mosaic(byId("mosaic"), stage);
const originals = new Originals(byId("originals"));
const notice = new Notice(byId("notice"));
const panels = new Panels(byId("panel"));
const controls = new Controls(stage, act);
const help = new Help(byId("help"), controls, () => void fetchExport());
const solitude = new Solitude({ isKiosk: new URLSearchParams(location.search).has("kiosk"), onChange: showFull });
const labels = new Labels(byId("labels"), (label, value) => connection.send("ask", { label, value }));
const history = new History(byId("history"), (step) => connection.send("past", { step }));

const address = new URL("ws", location.href);
address.protocol = address.protocol.replace("http", "ws");
address.search = address.hash = "";
const connection = new Connection(
  address,
  { message: receive, frame: take, lost: showLost },
  () => message("ready", { version: VERSION, reduced_motion: calm.matches }),
);

const RECEIVERS = {
  hello: showHello,
  model: showModel,
  state: showState,
  stats: showValues,
  history: showHistory,
  problem: ({ text }) => notice.show(text, 8),
};

function receive(kind, fields) {
  RECEIVERS[kind]?.(fields);
}

/** What a person wants, by the id of its button. */
function act(name) {
  if (!hello && !["full", "ask"].includes(name)) return; // nothing is known yet
  if (name === "run") connection.send("run", { running: state.state === "paused" });
  else if (name === "fewer") ask("tiles", fewer);
  else if (name === "more") ask("tiles", more, hello.max_tiles);
  else if (name === "slower") ask("rate", slower);
  else if (name === "faster") ask("rate", faster, hello.max_rate);
  else if (name === "next") connection.send("skip", { models: 1 });
  else if (name === "previous") connection.send("skip", { models: -1 });
  else if (name === "stats") showStats();
  else if (name === "compare") connection.send("compare", { compare: !state.compare });
  else if (name === "save") void save();
  else if (name === "full") void solitude.toggle();
  else if (name === "ask") help.toggle();
}

/** Ask for a number's next step. Who presses quickly means the number asked for last, not the one that was told last. */
function ask(name, step, most) {
  const now = performance.now();
  const last = asked[name] && now - asked[name].time < ANSWER_MS ? asked[name].value : state[name];
  asked[name] = { value: step(last, most), time: now };
  connection.send(name, { [name]: asked[name].value });
}

function take({ frame, generation, kind, tiles }) {
  const now = performance.now();
  if (generation === model?.generation && kind !== TILES) originals.put(kind === RECONSTRUCTIONS, tiles, now);
  else if (generation === model?.generation) {
    for (const { number, seed, position, pixels } of tiles) {
      if (!mosaic.isBlank(number)) refreshed++;
      mosaic.put(number, pixels, now);
      seeds[number] = position ? `${seed}@${position}` : `${seed}`;
    }
    byId("empty").hidden = true;
  }
  drawn = frame;
  schedule();
  // A hidden page draws nothing, and its browser calls no frame: the program would take it for stalled.
  if (document.hidden) {
    mosaic.settle();
    acknowledge();
  }
}

function acknowledge() {
  if (drawn === null) return;
  connection.send("ack", { frame: drawn });
  drawn = null;
}

let isScheduled = false;
let resting = 0; // the timer of changes that take their time

/** Draw with the browser's next picture, and go on while something changes or frames are counted. */
function schedule() {
  clearTimeout(resting);
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame((now) => {
    isScheduled = false;
    frames++;
    mosaic.draw(now);
    originals.draw(now);
    acknowledge();
    if (!mosaic.isChanging && !originals.isChanging && !panels.isVisible) return;
    const isCalm = mosaic.numChanging <= FEW_TILES && mosaic.duration >= SLOWLY_MS && !panels.isVisible;
    if (isCalm) resting = setTimeout(schedule, RESTING_MS);
    else schedule();
  });
}

function showHello(fields) {
  hello = fields;
  panels.offer(hello.abilities);
  help.offer(hello.abilities);
  byId("compare").hidden = !hello.abilities.includes("originals");
  for (const id of ["previous", "next"]) byId(id).hidden = !hello.abilities.includes("playlist");
  fillChoices("modes", hello.modes, "mode");
  fillChoices("transitions", hello.transitions, "transition");
  if (hello.kiosk) solitude.setKiosk(true);
}

/** Fill a group with one button a choice; a single choice is none and stays hidden. */
function fillChoices(id, choices, kind) {
  const buttons = choices.map((choice) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: choice });
    button.dataset.choice = choice;
    button.addEventListener("click", () => connection.send(kind, { [kind]: choice }));
    return button;
  });
  byId(id).replaceChildren(...buttons);
  byId(id).hidden = choices.length < 2;
}

function showModel(fields) {
  model = fields;
  mosaic.setPictures(model.palette, model.size);
  originals.setPictures(model.palette, model.size, model.photographs);
  const [compared, how] = model.photographs ? ["Photographs", "what is painted of them"] : ["Originals", "reconstructions"];
  byId("compare").setAttribute("aria-label", compared);
  byId("compare").title = `${compared} beside ${how} (O)`;
  const title = model.token.startsWith("import:") ? model.name : model.token; // a hash of somebody's art says nothing
  document.title = `${title} · Pixelmint`;
  byId("name").textContent = title;
  byId("name").title = model.name;
  byId("model-fact").hidden = model.count < 2;
  byId("model").textContent = `${model.position + 1} of ${model.count}`;
  byId("device").textContent = model.device;
  byId("device").title = model.note || `The generator runs on ${model.device}`;
  document.body.dataset.device = model.device;
  byId("palette").replaceChildren(
    ...model.palette.map((color) => {
      const swatch = document.createElement("span");
      swatch.style.backgroundColor = color;
      return swatch;
    }),
  );
  labels.show(model.labels, model.asked);
  mosaic.place();
  showFeatures(Object.entries(model.features));
  help.describe([
    ["Token", model.token],
    ["Folder", model.name],
    ["Recipe", model.recipe],
    ["Tile", `${model.size[1]} × ${model.size[0]} pixels, ${model.palette.length} colours`],
    ["Computed by", model.note ? `${model.device} (${model.note})` : model.device],
    ...Object.entries(model.features),
  ], Boolean(model.photographs));
}

/** Show the token's features in a line, as far as there is room; the help has them all. */
function showFeatures(features) {
  const pairs = features.map(([name, value]) => {
    const pair = document.createElement("span");
    const what = document.createElement("b");
    what.textContent = value;
    pair.append(`${name} `, what);
    return pair;
  });
  byId("features").replaceChildren(...pairs);
  byId("features").hidden = !pairs.length;
  byId("features").title = features.map((pair) => pair.join(": ")).join("\n");
}

function showState(fields) {
  const hadText = state.text || state.state === "disconnected";
  state = fields;
  const { tiles, rate, mode, transition, step, compare } = state;
  mosaic.setCount(tiles);
  // A walk is smooth by itself: each of its pictures replaces the one before.
  mosaic.transition = mode === "walk" ? "cut" : transition;
  const isPaused = state.state === "paused";
  mosaic.duration = isPaused ? PAUSING_MS : Math.min(calm.matches ? CALM_MS : CHANGE_MS, (800 * tiles) / rate);
  if (isPaused) mosaic.hasten(performance.now());
  tell({ state: state.state, tiles, rate, step });
  byId("tiles").textContent = tiles.toLocaleString("en-US");
  byId("rate").textContent = rate.toLocaleString("en-US");
  byId("step").textContent = step.toLocaleString("en-US");
  byId("fewer").disabled = tiles <= 1;
  byId("more").disabled = tiles >= hello.max_tiles;
  byId("slower").disabled = rate <= MIN_RATE;
  byId("faster").disabled = rate >= hello.max_rate;
  press("modes", mode);
  press("transitions", transition);
  for (const button of byId("transitions").children) button.disabled = mode === "walk";
  originals.show(compare);
  byId("compare").setAttribute("aria-pressed", String(compare));
  setIcon(byId("run"), isPaused ? "play" : "pause");
  name(byId("run"), isPaused ? "Start" : "Pause", "Space");
  if (state.text) notice.show(state.text);
  else if (hadText) notice.clear();
  schedule();
}

function tell(values) {
  Object.assign(document.body.dataset, values);
  byId("state").textContent = document.body.dataset.state;
}

function press(id, choice) {
  for (const button of byId(id).children) button.setAttribute("aria-pressed", String(button.dataset.choice === choice));
}

function name(button, label, key) {
  button.setAttribute("aria-label", label);
  button.title = `${label} (${key})`;
}

function showLost(code) {
  if (state.state === "ended") return; // it has said so itself
  // What a first failure said is truer than "no answer" on trying again.
  if (state.state !== "disconnected" || code in WHY_LOST) notice.show(WHY_LOST[code] ?? LOST);
  drawn = null;
  state = { ...state, state: "disconnected" };
  tell({ state: "disconnected" });
}

function showValues({ loss, gpu, cpu }) {
  panels.set("loss", loss);
  if (gpu.length) panels.set("gpu", gpu);
  else panels.set("gpu", cpu, "cpu"); // where there is no GPU, the panel says so
}

function showHistory({ steps, chosen }) {
  history.setSteps(steps);
  history.choose(chosen);
  mosaic.place();
}

function showStats() {
  panels.toggle();
  byId("stats").setAttribute("aria-pressed", String(panels.isVisible));
  schedule();
}

function showFull(isAlone) {
  const button = byId("full");
  setIcon(button, isAlone ? "small" : "full");
  name(button, isAlone ? "Leave full screen" : "Full screen", "F");
}

async function save() {
  if (!model || !mosaic.count) return;
  const picture = mosaic.picture();
  const step = history.chosen ?? state.step;
  const scale = Math.max(1, Math.min(8, Math.floor(LARGEST_PNG_SIDE / Math.max(picture.width, picture.height))));
  const asked = writtenLabels(model.labels, model.asked);
  const png = await encodePng(picture, {
    Title: `Dreams of ${model.token}`,
    Software: "Pixelmint",
    "pixelmint:token": model.token,
    "pixelmint:step": String(step),
    "pixelmint:tiles": String(mosaic.count),
    "pixelmint:recipe": model.recipe,
    ...(asked && { "pixelmint:labels": asked }),
    "pixelmint:seeds": seeds.slice(0, mosaic.count).join(" "),
  }, scale);
  keep(png, `${model.name}-${step}.png`);
}

/** Download what is exported. The files are made when they are asked for, and that takes a while. */
async function fetchExport() {
  notice.show("Exporting the newest state");
  try {
    const answer = await fetch("export.zip");
    if (!answer.ok) return notice.show(await answer.text(), 12);
    const [, name] = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition")) ?? [null, "export.zip"];
    keep(await answer.blob(), name);
  } catch {
    notice.show("The program behind this page does not answer, so nothing was downloaded.", 12);
  }
}

/** Put a file into the browser's downloads. */
function keep(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  notice.show(`Saved ${name}`, 3);
}

setIcons(document);
new ResizeObserver(() => mosaic.place()).observe(stage);
watchRatio();
setInterval(() => {
  panels.add("tiles", refreshed);
  panels.add("fps", frames);
  refreshed = frames = 0;
}, 1000);

/** Place the tiles anew when the window moves to a screen of another pixel ratio, or the page is zoomed. */
function watchRatio() {
  window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener("change", () => {
    mosaic.place();
    watchRatio();
  }, { once: true });
}
