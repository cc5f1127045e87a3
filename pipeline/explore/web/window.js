/**
 * What to look at, for any data: the window of θ, the span of λ, the cut in height, and where λ is
 * best. The counterpart of `ridge_math.window` and of the landscape of the acts; the constants come
 * from there.
 *
 * @import { Reduced } from "./prepare.js"
 */

import { minimiser, minimum, rank, residualDf } from "./ridge.js";

/**
 * @typedef {object} Constants
 * @property {number} margin @property {number} cloud @property {number} valley_share
 * @property {number} flattest @property {number} singular_start @property {number} round_condition
 * @property {number} bowl_condition @property {number} least_share @property {number} valley_aspect
 * @property {number} pinned @property {number} fill @property {number} hover @property {number} reach
 * @property {number} height @property {number} aside @property {number} elevation
 * @property {number} untouched @property {number} crushed @property {number} grid
 * @property {number} tie @property {number} own_fit @property {number} noise_floor
 * @property {number} last_lam where λ stops if someone has chosen it, else 0
 */

/** @typedef {{low: number, high: number}} Span */

/** Every λ from valley to bowl. @param {Reduced} r @param {Constants} c @returns {Span} */
export function lamRange(r, c) {
  const [top, bottom] = r.d.map((d) => d * d);
  const low =
    bottom > 0 ? Math.max(c.valley_share * bottom, c.flattest * top) : c.singular_start * top;
  const high = (top - c.round_condition * bottom) / (c.round_condition - 1);
  return { low, high: Math.max(high, 0.5 * top) };
}

/** @param {Span} span @param {number} share 0 is low, 1 is high, even steps of log λ between */
export const at = (span, share) => span.low * Math.exp(share * Math.log(span.high / span.low));

/** @param {Span} span @param {number} lam */
export const shareOf = (span, lam) => Math.log(lam / span.low) / Math.log(span.high / span.low);

/** @param {Span} span @param {number} count @returns {number[]} */
export const steps = (span, count) =>
  Array.from({ length: count }, (_, i) => at(span, i / (count - 1)));

/** The λ at which the film stops: chosen, or where it calls the surface a bowl.
 * @param {Reduced} r @param {Constants} c */
export function bowlLam(r, c) {
  if (c.last_lam > 0) return c.last_lam;
  const span = lamRange(r, c);
  const [top, bottom] = r.d.map((d) => d * d);
  const wanted = (top - c.bowl_condition * bottom) / (c.bowl_condition - 1);
  return Math.min(Math.max(wanted, at(span, c.least_share)), span.high);
}

/** `exact`: a flat floor; `round`: no valley; `pinned`: a valley in which the data locate θ
 * nevertheless. @param {Reduced} r @param {Constants} c */
export function kindOf(r, c) {
  if (rank(r) < 2) return "exact";
  if (r.d[0] / r.d[1] < c.valley_aspect) return "round";
  if (residualDf(r) < 1) return "valley";
  const wander = Math.sqrt(r.rssMin / residualDf(r)) / r.d[1] / thetaWindow(r, c).half;
  return wander >= c.pinned ? "valley" : "pinned";
}

/** How far along the valley there is something to see. @param {Reduced} r @param {Constants} c */
function valleyReach(r, c) {
  let reach = Math.hypot(...minimiser(r, 0));
  const has = rank(r);
  const slowest = has ? r.d[has - 1] : 0;
  if (has === 2 && residualDf(r) > 0) {
    reach = Math.max(reach, (c.cloud * Math.sqrt(r.rssMin / residualDf(r))) / slowest);
  }
  if (reach === 0 && slowest > 0)
    reach = Math.sqrt(r.rssMin + r.uty[0] ** 2 + r.uty[1] ** 2) / slowest;
  return reach;
}

/** The square of θ that shows the valley, 0 and the ridge path.
 * @param {Reduced} r @param {Constants} c @returns {{centre: [number, number], half: number}} */
export function thetaWindow(r, c) {
  const reach = valleyReach(r, c);
  const start = minimiser(r, 0);
  const shape = r.d[1] / r.d[0];
  const extent = r.V.map((row) => reach * Math.hypot(row[0] * shape, row[1]));
  const path = steps(lamRange(r, c), 200).map((lam) => minimiser(r, lam));
  const [low, high] = [Math.min, Math.max].map((pick) =>
    [0, 1].map((j) =>
      pick(0, start[j] - extent[j], start[j] + extent[j], ...path.map((theta) => theta[j])),
    ),
  );
  return {
    centre: [0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1])],
    half: c.margin * 0.5 * Math.max(high[0] - low[0], high[1] - low[1]),
  };
}

/**
 * Between the numbers of what is shown and the units of the stage.
 * @typedef {object} Scale
 * @property {[number, number]} centre @property {number} half half the width of the window of θ
 * @property {number} low @property {number} high values at the floor and the top of the axes box
 * @property {number} reach @property {number} height of the box, in stage units
 */

/** One scale from λ = 0 to the bowl. @param {Reduced} r @param {Constants} c @returns {Scale} */
export function stageScale(r, c) {
  const { centre, half } = thetaWindow(r, c);
  const across = c.fill * half;
  const cuts = [0, bowlLam(r, c)].map(
    (lam) => minimum(r, lam) + (r.d[0] * across) ** 2 + lam * across ** 2,
  );
  const [lowest, high] = [r.rssMin, Math.max(...cuts)];
  const low = lowest - (c.hover / (1 - c.hover)) * (high - lowest);
  return { centre, half, low, high, reach: c.reach, height: c.height };
}

/** The azimuth that looks along the valley from the side of small θ₂. @param {Reduced} r */
export function lookAlongValley(r) {
  const along = [r.V[0][1], r.V[1][1]];
  return along[1] > 0 ? Math.atan2(-along[0], along[1]) : Math.atan2(along[0], -along[1]);
}

/**
 * The λ with the lowest score, of equal ones the largest, to six digits; null where the score is nowhere
 * finite. A grid finds the dip, golden sections its lowest point in log λ.
 * @param {(lam: number) => number} score @param {Span} span @param {Constants} c
 */
export function lowest(score, span, c) {
  const lams = steps(span, c.grid);
  const scores = lams.map(score);
  const least = Math.min(...scores);
  if (!Number.isFinite(least)) return null;
  const best = scores.findLastIndex((value) => value <= least * (1 + c.tie));
  if (best === 0 || best === c.grid - 1) return lams[best];
  const golden = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [Math.log(lams[best - 1]), Math.log(lams[best + 1])];
  while (b - a > 1e-9) {
    const [left, right] = [b - golden * (b - a), a + golden * (b - a)];
    if (score(Math.exp(left)) < score(Math.exp(right))) b = right;
    else a = left;
  }
  const found = Math.exp((a + b) / 2);
  const lam = score(found) < scores[best] * (1 - c.tie) ? found : lams[best];
  return Number(lam.toPrecision(6));
}

/** Every λ among which criteria are compared. @param {Reduced} r @param {Constants} c @returns {Span} */
export function searchRange(r, c) {
  return { low: c.untouched * r.d[rank(r) - 1] ** 2, high: c.crushed * r.d[0] ** 2 };
}
