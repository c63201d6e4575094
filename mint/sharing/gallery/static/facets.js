// The facets of a gallery: by what works can be chosen, how many there are of each kind, and in which order they hang.

/**
 * @typedef {object} WorkRecord as gallery.json has it
 * @property {string} id
 * @property {string} title
 * @property {string} author
 * @property {string} hash
 * @property {string} name
 * @property {string} recipe
 * @property {number} step
 * @property {number} images
 * @property {Record<string, string | number>} traits
 */

/** @typedef {{ value: string, text: string, count: number }} Choice */
/** @typedef {{ name: string, label: string, choices: Choice[] }} Facet */

const PALETTE = "Palette";
// Counts of sprites have too many values to choose from, and say little.
const MAX_VALUES = 24;
const SEPARATOR = ": ";

/** @type {Record<string, (work: WorkRecord) => string[]>} the values of a work by facet */
const VALUES = {
  palette: ({ traits }) => (PALETTE in traits ? [String(traits[PALETTE])] : []),
  recipe: ({ recipe }) => [recipe],
  author: ({ author }) => (author ? [author] : []),
  trait: ({ traits }) =>
    Object.entries(traits)
      .filter(([name]) => name !== PALETTE)
      .map(([name, value]) => `${name}${SEPARATOR}${value}`),
};

const LABELS = { palette: "Palette", recipe: "Recipe", author: "Author", trait: "Trait" };

/** @type {Record<string, { label: string, compare: (one: WorkRecord, other: WorkRecord) => number }>} */
export const ORDERS = {
  title: { label: "by title", compare: () => 0 }, // as they stand in the page
  author: { label: "by author", compare: (one, other) => compareTexts(one.author, other.author) },
  recipe: { label: "by recipe", compare: (one, other) => compareTexts(one.recipe, other.recipe) },
  learned: { label: "longest learned", compare: (one, other) => other.images - one.images },
};

/**
 * Return the facets with the choices that the other choices leave, and their numbers of works.
 *
 * @param {WorkRecord[]} works
 * @param {Record<string, string>} chosen values by facet
 * @returns {Facet[]}
 */
export function facets(works, chosen) {
  return Object.entries(LABELS).map(([name, label]) => {
    const rest = shown(works, { ...chosen, [name]: "" });
    return { name, label, choices: choices(name, works, rest) };
  });
}

/**
 * Return the works that have all chosen values.
 *
 * @param {WorkRecord[]} works
 * @param {Record<string, string>} chosen values by facet; an empty one is no choice
 */
export function shown(works, chosen) {
  const filters = Object.entries(chosen).filter(([name, value]) => value && name in VALUES);
  return works.filter((work) => filters.every(([name, value]) => VALUES[name](work).includes(value)));
}

/**
 * @param {string} name
 * @param {WorkRecord[]} works
 * @param {WorkRecord[]} rest
 * @returns {Choice[]}
 */
function choices(name, works, rest) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const value of works.flatMap((work) => VALUES[name](work))) counts.set(value, 0);
  for (const value of rest.flatMap((work) => VALUES[name](work))) counts.set(value, (counts.get(value) ?? 0) + 1);
  const values = [...counts.keys()];
  const kept = name === "trait" ? values.filter((value) => isChoice(value, values)) : values;
  return kept.sort(compareTexts).map((value) => ({ value, text: value, count: counts.get(value) ?? 0 }));
}

/**
 * Whether a trait has few enough values to choose from, and more than one.
 *
 * @param {string} value
 * @param {string[]} values
 */
function isChoice(value, values) {
  const prefix = value.slice(0, value.indexOf(SEPARATOR) + SEPARATOR.length);
  const count = values.filter((other) => other.startsWith(prefix)).length;
  return count > 1 && count <= MAX_VALUES;
}

/**
 * @param {string} one
 * @param {string} other
 */
function compareTexts(one, other) {
  return one.localeCompare(other, "en", { numeric: true });
}
