/** The tokens of a collection: which of them are shown, and in which order. */

/**
 * @typedef {object} Trait
 * @property {string} name
 * @property {boolean} isNumber
 * @property {(string | number)[]} values in the order in which they are listed
 * @property {number[]} counts of each value
 * @property {number[]} column for each token the index of its value, -1 if it lacks the trait
 */

/**
 * @typedef {object} Collection
 * @property {string} name
 * @property {number} firstNumber
 * @property {string[]} hashes
 * @property {number[]} ranks
 * @property {number[]} scores
 * @property {Trait[]} traits
 * @property {number} tokensPerPart
 */

/**
 * Return the name of a token: its number in the collection.
 * @param {Collection} collection
 * @param {number} place
 */
export function tokenName({ firstNumber }, place) {
  return `#${place + firstNumber}`;
}

export class Tokens {
  /** @type {Map<number, Set<number>>} the chosen values by trait */
  #chosen = new Map();
  #text = "";
  #order = "rank";

  /** @param {Collection} collection */
  constructor(collection) {
    this.collection = collection;
  }

  get isFiltered() {
    return this.#text !== "" || this.#chosen.size > 0;
  }

  /** @param {string} text that the hash contains, or a token's number */
  search(text) {
    this.#text = text.trim().toLowerCase();
  }

  /** @param {string} order "number", "rank", or the name of a trait with numbers */
  sort(order) {
    this.#order = order;
  }

  /**
   * @param {number} trait
   * @param {number} value
   * @param {boolean} isChosen
   */
  choose(trait, value, isChosen) {
    const values = this.#chosen.get(trait) ?? new Set();
    if (isChosen) {
      values.add(value);
    } else {
      values.delete(value);
    }
    if (values.size) {
      this.#chosen.set(trait, values);
    } else {
      this.#chosen.delete(trait);
    }
  }

  clear() {
    this.#chosen.clear();
    this.#text = "";
  }

  /** @returns {number[]} the places of the tokens that are shown, in order */
  shown() {
    const { hashes, ranks, scores, traits } = this.collection;
    const places = hashes.map((_, place) => place).filter((place) => this.#isShown(place));
    if (this.#order === "rank") {
      places.sort((one, other) => ranks[one] - ranks[other] || scores[other] - scores[one] || one - other);
    } else if (this.#order !== "number") {
      const trait = traits.find((each) => each.name === this.#order);
      const value = (/** @type {number} */ place) => Number(trait?.values[trait.column[place]] ?? -1);
      places.sort((one, other) => value(other) - value(one) || one - other);
    }
    return places;
  }

  /**
   * Count the tokens with each value of a trait among those that the other filters show.
   * @param {number} index of the trait
   */
  counts(index) {
    const trait = this.collection.traits[index];
    const counts = trait.values.map(() => 0);
    trait.column.forEach((value, place) => {
      if (value >= 0 && this.#isShown(place, index)) {
        counts[value] += 1;
      }
    });
    return counts;
  }

  /**
   * @param {number} place
   * @param {number} [ignored] a trait whose filter does not matter
   */
  #isShown(place, ignored) {
    for (const [trait, values] of this.#chosen) {
      if (trait !== ignored && !values.has(this.collection.traits[trait].column[place])) {
        return false;
      }
    }
    const text = this.#text;
    const name = tokenName(this.collection, place);
    return text === "" || name === text || name === `#${text}` || this.collection.hashes[place].toLowerCase().includes(text);
  }
}
