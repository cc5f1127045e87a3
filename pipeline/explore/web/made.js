/**
 * Data made as `ridge_math.synthetic` makes them: from the same dials and the same seed, the same rows.
 */

import { dot } from "./prepare.js";
import { Random } from "./random.js";

/**
 * What made data are made of.
 * @typedef {object} Recipe
 * @property {number} n rows
 * @property {number} rho sample correlation of the features, exactly
 * @property {number[]} theta the truth
 * @property {number} noise its standard deviation
 * @property {number} seed
 */

/** Columns of norm 1, orthogonal to each other and to the constant. @param {number} n
 * @param {Random} random */
function orthonormal(n, random) {
  const basis = [new Float64Array(n).fill(1 / Math.sqrt(n))];
  for (let j = 0; j < 2; j++) {
    const column = random.normals(n);
    for (let round = 0; round < 2; round++) {
      const along = basis.map((unit) => dot(unit, column));
      basis.forEach((unit, k) => {
        for (let i = 0; i < n; i++) column[i] -= along[k] * unit[i];
      });
    }
    const size = Math.sqrt(dot(column, column));
    basis.push(column.map((value) => value / size));
  }
  return basis.slice(1);
}

/** @param {Recipe} recipe @returns {Float64Array[]} two features and the response */
export function makeData({ n, rho, theta, noise, seed }) {
  const random = new Random(seed);
  const own = Math.sqrt(1 - rho);
  const shared = Math.sqrt(Math.max(1 + rho, 0));
  const [first, second] = orthonormal(n, random);
  const a = new Float64Array(n);
  const b = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const [z1, z2] = [first[i] * Math.sqrt(n), second[i] * Math.sqrt(n)];
    const common = (z1 + z2) / 2;
    a[i] = own * (z1 - common) + shared * common;
    b[i] = own * (z2 - common) + shared * common;
  }
  const y = Float64Array.from(
    a,
    (_, i) => a[i] * theta[0] + b[i] * theta[1] + noise * random.normal(),
  );
  return [a, b, y];
}
