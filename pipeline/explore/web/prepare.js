/**
 * From raw columns to the prepared problem: centred, adjusted, scaled, and reduced to two singular
 * values. The counterpart of `ridge_math.preparation`, for two features.
 */

/**
 * A regression problem with two features, reduced: with X = U D Vᵀ,
 * RSS(θ) = ‖Uᵀy − D Vᵀθ‖² + rssMin.
 * @typedef {object} Reduced
 * @property {number[]} d singular values of X, largest first; exactly 0 from the rank on
 * @property {number[][]} V right singular vectors in columns
 * @property {number[]} uty Uᵀy, 0 where d is 0
 * @property {number[][]} root upper triangular, rootᵀ root = XᵀX
 * @property {number} rssMin RSS of least squares
 * @property {number} n rows
 * @property {number} m what is fitted without a penalty: the intercept, and the adjusted-for columns
 */

/**
 * Prepared rows.
 * @typedef {object} Rows
 * @property {Float64Array[]} X two features, mean 0
 * @property {Float64Array} y response, mean 0
 * @property {Float64Array} leverage of each row in what is not penalised
 * @property {number[]} centre means of the raw columns
 * @property {number[]} units prepared per raw unit, of both features
 */

const EPS = 2 ** -52;

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** @param {ArrayLike<number>} a */
const norm = (a) => Math.sqrt(dot(a, a));

/** Take the part along orthonormal columns out of a column, twice: once leaves rounding behind.
 * @param {Float64Array} column @param {Float64Array[]} basis */
function rest(column, basis) {
  const left = column.slice();
  for (let round = 0; round < 2; round++) {
    for (const unit of basis) {
      const along = dot(unit, left);
      for (let i = 0; i < left.length; i++) left[i] -= along * unit[i];
    }
  }
  return left;
}

/**
 * Why rows cannot be used: a column that does not vary, or nothing of it left after adjusting.
 */
export class Unusable extends Error {}

/**
 * Centre, adjust for `q` columns, scale, and reduce.
 * @param {ArrayLike<number>[]} columns adjusted-for, first feature, second feature, response
 * @param {number} q how many of them are adjusted for
 * @param {boolean} scaled whether features get unit variance
 * @param {number[][]} [turned] V of another problem, whose signs are followed
 * @returns {{rows: Rows, reduced: Reduced}}
 */
export function prepare(columns, q, scaled, turned) {
  const n = columns[0].length;
  const centre = columns.map((column) => mean(column));
  const resolution = columns.map(() => 0);
  const sizes = columns.map((column, j) => {
    let away = 0;
    let largest = 0;
    for (let i = 0; i < n; i++) {
      away = Math.max(away, Math.abs(column[i] - centre[j]));
      largest = Math.max(largest, Math.abs(column[i]));
    }
    if (!(away > 8 * EPS * largest)) throw new Unusable();
    resolution[j] = (EPS * largest) / away;
    return 2 ** Math.ceil(Math.log2(away));
  });
  const shifted = columns.map((column, j) =>
    Float64Array.from(column, (value) => (value - centre[j]) / sizes[j]),
  );
  const adjusting = 4 * Math.max(0, ...resolution.slice(0, q)) + 8 * (q + 2) * EPS;
  const basis = [new Float64Array(n).fill(1 / Math.sqrt(n))];
  for (const column of shifted.slice(0, q)) {
    const left = rest(column, basis);
    const size = norm(left);
    if (size > adjusting * norm(column)) basis.push(left.map((value) => value / size));
  }
  const left = shifted.slice(q).map((column) => rest(column, basis));
  const before = shifted.slice(q).map((column) => norm(column));
  const norms = left.map(norm);
  for (let j = 0; j < 3; j++) {
    if (!(norms[j] > 8 * (adjusting + resolution[q + j]) * before[j])) throw new Unusable();
  }
  // Prepared = shifted times this.
  const factor = [0, 1].map((j) => (scaled ? Math.sqrt(n) / norms[j] : sizes[q + j]));
  const X = [0, 1].map((j) => left[j].map((value) => value * factor[j]));
  const y = left[2].map((value) => value * sizes[q + 2]);
  const leverage = new Float64Array(n);
  for (const unit of basis) for (let i = 0; i < n; i++) leverage[i] += unit[i] ** 2;
  const rounding = Math.max(...[0, 1].map((j) => (4 * resolution[q + j] * before[j]) / norms[j]));
  const units = [0, 1].map((j) => factor[j] / sizes[q + j]);
  return {
    rows: { X, y, leverage, centre, units },
    reduced: reduce(X, y, basis.length, rounding, turned),
  };
}

