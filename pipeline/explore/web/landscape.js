/**
 * The surface of a problem as forms and points of the stage; the counterpart of
 * `scenes.mobjects.landscape`.
 *
 * @import { Form } from "./gl.js"
 * @import { Model } from "./model.js"
 * @import { Scale } from "./window.js"
 */

import { valueAt } from "./gl.js";
import { niceTicks } from "./numerals.js";
import { gradient, hessian, minimiser, objective } from "./ridge.js";
import { steps } from "./window.js";

/** Stage x and y of θ. @param {Scale} scale @param {ArrayLike<number>} theta */
export function place(scale, theta) {
  const unit = scale.reach / scale.half;
  return [(theta[0] - scale.centre[0]) * unit, (theta[1] - scale.centre[1]) * unit];
}

/** θ at a place of the stage. @param {Scale} scale @param {number} x @param {number} y
 * @returns {[number, number]} */
export function thetaAt(scale, x, y) {
  const unit = scale.half / scale.reach;
  return [scale.centre[0] + x * unit, scale.centre[1] + y * unit];
}

/**
 * The surface: so much of RSS, and so much of λ‖θ‖².
 * @param {Model} model @param {number} lam
 * @param {{data: number, penalty: number}} share 1 and 1 is the objective
 * @param {number} hover height of a penalty alone
 * @returns {Form}
 */
export function surfaceForm({ reduced, scale }, lam, share, hover) {
  const { centre, half, reach, low, high } = scale;
  const [step, span] = [half / reach, high - low];
  const [data, own] = [share.data / span, (share.penalty * lam) / span];
  const [h11, h12, h22] = hessian(reduced, 0);
  const slope = gradient(reduced, centre, 0);
  const squared = centre[0] ** 2 + centre[1] ** 2;
  return [
    (0.5 * h11 * data + own) * step * step,
    h12 * data * step * step,
    (0.5 * h22 * data + own) * step * step,
    (slope[0] * data + 2 * own * centre[0]) * step,
    (slope[1] * data + 2 * own * centre[1]) * step,
    share.data * ((objective(reduced, centre, 0) - low) / span) +
      (1 - share.data) * hover +
      own * squared,
  ];
}

/** z of a value v on a surface that may be turned over. @param {Scale} scale @param {number} v
 * @param {number} flip */
export const heightOf = (scale, v, flip) => (scale.height / 2) * (1 + flip * (2 * v - 1));

/** The point of the surface above θ, lifted so that a ball there rests on it.
 * @param {Form} form @param {Scale} scale @param {ArrayLike<number>} theta @param {number} flip
 * @param {number} radius @returns {number[]} */
export function resting(form, scale, theta, flip, radius) {
  const [x, y] = place(scale, theta);
  const steep = scale.height * flip;
  const normal = [
    -(2 * form[0] * x + form[1] * y + form[3]) * steep,
    -(2 * form[2] * y + form[1] * x + form[4]) * steep,
    1,
  ];
  const size = Math.hypot(...normal);
  const point = [x, y, heightOf(scale, valueAt(form, x, y), flip)];
  return point.map((value, i) => value + (0.8 * radius * normal[i]) / size);
}

/** Whether θ lies over the floor. @param {Scale} scale @param {ArrayLike<number>} theta */
export const isInside = (scale, theta) =>
  place(scale, theta).every((value) => Math.abs(value) <= scale.reach);

/** The ridge path up to λ on the surface. @param {Model} model @param {Form} form
 * @param {number} lam @param {number} flip @param {number} radius */
export function pathPoints({ reduced, scale, span }, form, lam, flip, radius) {
  if (!(lam > span.low)) return [];
  const line = steps({ low: span.low, high: lam }, 96).map((one) =>
    resting(form, scale, minimiser(reduced, one), flip, radius),
  );
  return line.filter(
    (point, k) => k === 0 || Math.hypot(...point.map((value, i) => value - line[k - 1][i])) > 1e-4,
  );
}

/** Where a ray meets the surface nearest to the eye, over the floor and below the cut.
 * @param {Form} form @param {Scale} scale @param {number} flip
 * @param {number[]} eye @param {number[]} ray
 * @returns {[number, number] | null} x and y on the stage */
export function hit(form, scale, flip, eye, ray) {
  const steep = scale.height * flip;
  const slope = [
    2 * form[0] * eye[0] + form[1] * eye[1] + form[3],
    2 * form[2] * eye[1] + form[1] * eye[0] + form[4],
  ];
  const bend = form[0] * ray[0] ** 2 + form[1] * ray[0] * ray[1] + form[2] * ray[1] ** 2;
  const a = steep * bend;
  const b = steep * (slope[0] * ray[0] + slope[1] * ray[1]) - ray[2];
  const c = heightOf(scale, valueAt(form, eye[0], eye[1]), flip) - eye[2];
  const roots = b * b - 4 * a * c;
  if (roots < 0) return null;
  const q = -0.5 * (b + (b < 0 ? -1 : 1) * Math.sqrt(roots));
  const times = [q / a, c / q].filter((t) => Number.isFinite(t) && t > 0).sort((s, t) => s - t);
  for (const t of times) {
    const [x, y] = [eye[0] + t * ray[0], eye[1] + t * ray[1]];
    const v = valueAt(form, x, y);
    if (Math.max(Math.abs(x), Math.abs(y)) <= scale.reach && v >= -0.5 && v <= 1) return [x, y];
  }
  return null;
}

/** Ticks of θ₁, of θ₂ and of the height, and the iso-lines at every height tick and half-way.
 * @param {Model} model @param {number} about how many along the floor */
export function ticksOf({ scale }, about) {
  const { centre, half, low, high } = scale;
  const heights = niceTicks(Math.max(low, 0), high);
  const step = 0.5 * (heights.values[1] - heights.values[0]);
  return {
    floor: centre.map((middle) => niceTicks(middle - half, middle + half, about)),
    heights,
    levels: [(high - low) / step, low / step],
  };
}
