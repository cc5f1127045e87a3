/**
 * Ridge regression with two features, from its singular values: what `ridge_math` computes, number
 * for number. λ is that of RSS(θ) + λ‖θ‖².
 *
 * @import { Reduced, Rows } from "./prepare.js"
 */

import { dot } from "./prepare.js";

/** @typedef {[number, number]} Pair */

/** λ/d², infinite where d is 0. @param {Reduced} r @param {number} lam @param {number} i */
const ratio = (r, lam, i) => (r.d[i] > 0 ? lam / r.d[i] / r.d[i] : Infinity);

/** Filter factors d²/(d² + λ). @param {Reduced} r @param {number} lam @returns {Pair} */
export const filterFactors = (r, lam) => [1 / (1 + ratio(r, lam, 0)), 1 / (1 + ratio(r, lam, 1))];

/** λ/(d² + λ), with all its digits. @param {Reduced} r @param {number} lam @returns {Pair} */
export function filterComplements(r, lam) {
  const lost = (/** @type {number} */ i) => (r.d[i] > 0 ? 1 / (1 + 1 / ratio(r, lam, i)) : 1);
  return [lost(0), lost(1)];
}

/** A vector along the singular directions, in terms of θ₁ and θ₂.
 * @param {Reduced} r @param {ArrayLike<number>} along @returns {Pair} */
export const turnBack = (r, along) => [
  r.V[0][0] * along[0] + r.V[0][1] * along[1],
  r.V[1][0] * along[0] + r.V[1][1] * along[1],
];

/** Vᵀθ. @param {Reduced} r @param {ArrayLike<number>} theta @returns {Pair} */
export const turn = (r, theta) => [
  r.V[0][0] * theta[0] + r.V[1][0] * theta[1],
  r.V[0][1] * theta[0] + r.V[1][1] * theta[1],
];

/** @param {Reduced} r */
const safe = (r) => r.d.map((value) => (value > 0 ? value : 1));

/** θ̂(λ) = V diag(d/(d² + λ)) Uᵀy; of least norm at λ = 0. @param {Reduced} r @param {number} lam */
export function minimiser(r, lam) {
  const factor = filterFactors(r, lam);
  const size = safe(r);
  return turnBack(
    r,
    [0, 1].map((i) => factor[i] * (r.uty[i] / size[i])),
  );
}

/** RSS(θ) + λ‖θ‖². @param {Reduced} r @param {ArrayLike<number>} theta @param {number} lam */
export function objective(r, theta, lam) {
  const along = turn(r, theta);
  const residual = [0, 1].map((i) => r.d[i] * along[i] - r.uty[i]);
  return r.rssMin + dot(residual, residual) + lam * dot(theta, theta);
}

/** ∇ of the objective. @param {Reduced} r @param {ArrayLike<number>} theta @param {number} lam */
export function gradient(r, theta, lam) {
  const along = turn(r, theta);
  const slope = turnBack(
    r,
    [0, 1].map((i) => 2 * r.d[i] * (r.d[i] * along[i] - r.uty[i])),
  );
  return [slope[0] + 2 * lam * theta[0], slope[1] + 2 * lam * theta[1]];
}

/** Second derivatives 2(XᵀX + λI): [11, 12, 22]. @param {Reduced} r @param {number} lam */
export function hessian(r, lam) {
  const entry = (/** @type {number} */ i, /** @type {number} */ j) =>
    2 * (r.d[0] ** 2 * r.V[i][0] * r.V[j][0] + r.d[1] ** 2 * r.V[i][1] * r.V[j][1]);
  return [entry(0, 0) + 2 * lam, entry(0, 1), entry(1, 1) + 2 * lam];
}

/** Lowest value of the objective. @param {Reduced} r @param {number} lam */
export function minimum(r, lam) {
  const lost = filterComplements(r, lam);
  return r.rssMin + lost[0] * r.uty[0] ** 2 + lost[1] * r.uty[1] ** 2;
}

/** RSS of θ̂(λ). @param {Reduced} r @param {number} lam */
export function residualSs(r, lam) {
  const lost = filterComplements(r, lam);
  return r.rssMin + (lost[0] * r.uty[0]) ** 2 + (lost[1] * r.uty[1]) ** 2;
}

