/**
 * Moments of the page, as an address has them: how it begins, and what a hash says.
 *
 * @import { State } from "./state.js"
 */

import { given } from "./given.js";
import { buildModel } from "./model.js";
import { readHash } from "./state.js";
import { stateOf } from "./steps.js";

export const nRows = given.columns ? given.columns[0].length : 0;

/** How a page begins that is told nothing. @type {State} */
export const plain = {
  lam: 0,
  flipped: false,
  part: "sum",
  turn: (given.constants.aside * 180) / Math.PI,
  rise: (given.constants.elevation * 180) / Math.PI,
  zoom: 1,
  theta: null,
  cloud: "none",
  draw: given.draws.seed,
  recipe: given.recipe,
  edits: {},
  step: "valley",
};

/** How this page begins. */
export const first = momentOf(given.hash, plain);

/** What a hash says; `tell=KEY` in it is all of a step.
 * @param {string} hash @param {State} from @returns {State} */
export function momentOf(hash, from) {
  const said = readHash(hash, from, nRows);
  const key = new URLSearchParams(hash.replace(/^#/, "")).get("tell");
  const made = key === null ? null : buildModel(given, said);
  return key !== null && made ? { ...said, ...stateOf(key, made) } : said;
}