/** @param {ArrayLike<number>} column */
function mean(column) {
  let sum = 0;
  for (let i = 0; i < column.length; i++) sum += column[i];
  const first = sum / column.length;
  let off = 0;
  for (let i = 0; i < column.length; i++) off += column[i] - first;
  return first + off / column.length;
}

/**
 * @param {Float64Array[]} X @param {Float64Array} y @param {number} m
 * @param {number} resolution relative size of the rounding in the data
 * @param {number[][]} [turned]
 * @returns {Reduced}
 */
function reduce(X, y, m, resolution, turned) {
  const n = y.length;
  const a = norm(X[0]);
  const first = X[0].map((value) => value / a);
  const b = dot(first, X[1]);
  const second = rest(X[1], [first]);
  const c = norm(second);
  if (c > 0) for (let i = 0; i < n; i++) second[i] /= c;
  const target = [dot(first, y), 0];
  const beyond = rest(y, [first]);
  target[1] = dot(second, beyond);
  for (let i = 0; i < n; i++) beyond[i] -= target[1] * second[i];
  const { d, V, U } = svd(a, b, c);
  const kept = d.map((value, i) => value > Math.max(resolution, 32 * EPS) * d[0] && i < n - m);
  const uty = kept.map((has, i) => (has ? U[0][i] * target[0] + U[1][i] * target[1] : 0));
  const lost = [0, 1].map((i) => target[i] - U[i][0] * uty[0] - U[i][1] * uty[1]);
  const saturated = kept.filter(Boolean).length >= n - m;
  const made = {
    d: d.map((value, i) => (kept[i] ? value : 0)),
    V,
    uty,
    root: [
      [a, b],
      [0, c],
    ],
    rssMin: saturated ? 0 : dot(lost, lost) + dot(beyond, beyond),
    n,
    m,
  };
  return turned ? follow(made, turned) : made;
}

/**
 * Singular values and vectors of [[a, b], [0, c]], by a one-sided Jacobi rotation, which finds the
 * smaller value to its own last digits.
 * @param {number} a @param {number} b @param {number} c
 */
function svd(a, b, c) {
  const columns = [
    [a, 0],
    [b, c],
  ];
  let V = [
    [1, 0],
    [0, 1],
  ];
  for (let sweep = 0; sweep < 3; sweep++) {
    const [p, q] = columns;
    const both = dot(p, q);
    if (both === 0) break;
    const zeta = (dot(q, q) - dot(p, p)) / (2 * both);
    const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
    const cos = 1 / Math.hypot(1, t);
    const sin = cos * t;
    columns[0] = p.map((value, i) => cos * value - sin * q[i]);
    columns[1] = p.map((value, i) => sin * value + cos * q[i]);
    V = V.map(([x, y]) => [cos * x - sin * y, sin * x + cos * y]);
  }
  const sizes = columns.map((column) => Math.hypot(...column));
  const order = sizes[1] > sizes[0] ? [1, 0] : [0, 1];
  const d = order.map((j) => sizes[j]);
  const units = order.map((j) =>
    sizes[j] > 0 ? columns[j].map((value) => value / sizes[j]) : [0, 0],
  );
  return {
    d,
    V: V.map((row) => order.map((j) => row[j])),
    U: [0, 1].map((i) => units.map((unit) => unit[i])),
  };
}

/** Turn singular vectors round where they point against those of another problem.
 * @param {Reduced} reduced @param {number[][]} turned @returns {Reduced} */
export function follow(reduced, turned) {
  const { V, uty } = reduced;
  const sign = [0, 1].map((i) => (V[0][i] * turned[0][i] + V[1][i] * turned[1][i] < 0 ? -1 : 1));
  return {
    ...reduced,
    V: V.map((row) => row.map((value, i) => sign[i] * value)),
    uty: uty.map((value, i) => sign[i] * value),
  };
}
