// The icons, drawn in pixels like everything here: 10 x 10, one character a pixel.

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

/** Put the named icon into an element, in place of one that is there; it says nothing to a screen reader. */
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

/** Give every element with a data-icon its icon. */
export function setIcons(root) {
  for (const element of root.querySelectorAll("[data-icon]")) setIcon(element, element.dataset.icon);
}

function outline(bitmap) {
  return bitmap
    .split("|")
    .flatMap((row, y) => [...row.matchAll(/#+/g)].map((run) => `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`))
    .join("");
}
