// Where the tiles of a mosaic stand: columns, rows, how large a pixel, how wide the gap between tiles.
//
// Sizes are device pixels, and a pixel of a tile covers a whole number of them, but for pictures that have to shrink.

const WIDEST_GAP = 3; // in pixels of a tile

// A hundredth of the places left empty is as bad as a shape that is four hundredths too wide or too high.
const EMPTY_COST = 4;

/**
 * Place count tiles of tileWidth x tileHeight pixels in width x height device pixels.
 *
 * Takes the largest scale that shows them all, then the shape nearest to the room's that leaves few places empty, then the
 * widest gap. Where they do not fit even at scale 1, the mosaic grows beyond the height, for the page to scroll.
 * Returns {columns, rows, scale, gap, width, height}; gap, width and height are in pixels of a tile.
 */
export function layOut(count, tileWidth, tileHeight, width, height) {
  let best = null;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    if (rows > 1 && Math.ceil(count / (columns - 1)) === rows) continue; // the same rows with fewer columns are larger
    const gap = count === 1 ? 0 : 1;
    const scale = largestScale(columns, rows, gap, tileWidth, tileHeight, width, height);
    if (scale < 1) continue;
    const candidate = { columns, rows, scale, gap };
    if (best === null || better(candidate, best, count, (width / height) * (tileHeight / tileWidth))) best = candidate;
  }
  best ??= scrolling(count, tileWidth, width);
  while (best.gap > 0 && best.gap < WIDEST_GAP) {
    const wider = best.gap + 1;
    if (largestScale(best.columns, best.rows, wider, tileWidth, tileHeight, width, height) < best.scale) break;
    best.gap = wider;
  }
  return {
    ...best,
    width: extent(best.columns, tileWidth, best.gap),
    height: extent(best.rows, tileHeight, best.gap),
  };
}

/** Place tiles like layOut, or where they do not fit at scale 1, at a half, a third...: all of them are seen, however small. */
export function layOutWithin(count, tileWidth, tileHeight, width, height) {
  for (let times = 1; ; times++) {
    const place = layOut(count, tileWidth, tileHeight, times * width, times * height);
    const fits = place.width * place.scale <= times * width && place.height * place.scale <= times * height;
    if (fits) return { ...place, scale: place.scale / times };
  }
}

function scrolling(count, tileWidth, width) {
  const columns = Math.max(1, Math.min(count, Math.floor((width + 1) / (tileWidth + 1))));
  return { columns, rows: Math.ceil(count / columns), scale: 1, gap: 1 };
}

function largestScale(columns, rows, gap, tileWidth, tileHeight, width, height) {
  return Math.floor(Math.min(width / extent(columns, tileWidth, gap), height / extent(rows, tileHeight, gap)));
}

function extent(places, side, gap) {
  return places * side + (places - 1) * gap;
}

function better(candidate, best, count, shape) {
  if (candidate.scale !== best.scale) return candidate.scale > best.scale;
  // At one scale every shape covers as much of the wall: what counts is that it leaves like margins on all sides.
  const cost = ({ columns, rows }) => Math.abs(Math.log(columns / rows / shape)) + (EMPTY_COST * (columns * rows - count)) / count;
  return cost(candidate) < cost(best);
}
