/**
 * The cloud of θ̂: of data drawn again, or of what these data leave uncertain.
 *
 * @import { Model } from "./model.js"
 * @import { State } from "./state.js"
 */

import { Random } from "./random.js";
import { posteriorDraws, resampled } from "./ridge.js";

/** @type {{seed: number, normals: Float64Array} | null} */
let drawn = null;

/** The same for every λ, so that a cloud moves with it. @param {number} seed @param {number} count */
function normalsOf(seed, count) {
  if (drawn?.seed !== seed) drawn = { seed, normals: new Random(seed).normals(2 * count) };
  return drawn.normals;
}

/** θ of each dot. @param {Model} model @param {State} state @param {number} count of dots
 * @param {number} [lam] @returns {number[][]} */
export function cloudOf({ reduced, sigma2, world }, state, count, lam = state.lam) {
  if (state.cloud === "none") return [];
  const normals = normalsOf(state.draw, count);
  if (state.cloud === "posterior") return posteriorDraws(reduced, lam, normals, sigma2);
  return resampled(reduced, lam, normals, world.sigma2, world.known ? world.theta : undefined);
}
