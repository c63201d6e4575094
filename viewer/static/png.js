// Indexed PNG files with text chunks, written here: a canvas would forget both the palette and where the picture comes from.
//
// PNG, Third Edition: https://www.w3.org/TR/png-3/

/**
 * Return a PNG (Blob) of palette indices, each pixel scale x scale large.
 *
 * picture is {indices, width, height, palette: [[red, green, blue, alpha]...]}; texts is {keyword: text}.
 */
export async function encodePng({ indices, width, height, palette }, texts, scale = 1) {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width * scale);
  header.setUint32(4, height * scale);
  header.setUint8(8, 8); // bits an index
  header.setUint8(9, 3); // indexed colour; compression, filter and interlace stay 0
  const chunks = [
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("PLTE", Uint8Array.from(palette.flatMap((color) => color.slice(0, 3)))),
  ];
  if (palette.some((color) => color[3] < 255)) chunks.push(chunk("tRNS", Uint8Array.from(palette, (color) => color[3])));
  for (const [keyword, text] of Object.entries(texts)) chunks.push(textChunk(keyword, text));
  chunks.push(chunk("IDAT", await deflated(scanlines(indices, width, height, scale))), chunk("IEND", new Uint8Array(0)));
  return new Blob([Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), ...chunks], { type: "image/png" });
}

function scanlines(indices, width, height, scale) {
  const length = 1 + width * scale; // a line begins with its filter, none
  const lines = new Uint8Array(length * height * scale);
  for (let y = 0; y < height; y++) {
    const start = y * scale * length;
    for (let x = 0; x < width; x++) {
      lines.fill(indices[y * width + x], start + 1 + x * scale, start + 1 + (x + 1) * scale);
    }
    for (let copy = 1; copy < scale; copy++) lines.copyWithin(start + copy * length, start, start + length);
  }
  return lines;
}

async function deflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function textChunk(keyword, text) {
  // iTXt: keyword, 0, not compressed 0 0, no language 0, no translation 0, UTF-8.
  return chunk("iTXt", new TextEncoder().encode(`${keyword}\0\0\0\0\0${text}`));
}

function chunk(type, content) {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
