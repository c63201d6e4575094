// Base64, in which the page carries bytes.

/**
 * Return the bytes of a text in base64.
 *
 * @param {string} text
 */
export function decodeBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