/** Number of singular values that are not 0. @param {Reduced} r */
export const rank = (r) => r.d.filter((value) => value > 0).length;

/** Condition number of XᵀX + λI. @param {Reduced} r @param {number} lam */
export function conditionNumber(r, lam) {
  const root = Math.sqrt(lam);
  const bottom = Math.hypot(r.d[1], root);
  return bottom > 0 ? (Math.hypot(r.d[0], root) / bottom) ** 2 : Infinity;
}

/** Correlation of the features. @param {Reduced} r */
export function correlation(r) {
  const [[, b], [, c]] = r.root;
  return (b / Math.hypot(b, c)) * Math.sign(r.root[0][0]);
}

/** Marquardt's ridge variance inflation, the same for both of two features: the diagonal of
 * (C + kI)⁻¹ C (C + kI)⁻¹, with C the correlation matrix and k = λ/n; the VIF at λ = 0.
 * @param {Reduced} r @param {number} lam */
export function vif(r, lam) {
  const [[, b], [, c]] = r.root;
  if (lam === 0) return rank(r) < 2 ? Infinity : Math.max(1, (b * b + c * c) / (c * c));
  const [k, gap] = [lam / r.n, 1 - Math.abs(correlation(r))];
  const small = (c * c) / (b * b + c * c) / (1 + Math.abs(correlation(r)));
  const s = [1 + Math.abs(correlation(r)), rank(r) < 2 ? 0 : gap < 0.5 ? small : gap];
  return 0.5 * (s[0] / (s[0] + k) ** 2 + s[1] / (s[1] + k) ** 2);
}

/** df(λ) = Σ d²/(d² + λ). @param {Reduced} r @param {number} lam */
export function effectiveDf(r, lam) {
  const factor = filterFactors(r, lam);
  return factor[0] + factor[1];
}

/** Degrees of freedom left for σ². @param {Reduced} r */
export const residualDf = (r) => r.n - r.m - rank(r);

/** Generalised cross-validation, n RSS/(n − m − df)². @param {Reduced} r @param {number} lam */
export function gcv(r, lam) {
  const lost = filterComplements(r, lam);
  const has = [0, 1].map((i) => (r.d[i] > 0 ? lost[i] : 0));
  const left = residualDf(r) + has[0] + has[1];
  if (!(left > 0)) return Infinity;
  // Divided before they are squared: for small λ both are small.
  const parts = lost.map((value, i) => (value * r.uty[i]) / left);
  return r.n * (r.rssMin / left ** 2 + dot(parts, parts));
}

/**
 * What leave-one-out needs of each row, whatever λ is.
 * @param {Reduced} r @param {Rows} rows @param {number} ownFit what is left of 1 − leverage is rounding
 */
export function leftOut(r, rows, ownFit) {
  const n = rows.y.length;
  const size = safe(r);
  const u = [0, 1].map((j) =>
    Float64Array.from({ length: n }, (_, i) =>
      r.d[j] > 0 ? (rows.X[0][i] * r.V[0][j] + rows.X[1][i] * r.V[1][j]) / size[j] : 0,
    ),
  );
  const free = new Float64Array(n);
  const residual = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const own = 1 - rows.leverage[i] - u[0][i] ** 2 - u[1][i] ** 2;
    // Exactly 0 for a row that least squares fits whatever y is, not rounding that λ → 0 blows up.
    if (residualDf(r) <= 0 || own <= ownFit) continue;
    free[i] = own;
    residual[i] = rows.y[i] - u[0][i] * r.uty[0] - u[1][i] * r.uty[1];
  }
  return { u, free, residual };
}

/** Mean squared leave-one-out residual. @param {Reduced} r @param {ReturnType<typeof leftOut>} out
 * @param {number} lam */
export function loo(r, out, lam) {
  const lost = filterComplements(r, lam).map((value, i) => (r.d[i] > 0 ? value : 0));
  let total = 0;
  for (let i = 0; i < out.free.length; i++) {
    const [a, b] = [out.u[0][i], out.u[1][i]];
    const free = out.free[i] + a * a * lost[0] + b * b * lost[1];
    if (!(free > 0)) return Infinity;
    const residual = out.residual[i] + a * lost[0] * r.uty[0] + b * lost[1] * r.uty[1];
    total += (residual / free) ** 2;
  }
  return total / out.free.length;
}

