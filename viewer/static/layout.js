// The layout of a mosaic: columns, rows, the scale of a pixel, and the gap between tiles.
//
// Sizes are in device pixels. A pixel of a tile covers a whole number of them, unless the pictures have to shrink.

const MAX_GAP = 3; // in pixels of a tile

// One hundredth of the cells left empty costs as much as a shape that is four hundredths too wide or too high.
const EMPTY_COST = 4;

/**
 * @typedef {object} Grid
 * @property {number} columns
 * @property {number} rows
 * @property {number} scale device pixels per pixel of a tile
 * @property {number} gap between tiles, in pixels of a tile
 */

/**
 * A grid that is filled with tiles. All lengths are in pixels of a tile.
 *
 * @typedef {Grid & { count: number, tileWidth: number, tileHeight: number, width: number, height: number }} Layout
 */

/**
 * Lay out count tiles of tileWidth x tileHeight pixels in width x height device pixels.
 *
 * Takes the largest scale that shows them all, then the shape nearest to that of the area which leaves few cells empty, then the
 * widest gap. If they do not fit even at scale 1, the layout is higher than the area, and the page scrolls.
 *
 * @param {number} count
 * @param {number} tileWidth
 * @param {number} tileHeight
 * @param {number} width
 * @param {number} height
 * @returns {Layout}
 */
export function layOut(count, tileWidth, tileHeight, width, height) {
  /** @type {Grid | null} */
  let best = null;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    if (rows > 1 && Math.ceil(count / (columns - 1)) === rows) continue; // the same rows with fewer columns are larger
    const gap = count === 1 ? 0 : 1;
    const scale = maxScale(columns, rows, gap, tileWidth, tileHeight, width, height);
    if (scale < 1) continue;
    const candidate = { columns, rows, scale, gap };
    if (best === null || isBetter(candidate, best, count, (width / height) * (tileHeight / tileWidth))) best = candidate;
  }
  best ??= scrollingGrid(count, tileWidth, width);
  while (best.gap > 0 && best.gap < MAX_GAP) {
    const wider = best.gap + 1;
    if (maxScale(best.columns, best.rows, wider, tileWidth, tileHeight, width, height) < best.scale) break;
    best.gap = wider;
  }
  return {
    ...best,
    count,
    tileWidth,
    tileHeight,
    width: extent(best.columns, tileWidth, best.gap),
    height: extent(best.rows, tileHeight, best.gap),
  };
}

/**
 * Lay out tiles like layOut. If they do not fit at scale 1, shrink them to a half, a third..., so that all of them are visible.
 *
 * @param {number} count
 * @param {number} tileWidth
 * @param {number} tileHeight
 * @param {number} width
 * @param {number} height
 * @returns {Layout}
 */
export function layOutWithin(count, tileWidth, tileHeight, width, height) {
  for (let divisor = 1; ; divisor++) {
    const layout = layOut(count, tileWidth, tileHeight, divisor * width, divisor * height);
    const fits = layout.width * layout.scale <= divisor * width && layout.height * layout.scale <= divisor * height;
    if (fits) return { ...layout, scale: layout.scale / divisor };
  }
}

/**
 * Return where a tile begins among the pixels of a layout, counted row by row.
 *
 * @param {Layout} layout
 * @param {number} number
 */
export function tileOffset(layout, number) {
  const { columns, gap, tileWidth, tileHeight, width } = layout;
  const row = Math.floor(number / columns);
  return row * (tileHeight + gap) * width + rowIndent(layout, row) + (number % columns) * (tileWidth + gap);
}

/**
 * Return how far a row is indented: a last row that is not full is centred.
 *
 * @param {Layout} layout
 * @param {number} row
 */
export function rowIndent({ columns, rows, gap, count, tileWidth }, row) {
  const empty = row === rows - 1 ? columns * rows - count : 0;
  return Math.floor((empty * (tileWidth + gap)) / 2);
}

/**
 * @param {number} count
 * @param {number} tileWidth
 * @param {number} width
 * @returns {Grid}
 */
function scrollingGrid(count, tileWidth, width) {
  const columns = Math.max(1, Math.min(count, Math.floor((width + 1) / (tileWidth + 1))));
  return { columns, rows: Math.ceil(count / columns), scale: 1, gap: 1 };
}

/**
 * @param {number} columns
 * @param {number} rows
 * @param {number} gap
 * @param {number} tileWidth
 * @param {number} tileHeight
 * @param {number} width
 * @param {number} height
 */
function maxScale(columns, rows, gap, tileWidth, tileHeight, width, height) {
  return Math.floor(Math.min(width / extent(columns, tileWidth, gap), height / extent(rows, tileHeight, gap)));
}

/**
 * @param {number} count
 * @param {number} side
 * @param {number} gap
 */
function extent(count, side, gap) {
  return count * side + (count - 1) * gap;
}

/**
 * @param {Grid} candidate
 * @param {Grid} best
 * @param {number} count
 * @param {number} shape columns per row that the area has room for
 */
function isBetter(candidate, best, count, shape) {
  if (candidate.scale !== best.scale) return candidate.scale > best.scale;
  // At the same scale every shape covers the same area. A better one leaves more even margins.
  /** @param {Grid} grid */
  const cost = ({ columns, rows }) => Math.abs(Math.log(columns / rows / shape)) + (EMPTY_COST * (columns * rows - count)) / count;
  return cost(candidate) < cost(best);
}
