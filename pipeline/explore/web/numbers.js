/**
 * All numbers of a state at once, unrounded: for tests, and for pages that show them in their own way.
 *
 * @import { Model } from "./model.js"
 */

import {
  conditionNumber,
  effectiveDf,
  filterFactors,
  gcv,
  minimiser,
  minimum,
  posteriorCovariance,
  residualSs,
  risk,
  samplingCovariance,
  vif,
} from "./ridge.js";

/** @param {Model} model @param {number} lam */
export function numbersOf(model, lam) {
  const { reduced, sigma2, world, scale, span } = model;
  const { bias2, variance } = risk(reduced, lam, world.theta, world.sigma2);
  return {
    lam,
    kind: model.kind,
    d: reduced.d,
    theta: minimiser(reduced, lam),
    rss: residualSs(reduced, lam),
    objective: minimum(reduced, lam),
    condition: conditionNumber(reduced, lam),
    vif: vif(reduced, lam),
    df: effectiveDf(reduced, lam),
    filter: filterFactors(reduced, lam),
    gcv: gcv(reduced, lam),
    loo: model.looScore ? model.looScore(lam) : null,
    bias2,
    variance,
    sigma2,
    sampling: samplingCovariance(reduced, lam, sigma2),
    posterior: posteriorCovariance(reduced, lam, sigma2),
    rho: model.rho,
    span: [span.low, span.high],
    bowl: model.bowl,
    window: [...scale.centre, scale.half],
    heights: [scale.low, scale.high],
  };
}
