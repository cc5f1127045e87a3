/**
 * The figure: the surface with floor, axes, ball, path and cloud, its labels, and the hand that turns it.
 *
 * @import { Canvas, Colour } from "./gl.js"
 * @import { Model } from "./model.js"
 * @import { State } from "./state.js"
 */

import { Labels } from "./labels.js";
import {
  heightOf,
  hit,
  isInside,
  pathPoints,
  place,
  resting,
  surfaceForm,
  thetaAt,
  ticksOf,
} from "./landscape.js";
import { tube } from "./mesh.js";
import { minimiser } from "./ridge.js";
import { View } from "./view.js";

/**
 * Colours of a theme; ramps are red, green and blue of each colour.
 * @typedef {object} Theme
 * @property {string} name @property {"dark" | "light"} scheme
 * @property {Record<string, string>} colours by name, as #rrggbb
 * @property {{height: Uint8Array, penalty: Uint8Array}} ramps
 * @property {number} ambient
 */

/**
 * What moves by itself between two states.
 * @typedef {object} Motion
 * @property {number} flip 1 for RSS, -1 for the log-likelihood
 * @property {number} data @property {number} penalty shares of the surface
 */

/**
 * @typedef {object} Shown
 * @property {number[][]} cloud θ of each dot @property {number[][]} before the same at λ = 0, on the floor
 * @property {string[]} names of the axes along the floor
 * @property {string} heightName
 * @property {{values: number[], labels: string[]}} ticks of the height
 * @property {(value: number) => number} level v of a value on the height axis
 */

const BALL = 0.105;
const PATH = 0.03;
const DOT = 0.042;
const TICK = 0.09;
/** Share of the figure that the axes box may take; the rest is for labels. */
const ROOM = [0.86, 0.88];

/** @param {string} hex @returns {Colour} */
export const rgb = (hex) =>
  /** @type {Colour} */ ([1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255));

export class Stage {
  /**
   * @param {HTMLElement} figure @param {HTMLCanvasElement} surface @param {HTMLElement} overlay
   * @param {Canvas} canvas @param {number} hover
   */
  constructor(figure, surface, overlay, canvas, hover) {
    this.figure = figure;
    this.surface = surface;
    this.canvas = canvas;
    this.hover = hover;
    this.labels = new Labels(overlay);
    this.width = 1;
    this.height = 1;
    this.ratio = 1;
  }

  /** Take the figure's size; whether it has changed. */
  measure() {
    const box = this.figure.getBoundingClientRect();
    const ratio = Math.min(devicePixelRatio || 1, 3);
    const size = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
    if (size[0] < 1 || size[1] < 1) return false;
    const changed = this.surface.width !== size[0] || this.surface.height !== size[1];
    if (changed) [this.surface.width, this.surface.height] = size;
    [this.width, this.height, this.ratio] = [box.width, box.height, ratio];
    return changed;
  }

  /** @param {Model} model @param {State} state */
  look({ along, scale }, state) {
    const view = new View(along + (state.turn * Math.PI) / 180, (state.rise * Math.PI) / 180);
    const room = [ROOM[0] * this.width - (this.width < 500 ? 40 : 0), ROOM[1] * this.height];
    return view.frame(scale.reach, scale.height, room[0], room[1], state.zoom);
  }

  /**
   * Draw all of it.
   * @param {Model} model @param {State} state @param {Motion} motion @param {Theme} theme
   * @param {Shown} shown
   */
  draw(model, state, motion, theme, shown) {
    const { canvas, surface, ratio } = this;
    const { scale, reduced } = model;
    const view = this.look(model, state);
    const form = surfaceForm(model, state.lam, motion, this.hover);
    const colour = (/** @type {string} */ name) => rgb(theme.colours[name]);
    const hair = Math.max(1, surface.height / 853);
    const ticks = ticksOf(model, this.width < 480 ? 3 : 4);
    const own = motion.data < 0.5;
    const ramp = own ? theme.ramps.penalty : theme.ramps.height;
    const levels = own ? [ticks.levels[0], -ticks.levels[0] * this.hover] : ticks.levels;
    const light = { ambient: theme.ambient, shade: colour("shade") };
    const spots = ticks.floor.map((axis, j) =>
      axis.values.map((value) => ((value - scale.centre[j]) / scale.half) * scale.reach),
    );
    canvas.begin(view, this.width, this.height, ratio, light);
    canvas.floor(form, {
      reach: scale.reach,
      paper: [...colour("floor"), 0.75],
      grid: [...colour("quiet"), 0.35],
      step: [spots[0][0], spots[1][0], spots[0][1] - spots[0][0], spots[1][1] - spots[1][0]],
      ramp,
      map: 1,
      levels,
      weight: hair,
    });
    const axes = this.axes(view, scale, colour, spots, hair);
    canvas.lines(axes.behind);
    canvas.surface(form, {
      reach: scale.reach,
      height: scale.height,
      flip: motion.flip,
      ramp,
      line: [...colour("iso_line"), 0.42],
      levels,
      weight: 1.15 * hair,
      opacity: 1,
    });
    canvas.lines(axes.before);
    if (motion.data === 1 && motion.penalty === 1 && shown.cloud.length === 0) {
      const path = pathPoints(model, form, state.lam, motion.flip, PATH);
      if (path.length > 1) canvas.tube(tube(path, PATH), colour("minimum"), PATH);
    }
    const lain = shown.before.filter((theta) => isInside(scale, theta));
    const flat = lain.map((theta) => [...place(scale, theta), DOT]);
    canvas.balls(flat, colour("minimum"), 0.8 * DOT, 0.35);
    const dots = shown.cloud.filter((theta) => isInside(scale, theta));
    const points = dots.map((theta) => resting(form, scale, theta, motion.flip, DOT));
    canvas.balls(points, colour(state.cloud === "posterior" ? "penalty" : "minimum"), DOT);
    const best = own ? [0, 0] : minimiser(reduced, motion.penalty > 0.5 ? state.lam : 0);
    // Smaller in a cloud, which it would hide.
    const size = points.length ? 1.3 * DOT : BALL;
    const ball = resting(form, scale, best, motion.flip, size);
    canvas.balls([ball], colour(own ? "penalty" : "minimum"), size);
    this.handle = ball;
    if (state.theta) {
      this.handle = resting(form, scale, state.theta, motion.flip, BALL);
      const foot = [...place(scale, state.theta), 0];
      canvas.lines([[foot, this.handle, colour("ink"), 0.9, 1.6 * hair]]);
      canvas.balls([this.handle], colour("ink"), BALL);
    }
    this.seen = { view, form, flip: motion.flip, scale };
    this.labels.show(this, view, theme, {
      scale,
      ticks,
      spots,
      near: axes.near,
      post: axes.post,
      names: shown.names,
      heightName: shown.heightName,
      heights: this.heightTicks(scale, motion.flip, shown),
    });
  }

