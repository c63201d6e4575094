/** Digests of all that a page gets of tokens, and of single sprites, to be compared with Python's. */

/** Return the digest of each text's token: its hash, its documents, its palette and its pixels. */
export function tokenDigests({ drawToken, sha256, hexadecimal }, texts) {
  return texts.map((text) => {
    const { hash, scheme, token, metadata, features, palette, pixels, size } = drawToken(text);
    const documents = [hash, scheme, `${size}`, ...[token, metadata, features].map((document) => JSON.stringify(document))];
    const head = new TextEncoder().encode(documents.join("\n"));
    const bytes = new Uint8Array(head.length + palette.length + pixels.length);
    bytes.set(head);
    bytes.set(palette, head.length);
    bytes.set(pixels, head.length + palette.length);
    return hexadecimal(sha256(bytes));
  });
}

/** Return the digest of a sprite of each family with each value of each feature, with its palette's name. */
export function valueDigests({ families, palettes, random, $, sha256, hexadecimal }, cases) {
  return cases.map(([family, seed, changed]) => {
    const stream = random.Stream(seed, "values");
    const drawn = families.FAMILIES.at(family);
    const values = $.dict([...drawn.draw_values(stream).items(), ...changed]);
    const name = palettes.PALETTE_FEATURE.draw(stream);
    const palette = palettes.draw_palette(name, stream);
    const pixels = drawn.draw(values, stream.fork("pixels"), palette);
    return `${name} ${hexadecimal(sha256(pixels.elements()))}`;
  });
}

/** Return five words of a stream in each state. */
export const streamWords = ({ random }, states) =>
  states.map((state) => {
    const stream = random.Stream("a", "b");
    [stream._a, stream._b, stream._c, stream._counter] = state;
    return Array.from({ length: 5 }, () => stream.u32());
  });

/** Return the normal form of each text, or the message with which it is refused. */
export const parsedHashes = ({ hashes }, texts) =>
  texts.map((text) => {
    try {
      const hash = hashes.parse_hash(text);
      hashes.check_drawable(hash);
      return [hash.text, hash.scheme];
    } catch (error) {
      return [error.name, error.message];
    }
  });
