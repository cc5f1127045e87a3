/** A small plot as SVG: axes that are drawn once, and what moves in it, drawn again. */

import { niceTicks, powerOfTen } from "./numerals.js";

const SPACE = "http://www.w3.org/2000/svg";

/**
 * @typedef {object} Axis
 * @property {number} low @property {number} high
 * @property {boolean} [log] powers of ten
 * @property {string} [name] @property {string} [colour] a CSS class
 */

/** @typedef {[number, number][]} Line */

/** Append an element. @param {Element} parent @param {string} name
 * @param {Record<string, string | number>} attributes @param {string} [text] */
export function add(parent, name, attributes, text) {
  const node = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
}

let plots = 0;

export class Plot {
  /** @param {HTMLElement} parent @param {boolean} [square] whether both axes have one scale */
  constructor(parent, square = false) {
    const [width, height] = [320, 292];
    const sides = square ? { left: 52, right: 296 } : { left: 46, right: 308 };
    this.box = { ...sides, top: 14, bottom: 258 };
    const svg = add(parent, "svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
    this.svg = svg;
    const id = `clip-${plots++}`;
    const clip = add(add(svg, "defs", {}), "clipPath", { id });
    const { left, right, top, bottom } = this.box;
    add(clip, "rect", { x: left, y: top, width: right - left, height: bottom - top });
    this.frame = add(svg, "g", { class: "frame" });
    this.base = add(svg, "g", { "clip-path": `url(#${id})` });
    this.live = add(svg, "g", { "clip-path": `url(#${id})` });
    this.over = add(svg, "g", {});
    /** @type {Axis} */
    this.xAxis = { low: 0, high: 1 };
    /** @type {Axis} */
    this.yAxis = { low: 0, high: 1 };
  }

  /** Pixels of x. @param {number} value */
  x(value) {
    return along(this.xAxis, value, this.box.left, this.box.right);
  }

  /** @param {number} value */
  y(value) {
    return along(this.yAxis, value, this.box.bottom, this.box.top);
  }

  /** Values at a place in the SVG's own units. @param {number} px @param {number} py */
  inverse(px, py) {
    const { left, right, top, bottom } = this.box;
    const back = (/** @type {Axis} */ axis, /** @type {number} */ share) =>
      axis.log
        ? axis.low * (axis.high / axis.low) ** share
        : axis.low + share * (axis.high - axis.low);
    return [
      back(this.xAxis, (px - left) / (right - left)),
      back(this.yAxis, (py - bottom) / (top - bottom)),
    ];
  }

  /** Draw the axes anew, and forget all that was in them. @param {Axis} x @param {Axis} y */
  axes(x, y) {
    [this.xAxis, this.yAxis] = [x, y];
    for (const part of [this.frame, this.base, this.live, this.over]) part.replaceChildren();
    const { left, right, top, bottom } = this.box;
    for (const { value, label } of ticks(x)) {
      const px = this.x(value);
      add(this.frame, "line", { x1: px, x2: px, y1: top, y2: bottom, class: "grid" });
      add(this.frame, "text", { x: px, y: bottom + 13, "text-anchor": "middle" }, label);
    }
    for (const { value, label } of ticks(y)) {
      const py = this.y(value);
      add(this.frame, "line", { x1: left, x2: right, y1: py, y2: py, class: "grid" });
      add(this.frame, "text", { x: left - 5, y: py + 3.5, "text-anchor": "end" }, label);
    }
    add(this.frame, "rect", {
      x: left,
      y: top,
      width: right - left,
      height: bottom - top,
      class: "box",
    });
    const xName = {
      x: right,
      y: bottom + 27,
      "text-anchor": "end",
      class: `name ${x.colour ?? ""}`,
    };
    if (x.name) add(this.frame, "text", xName, x.name);
    if (y.name) {
      const yName = { x: 4, y: 9, class: `name ${y.colour ?? ""}` };
      add(this.frame, "text", yName, y.name);
    }
  }

  /** @param {Element} layer @param {Line} points @param {string} colour a CSS class */
  line(layer, points, colour) {
    const path = points
      .filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b))
      .map(([a, b], k) => `${k ? "L" : "M"}${round(this.x(a))} ${round(this.y(b))}`)
      .join("");
    return add(layer, "path", { d: path, class: `line ${colour}` });
  }

  /** @param {Element} layer @param {number} a @param {number} b @param {string} colour
   * @param {number} [radius] */
  dot(layer, a, b, colour, radius = 4) {
    return add(layer, "circle", {
      cx: round(this.x(a)),
      cy: round(this.y(b)),
      r: radius,
      class: colour,
    });
  }

  /** An upright line at x. @param {Element} layer @param {number} value @param {string} colour */
  rule(layer, value, colour) {
    const px = round(this.x(value));
    return add(layer, "line", {
      x1: px,
      x2: px,
      y1: this.box.top,
      y2: this.box.bottom,
      class: colour,
    });
  }

  /** @param {Element} layer @param {number} a @param {number} b @param {string} text
   * @param {string} colour @param {"start" | "middle" | "end"} [anchor] @param {number} [lift] */
  text(layer, a, b, text, colour, anchor = "start", lift = 0) {
    const spot = {
      x: round(this.x(a)),
      y: round(this.y(b) - lift),
      "text-anchor": anchor,
      class: colour,
    };
    return add(layer, "text", spot, text);
  }
}

/** @param {number} value */
const round = (value) => Number(value.toFixed(2));

/** @param {Axis} axis @param {number} value @param {number} from @param {number} to */
function along({ low, high, log }, value, from, to) {
  const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return from + share * (to - from);
}

/** @param {Axis} axis */
function ticks({ low, high, log }) {
  if (!log) {
    const { values, labels } = niceTicks(low, high);
    return values.map((value, k) => ({ value, label: labels[k] }));
  }
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const every = Math.max(1, Math.ceil((last - first + 1) / 6));
  const powers = Array.from({ length: Math.max(last - first + 1, 0) }, (_, k) => first + k);
  return powers
    .filter((power) => power % every === 0)
    .map((power) => ({ value: 10 ** power, label: powerOfTen(power) }));
}