/** σ² as estimated from least squares; of an exact fit, a share of the variance of y instead.
 * @param {Reduced} r @param {number} floor that share */
export function noiseVariance(r, floor) {
  const total = dot(r.uty, r.uty) + r.rssMin;
  const exact = r.rssMin <= 1e-24 * total;
  return residualDf(r) > 0 && !exact ? r.rssMin / residualDf(r) : (floor * total) / r.n;
}

/** Squared bias and variance of θ̂(λ) for a known truth.
 * @param {Reduced} r @param {number} lam @param {ArrayLike<number>} theta @param {number} sigma2 */
export function risk(r, lam, theta, sigma2) {
  const [lost, factor, size] = [filterComplements(r, lam), filterFactors(r, lam), safe(r)];
  const along = turn(r, theta);
  return {
    bias2: (lost[0] * along[0]) ** 2 + (lost[1] * along[1]) ** 2,
    variance: sigma2 * ((factor[0] / size[0]) ** 2 + (factor[1] / size[1]) ** 2),
  };
}

/** V diag(spread) Vᵀ as [11, 12, 22]. @param {Reduced} r @param {number[]} spread */
function covariance(r, spread) {
  const entry = (/** @type {number} */ i, /** @type {number} */ j) =>
    r.V[i][0] * r.V[j][0] * spread[0] + r.V[i][1] * r.V[j][1] * spread[1];
  return [entry(0, 0), entry(0, 1), entry(1, 1)];
}

/** How θ̂(λ) varies with the noise: σ²(XᵀX+λI)⁻¹XᵀX(XᵀX+λI)⁻¹.
 * @param {Reduced} r @param {number} lam @param {number} sigma2 */
export function samplingCovariance(r, lam, sigma2) {
  const [factor, size] = [filterFactors(r, lam), safe(r)];
  return covariance(
    r,
    [0, 1].map((i) => sigma2 * (factor[i] / size[i]) ** 2),
  );
}

/** Posterior variances along the singular directions, σ²/(d² + λ).
 * @param {Reduced} r @param {number} lam @param {number} sigma2 */
const posteriorSpread = (r, lam, sigma2) => r.d.map((d) => sigma2 / (d * d + lam));

/** What the data leave uncertain of θ: σ²(XᵀX + λI)⁻¹.
 * @param {Reduced} r @param {number} lam @param {number} sigma2 */
export const posteriorCovariance = (r, lam, sigma2) =>
  covariance(r, posteriorSpread(r, lam, sigma2));

/**
 * θ̂(λ) for new responses of the world as fitted, or of a known truth: one for each pair of normals.
 * @param {Reduced} r @param {number} lam @param {ArrayLike<number>} normals
 * @param {number} sigma2 @param {ArrayLike<number>} [truth]
 * @returns {Pair[]}
 */
export function resampled(r, lam, normals, sigma2, truth) {
  const [factor, size, sigma] = [filterFactors(r, lam), safe(r), Math.sqrt(sigma2)];
  const along = truth && turn(r, truth);
  const mean = along ? [0, 1].map((i) => r.d[i] * along[i]) : r.uty;
  const gain = [factor[0] / size[0], factor[1] / size[1]];
  return Array.from({ length: normals.length / 2 }, (_, k) =>
    turnBack(
      r,
      [0, 1].map((i) => gain[i] * (mean[i] + sigma * normals[2 * k + i])),
    ),
  );
}

/** θ drawn from the posterior, one for each pair of normals; none where it is not a distribution.
 * @param {Reduced} r @param {number} lam @param {ArrayLike<number>} normals @param {number} sigma2
 * @returns {Pair[]} */
export function posteriorDraws(r, lam, normals, sigma2) {
  const best = turn(r, minimiser(r, lam));
  const sd = posteriorSpread(r, lam, sigma2).map(Math.sqrt);
  if (!Number.isFinite(sd[1])) return [];
  return Array.from({ length: normals.length / 2 }, (_, k) =>
    turnBack(
      r,
      [0, 1].map((i) => best[i] + sd[i] * normals[2 * k + i]),
    ),
  );
}
