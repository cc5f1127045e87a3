/**
 * The height axis: what it is called, its ticks, and where a value stands on it.
 *
 * @import { Model } from "./model.js"
 * @import { State } from "./state.js"
 * @import { Ticks } from "./numerals.js"
 */

import { niceTicks } from "./numerals.js";

/**
 * @typedef {object} Heights
 * @property {string} name key of its name among the words
 * @property {Ticks} ticks
 * @property {(value: number) => number} level v of a value
 */

/** @param {Model} model @param {State} state @param {number} hover of a penalty alone
 * @returns {Heights} */
export function heightsOf(model, state, hover) {
  const { low, high } = model.scale;
  const span = high - low;
  const twice = 2 * model.sigma2;
  const lowest = model.reduced.rssMin;
  if (state.part === "penalty" && state.flipped) {
    const ticks = niceTicks((-(1 - hover) * span) / twice, 0);
    return {
      name: "log_prior",
      ticks,
      level: (/** @type {number} */ v) => hover - (twice * v) / span,
    };
  }
  if (state.part === "penalty") {
    const ticks = niceTicks(0, (1 - hover) * span);
    return { name: "penalty_height", ticks, level: (/** @type {number} */ v) => hover + v / span };
  }
  const name = state.part === "data" || state.lam === 0 ? "" : "_sum";
  if (state.flipped) {
    const level = (/** @type {number} */ v) => (lowest - twice * v - low) / span;
    return { name: `log_likelihood${name}`, ticks: niceTicks((lowest - high) / twice, 0), level };
  }
  const level = (/** @type {number} */ v) => (v - low) / span;
  return { name: `rss${name}`, ticks: niceTicks(Math.max(low, 0), high), level };
}
