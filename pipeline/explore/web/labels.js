/**
 * Names and tick labels of the axes, as text over the figure: sharp, and where the eye sees the ticks.
 *
 * @import { View } from "./view.js"
 * @import { Theme } from "./stage.js"
 */

/** @typedef {{dx: number, dy: number}} Half half a label's width and height */

export class Labels {
  /** @param {HTMLElement} overlay */
  constructor(overlay) {
    this.overlay = overlay;
    /** @type {Map<string, {node: HTMLElement, text: string, half: Half}>} */
    this.kept = new Map();
  }

  /**
   * @param {{width: number, height: number}} figure
   * @param {View} view @param {Theme} theme
   * @param {{scale: {reach: number, height: number}, spots: number[][],
   *   ticks: {floor: {labels: string[], unit: string}[]}, near: number[], post: number[],
   *   names: string[], heightName: string, heights: {z: number, label: string}[]}} axes
   */
  show(figure, view, theme, axes) {
    const used = new Set();
    const { reach: r } = axes.scale;
    const at = (/** @type {number[]} */ point) => {
      const [x, y] = view.project(point);
      return [figure.width / 2 + x, figure.height / 2 - y];
    };
    const put = (
      /** @type {string} */ key,
      /** @type {string} */ text,
      /** @type {string} */ colour,
      /** @type {number[]} */ spot,
      /** @type {number[]} */ out,
      /** @type {number} */ gap,
    ) => {
      used.add(key);
      const label = this.label(key, text);
      const { dx, dy } = label.half;
      const away = gap + Math.abs(out[0]) * dx + Math.abs(out[1]) * dy;
      const [low, high] = [dx + 2, figure.width - dx - 2];
      const x = Math.min(Math.max(spot[0] + out[0] * away, low), Math.max(low, high));
      const y = Math.min(Math.max(spot[1] + out[1] * away, dy), figure.height - dy);
      label.node.style.transform = `translate(${(x - dx).toFixed(1)}px, ${(y - dy).toFixed(1)}px)`;
      label.node.style.color = theme.colours[colour];
      return away + Math.abs(out[0]) * dx + Math.abs(out[1]) * dy;
    };
    const middle = at([0, 0, 0]);
    const edges = [
      (/** @type {number} */ x) => [x, axes.near[1], 0],
      (/** @type {number} */ y) => [axes.near[0], y, 0],
    ];
    edges.forEach((edge, j) => {
      const [from, to, half] = [at(edge(-r)), at(edge(r)), at(edge(0))];
      let out = [-(to[1] - from[1]), to[0] - from[0]];
      const size = Math.hypot(...out) || 1;
      const side = out[0] * (half[0] - middle[0]) + out[1] * (half[1] - middle[1]);
      out = out.map((value) => (value / size) * (side < 0 ? -1 : 1));
      let furthest = 0;
      axes.spots[j].forEach((spot, k) => {
        const key = `theta${j} ${k}`;
        const text = axes.ticks.floor[j].labels[k];
        furthest = Math.max(furthest, put(key, text, `theta${j + 1}`, at(edge(spot)), out, 9));
      });
      const name = axes.names[j] + axes.ticks.floor[j].unit;
      put(`name${j}`, name, `theta${j + 1}`, half, out, furthest + 3);
    });
    // The height axis stands at the left: its labels beside it, its name above.
    for (const [k, { z, label }] of axes.heights.entries()) {
      put(`height ${k}`, label, "quiet", at([...axes.post, z]), [-1, 0], 7);
    }
    if (axes.heights.length) {
      const top = at([...axes.post, axes.scale.height]);
      put("height", axes.heightName, "quiet", top, [0, -1], 10);
    }
    for (const [key, { node }] of this.kept) node.hidden = !used.has(key);
  }

  /** @param {string} key @param {string} text */
  label(key, text) {
    let label = this.kept.get(key);
    if (!label) {
      const node = document.createElement("span");
      if (key.startsWith("name") || key === "height") node.className = "name";
      this.overlay.append(node);
      label = { node, text: "", half: { dx: 0, dy: 0 } };
      this.kept.set(key, label);
    }
    label.node.hidden = false;
    if (label.text !== text || label.half.dx === 0) {
      label.node.textContent = text;
      label.text = text;
      label.half = { dx: label.node.offsetWidth / 2, dy: label.node.offsetHeight / 2 };
    }
    return label;
  }

  /** Measure anew, after a change of size or fonts. */
  forget() {
    for (const label of this.kept.values()) label.half = { dx: 0, dy: 0 };
  }
}