  /** @param {View} view @param {Model["scale"]} scale @param {(name: string) => Colour} colour
   * @param {number[][]} spots @param {number} hair */
  axes(view, scale, colour, spots, hair) {
    const [r, tall] = [scale.reach, scale.height];
    const to = view.rotation[2];
    const near = [to[0] >= 0 ? r : -r, to[1] >= 0 ? r : -r];
    const grey = colour("quiet");
    /** @typedef {[number[], number[], Colour, number, number]} Edge */
    /** @type {Edge[]} */
    const behind = [
      [[-r, -near[1], 0], [r, -near[1], 0], grey, 0.45, hair],
      [[-near[0], -r, 0], [-near[0], r, 0], grey, 0.45, hair],
      [[-near[0], -near[1], 0], [-near[0], -near[1], tall], grey, 0.45, hair],
      [[-near[0], -r, tall], [-near[0], r, tall], grey, 0.3, hair],
      [[-r, -near[1], tall], [r, -near[1], tall], grey, 0.3, hair],
    ];
    /** @type {Edge[]} */
    const before = [
      [[-r, near[1], 0], [r, near[1], 0], colour("theta1"), 1, 2.2 * hair],
      [[near[0], -r, 0], [near[0], r, 0], colour("theta2"), 1, 2.2 * hair],
    ];
    for (const x of spots[0]) {
      const out = near[1] + Math.sign(near[1]) * TICK;
      before.push([[x, near[1], 0], [x, out, 0], colour("theta1"), 0.9, 1.6 * hair]);
    }
    for (const y of spots[1]) {
      const out = near[0] + Math.sign(near[0]) * TICK;
      before.push([[near[0], y, 0], [out, y, 0], colour("theta2"), 0.9, 1.6 * hair]);
    }
    const corners = [-r, r].flatMap((x) => [-r, r].map((y) => [x, y]));
    const [right] = view.rotation;
    const left = (/** @type {number[]} */ corner) => right[0] * corner[0] + right[1] * corner[1];
    const post = corners.reduce((best, corner) => (left(corner) < left(best) ? corner : best));
    before.push([[...post, 0], [...post, tall], grey, 0.9, 1.6 * hair]);
    return { behind, before, near, post };
  }

  /** z and label of each tick of the height axis; none while it turns over.
   * @param {Model["scale"]} scale @param {number} flip
   * @param {Shown} shown */
  heightTicks(scale, flip, { ticks, level }) {
    if (Math.abs(flip) < 1) return [];
    return ticks.values.map((value, k) => ({
      z: heightOf(scale, level(value), flip),
      label: ticks.labels[k],
    }));
  }

  /** θ under a place of the figure, in CSS pixels from its upper left corner; null beside the surface.
   * @param {number} x @param {number} y */
  thetaUnder(x, y) {
    if (!this.seen) return null;
    const { view, form, flip, scale } = this.seen;
    const ray = view.ray(x - this.width / 2, this.height / 2 - y);
    const place = hit(form, scale, flip, view.eye(), ray);
    return place && thetaAt(scale, place[0], place[1]);
  }

  /** Where the ball that can be dragged is seen, as `thetaUnder` counts. @returns {number[] | null} */
  handleAt() {
    if (!this.seen || !this.handle) return null;
    const [x, y] = this.seen.view.project(this.handle);
    return [this.width / 2 + x, this.height / 2 - y];
  }

  /** Whether a place is on that ball. @param {number} x @param {number} y
   * @param {number} slack in CSS pixels */
  isOnBall(x, y, slack) {
    const at = this.handleAt();
    const size = this.seen ? BALL * this.seen.view.zoom + slack : 0;
    return at !== null && Math.hypot(x - at[0], y - at[1]) < size;
  }
}
