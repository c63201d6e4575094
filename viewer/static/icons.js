// The icons: bitmaps of 10 x 10 pixels, one character a pixel.

/** @typedef {keyof typeof BITMAPS} IconName */

const BITMAPS = {
  play: "..........|..#.......|..###.....|..#####...|..#######.|..#######.|..#####...|..###.....|..#.......|..........",
  pause: "..........|..##..##..|..##..##..|..##..##..|..##..##..|..##..##..|..##..##..|..##..##..|..##..##..|..........",
  previous: "..........|.#......#.|.#.....##.|.#...####.|.#..#####.|.#..#####.|.#...####.|.#.....##.|.#......#.|..........",
  next: "..........|.#......#.|.##.....#.|.####...#.|.#####..#.|.#####..#.|.####...#.|.##.....#.|.#......#.|..........",
  minus: "..........|..........|..........|..........|.########.|.########.|..........|..........|..........|..........",
  plus: "..........|....##....|....##....|....##....|.########.|.########.|....##....|....##....|....##....|..........",
  stats: "..........|........##|........##|....##..##|....##..##|....##..##|##..##..##|##..##..##|##..##..##|..........",
  originals: "##..##..##|##..##..##|..........|..........|##..##..##|##..##..##|..........|..........|##..##..##|##..##..##",
  save: "....##....|....##....|....##....|.########.|..######..|...####...|....##....|#........#|#........#|##########",
  full: "####..####|#........#|#........#|#........#|..........|..........|#........#|#........#|#........#|####..####",
  small: "..........|...#..#...|...#..#...|####..####|..........|..........|####..####|...#..#...|...#..#...|..........",
  help: "...####...|..######..|..##..##..|......##..|.....##...|....##....|....##....|..........|....##....|....##....",
  close: "..........|.##....##.|..##..##..|...####...|....##....|....##....|...####...|..##..##..|.##....##.|..........",
};

const SVG = "http://www.w3.org/2000/svg";

/**
 * Put an icon at the start of an element, replacing the one that is there. Screen readers ignore it.
 *
 * @param {HTMLElement} element
 * @param {IconName} name
 */
export function setIcon(element, name) {
  if (element.dataset.icon === name && element.querySelector("svg")) return;
  element.dataset.icon = name;
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 10 10", "aria-hidden": "true", focusable: "false", class: "icon" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", outline(BITMAPS[name]));
  svg.append(path);
  element.querySelector("svg")?.remove();
  element.prepend(svg);
}

/**
 * Give every element with a data-icon its icon.
 *
 * @param {ParentNode} root
 */
export function setIcons(root) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-icon]"))) {
    setIcon(element, /** @type {IconName} */ (element.dataset.icon));
  }
}

/**
 * Return a bitmap as an SVG path, one rectangle for each run of pixels.
 *
 * @param {string} bitmap
 */
function outline(bitmap) {
  return bitmap
    .split("|")
    .flatMap((row, y) => [...row.matchAll(/#+/g)].map((run) => `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`))
    .join("");
}
