// An indexed PNG as palette indices: https://www.w3.org/TR/png-3/. Only for files that the snapshot's manifest vouches for.

/**
 * Return the indices of a PNG, row by row, of this size. Throws an Error if it is another kind of PNG.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {number} width
 * @param {number} height
 */
export async function readIndexedPng(bytes, width, height) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const depth = view.getUint8(24);
  if (view.getUint32(16) !== width || view.getUint32(20) !== height || view.getUint8(25) !== 3 || view.getUint8(28) !== 0) {
    throw new Error("the picture is not an indexed PNG of this size");
  }
  const parts = [];
  for (let offset = 8; offset + 12 <= bytes.length; offset += 12 + view.getUint32(offset)) {
    const isData = view.getUint32(offset + 4) === 0x49444154; // IDAT
    if (isData) parts.push(bytes.subarray(offset + 8, offset + 8 + view.getUint32(offset)));
  }
  const stream = new Blob(parts).stream().pipeThrough(new DecompressionStream("deflate"));
  const rowBytes = Math.ceil((width * depth) / 8);
  const lines = new Uint8Array(await new Response(stream).arrayBuffer());
  if (lines.length !== height * (rowBytes + 1)) throw new Error("the picture has other rows");
  const indices = new Uint8Array(width * height);
  let above = new Uint8Array(rowBytes);
  for (let y = 0; y < height; y++) {
    const row = lines.subarray(y * (rowBytes + 1) + 1, (y + 1) * (rowBytes + 1));
    unfilter(lines[y * (rowBytes + 1)], row, above);
    for (let x = 0; x < width; x++) {
      const shift = 8 - depth - ((x * depth) % 8);
      indices[y * width + x] = (row[Math.floor((x * depth) / 8)] >> shift) & (2 ** depth - 1);
    }
    above = row;
  }
  return indices;
}

/**
 * Undo the filter of a row in place (section 9.2); a pixel has one byte at most.
 *
 * @param {number} filter
 * @param {Uint8Array} row
 * @param {Uint8Array} above
 */
function unfilter(filter, row, above) {
  for (let x = 0; x < row.length; x++) {
    const [left, up, corner] = [x ? row[x - 1] : 0, above[x], x ? above[x - 1] : 0];
    if (filter === 1) row[x] += left;
    else if (filter === 2) row[x] += up;
    else if (filter === 3) row[x] += (left + up) >> 1;
    else if (filter === 4) row[x] += paeth(left, up, corner);
  }
}

/**
 * @param {number} left
 * @param {number} up
 * @param {number} corner
 */
function paeth(left, up, corner) {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
