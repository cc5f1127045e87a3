/**
 * The numbers of a state, in lines.
 *
 * @import { Model } from "./model.js"
 * @import { Say } from "./panels.js"
 * @import { State } from "./state.js"
 */

import { number } from "./numerals.js";
import {
  conditionNumber,
  effectiveDf,
  minimiser,
  minimum,
  objective,
  residualSs,
  vif,
} from "./ridge.js";

/** @typedef {{name: string, value: string, taken?: string, colour?: string}} Readout */

/** @param {Model} model @param {State} state @param {boolean} scaled @param {Say} say
 * @returns {Readout[]} */
export function readoutsOf(model, state, scaled, say) {
  const { reduced, sigma2 } = model;
  const { lam, theta } = state;
  const best = minimiser(reduced, lam);
  const other = (/** @type {number} */ value) => (theta ? number(value) : "");
  /** @type {Readout[]} */
  const lines = [0, 1].map((j) => ({
    name: `θ̂${"₁₂"[j]}`,
    value: number(best[j]),
    taken: theta ? number(theta[j]) : "",
    colour: `theta${j + 1}`,
  }));
  lines.push({
    name: say("rss"),
    value: number(residualSs(reduced, lam)),
    taken: theta ? other(objective(reduced, theta, 0)) : "",
  });
  lines.push({
    name: say("rss_sum"),
    value: number(minimum(reduced, lam)),
    taken: theta ? other(objective(reduced, theta, lam)) : "",
  });
  lines.push({ name: "κ(XᵀX + λI)", value: number(conditionNumber(reduced, lam)) });
  lines.push({ name: say("vif"), value: scaled ? number(vif(reduced, lam)) : "–" });
  lines.push({ name: "df(λ)", value: number(effectiveDf(reduced, lam)) });
  if (state.flipped) {
    lines.push({ name: "σ²", value: number(sigma2) });
    lines.push({
      name: "τ² = σ² ∕ λ",
      value: number(lam > 0 ? sigma2 / lam : Infinity),
      colour: "penalty",
    });
  }
  return lines;
}

/** The same in a sentence. @param {Model} model @param {number} lam @param {Say} say */
export function sentenceOf({ reduced }, lam, say) {
  const [theta1, theta2] = minimiser(reduced, lam).map((value) => number(value));
  const kappa = number(conditionNumber(reduced, lam));
  return say("heard", { lam: number(lam), theta1, theta2, kappa });
}
