/**
 * The plots beside the figure, which follow λ: trace, criteria, risk, filter factors, the map from
 * above, and the fit with its residuals as squares.
 *
 * @import { Model } from "./model.js"
 * @import { State } from "./state.js"
 */

import { add, Plot } from "./plot.js";
import {
  filterFactors,
  gcv,
  minimiser,
  posteriorCovariance,
  rank,
  residualSs,
  risk,
  samplingCovariance,
  turnBack,
} from "./ridge.js";
import { within } from "./state.js";
import { steps } from "./window.js";

/** @typedef {Record<string, string>} Words */
/** @typedef {(key: string, blanks?: Record<string, string>) => string} Say */
/**
 * @typedef {object} Panel
 * @property {(model: Model) => void} base what stays while λ moves
 * @property {(model: Model, state: State, cloud: number[][], before: number[][]) => void} live what
 * moves with it; the cloud of θ, and the one that it was at λ = 0
 */

const STEPS = 160;
/** Rows of the fit that are shown, at most. */
export const SHOWN = 300;

/** @param {Model} model */
const lamAxis = ({ span }) => ({
  low: span.low,
  high: span.high,
  log: true,
  name: "λ",
  colour: "penalty",
});

/** λ as far as it is on the axis; 0 is at its left end. @param {Model} model @param {number} lam */
const onAxis = ({ span }, lam) => Math.min(Math.max(lam, span.low), span.high);

/** @param {number[]} values @param {number} [air] share that is left free above and below */
function around(values, air = 0.06) {
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const free = air * (high - low || Math.abs(high) || 1);
  return { low: low - free, high: high + free };
}

/** θ̂₁ and θ̂₂ against λ. @param {HTMLElement} parent @returns {Panel} */
export function tracePanel(parent) {
  const plot = new Plot(parent);
  return {
    base(model) {
      const lams = steps(model.span, STEPS);
      const thetas = lams.map((lam) => minimiser(model.reduced, lam));
      plot.axes(lamAxis(model), { ...around([0, ...thetas.flat()], 0.12), name: "θ̂" });
      plot.line(
        plot.base,
        [
          [model.span.low, 0],
          [model.span.high, 0],
        ],
        "zero",
      );
      for (const j of [0, 1]) {
        plot.line(
          plot.base,
          lams.map((lam, k) => [lam, thetas[k][j]]),
          `theta${j + 1}`,
        );
        const lift = (thetas[0][j] > thetas[0][1 - j] ? 1 : -2.4) * 6;
        plot.text(
          plot.base,
          model.span.low * 1.1,
          thetas[0][j],
          `θ̂${"₁₂"[j]}`,
          `theta${j + 1}`,
          "start",
          lift,
        );
      }
    },
    live(model, state) {
      plot.live.replaceChildren();
      const lam = onAxis(model, state.lam);
      plot.rule(plot.live, lam, "now");
      minimiser(model.reduced, state.lam).forEach((value, j) => {
        plot.dot(plot.live, lam, value, `theta${j + 1}`);
      });
    },
  };
}

/** What is worth seeing of scores that rise without end: the lowest, and some way up from there.
 * @param {number[][]} scores */
function telling(scores) {
  const finite = scores.flat().filter(Number.isFinite);
  const lowest = Math.min(...finite);
  const rise = Math.max(...scores.map(([first]) => (Number.isFinite(first) ? first : 0))) - lowest;
  const top = lowest + Math.max(3 * rise, 0.25 * Math.abs(lowest));
  return around([lowest, Math.min(Math.max(...finite), top)], 0.14);
}

/** GCV and leave-one-out. @param {HTMLElement} parent @param {Say} say @returns {Panel} */
export function criteriaPanel(parent, say) {
  const plot = new Plot(parent);
  return {
    base(model) {
      const lams = steps(model.span, STEPS);
      const scores = [
        {
          name: say("gcv"),
          colour: "gcv",
          at: (/** @type {number} */ lam) => gcv(model.reduced, lam),
          best: model.gcv,
        },
        ...(model.looScore
          ? [{ name: say("loo"), colour: "loo", at: model.looScore, best: model.loo }]
          : []),
      ];
      const values = scores.map(({ at }) => lams.map(at));
      plot.axes(lamAxis(model), { ...telling(values), name: say("squared_error") });
      scores.forEach(({ name, colour, at, best }, k) => {
        plot.line(
          plot.base,
          lams.map((lam, i) => [lam, values[k][i]]),
          colour,
        );
        const spot = Math.round((k ? 0.3 : 0.12) * STEPS);
        const above = values[k][spot] >= (values[1 - k]?.[spot] ?? 0);
        plot.text(plot.base, lams[spot], values[k][spot], name, colour, "middle", above ? 8 : -16);
        const shown = best !== null && best >= model.span.low && best <= model.span.high;
        if (shown) plot.dot(plot.base, best, at(best), colour, 3.5);
      });
    },
    live(model, state) {
      plot.live.replaceChildren();
      plot.rule(plot.live, onAxis(model, state.lam), "now");
    },
  };
}

/** Bias², variance and their sum. @param {HTMLElement} parent @param {Say} say @returns {Panel} */
export function riskPanel(parent, say) {
  const plot = new Plot(parent);
  return {
    base(model) {
      const { theta, sigma2 } = model.world;
      const lams = steps(model.span, STEPS);
      const parts = lams.map((lam) => risk(model.reduced, lam, theta, sigma2));
      const sums = parts.map(({ bias2, variance }) => bias2 + variance);
      plot.axes(lamAxis(model), { low: 0, high: 1.08 * Math.max(...sums) || 1, name: say("mse") });
      const plain = risk(model.reduced, 0, theta, sigma2);
      const level = plain.bias2 + plain.variance;
      plot.line(
        plot.base,
        [
          [model.span.low, level],
          [model.span.high, level],
        ],
        "dashed",
      );
      plot.line(
        plot.base,
        lams.map((lam, k) => [lam, parts[k].variance]),
        "variance",
      );
      plot.line(
        plot.base,
        lams.map((lam, k) => [lam, parts[k].bias2]),
        "bias",
      );
      plot.line(
        plot.base,
        lams.map((lam, k) => [lam, sums[k]]),
        "sum",
      );
      const [early, late] = [Math.round(0.3 * STEPS), Math.round(0.97 * STEPS)];
      plot.text(
        plot.base,
        lams[early],
        parts[early].variance,
        say("variance"),
        "variance",
        "end",
        -14,
      );
      plot.text(plot.base, lams[late - 4], parts[late].bias2, say("bias2"), "bias", "end", 4);
    },
    live(model, state) {
      const { theta, sigma2 } = model.world;
      plot.live.replaceChildren();
      const lam = onAxis(model, state.lam);
      const now = risk(model.reduced, state.lam, theta, sigma2);
      plot.rule(plot.live, lam, "now");
      plot.dot(plot.live, lam, now.variance, "variance", 3.5);
      plot.dot(plot.live, lam, now.bias2, "bias", 3.5);
      plot.dot(plot.live, lam, now.bias2 + now.variance, "sum");
    },
  };
}

/** Filter factors. @param {HTMLElement} parent @param {Say} say @returns {Panel} */
export function filterPanel(parent, say) {
  const plot = new Plot(parent);
  const colours = ["steep", "along"];
  return {
    base(model) {
      const lams = steps(model.span, STEPS);
      plot.axes(lamAxis(model), { low: 0, high: 1.06, name: say("filter") });
      const named = model.kind === "round" ? ["first", "second"] : ["steep", "along"];
      const factors = lams.map((lam) => filterFactors(model.reduced, lam));
      for (const i of [0, 1]) {
        plot.line(
          plot.base,
          lams.map((lam, k) => [lam, factors[k][i]]),
          colours[i],
        );
        // Curves fall: there is room at the left below one, or else at the right above it.
        const falls = factors.findIndex((factor) => factor[i] < 0.75) / STEPS;
        const below = falls < 0 || falls > 0.4;
        const k = Math.round(within(falls < 0 ? 1 : falls, [0.08, 0.9]) * STEPS);
        const anchor = below ? "end" : "start";
        const lift = below ? -15 : 8;
        plot.text(plot.base, lams[k], factors[k][i], say(named[i]), colours[i], anchor, lift);
      }
    },
    live(model, state) {
      plot.live.replaceChildren();
      const lam = onAxis(model, state.lam);
      plot.rule(plot.live, lam, "now");
      filterFactors(model.reduced, state.lam).forEach((value, i) => {
        plot.dot(plot.live, lam, value, colours[i]);
      });
    },
  };
}

/** An ellipse, as a closed line: middle + V (axes · circle).
 * @param {Model["reduced"]} r @param {ArrayLike<number>} middle @param {number[]} axes
 * @returns {[number, number][]} */
function ellipse(r, middle, axes) {
  return Array.from({ length: 181 }, (_, k) => {
    const turn = (Math.PI * k) / 90;
    const [a, b] = turnBack(r, [axes[0] * Math.cos(turn), axes[1] * Math.sin(turn)]);
    return [middle[0] + a, middle[1] + b];
  });
}

/** From above: ellipses of RSS, the disc of the budget, path and cloud.
 * @param {HTMLElement} parent @returns {Panel} */
export function mapPanel(parent) {
  const plot = new Plot(parent, true);
  return {
    base(model) {
      const { centre, half } = model.scale;
      plot.axes(
        { low: centre[0] - half, high: centre[0] + half, name: "θ₁", colour: "theta1" },
        { low: centre[1] - half, high: centre[1] + half, name: "θ₂", colour: "theta2" },
      );
    },
    live(model, state, cloud, before) {
      plot.live.replaceChildren();
      const { reduced, scale, span, sigma2, world } = model;
      const [best, now] = [minimiser(reduced, 0), minimiser(reduced, state.lam)];
      const far = 20 * scale.half;
      const axesOf = (/** @type {number} */ more) =>
        reduced.d.map((d) => (d > 0 ? Math.min(Math.sqrt(more) / d, far) : far));
      const touching = residualSs(reduced, state.lam) - reduced.rssMin;
      const widest = (reduced.d[0] * scale.half * 0.7) ** 2;
      for (const share of [0.02, 0.12, 0.3, 0.6, 1]) {
        plot.line(plot.live, ellipse(reduced, best, axesOf(share * widest)), "contour");
      }
      if (touching > 0) plot.line(plot.live, ellipse(reduced, best, axesOf(touching)), "touching");
      const radius = Math.hypot(now[0], now[1]);
      const pixels = plot.x(radius) - plot.x(0);
      add(plot.live, "circle", { cx: plot.x(0), cy: plot.y(0), r: pixels, class: "disc" });
      const kind = state.cloud === "posterior" ? "posterior" : "sampling";
      for (const theta of before) plot.dot(plot.live, theta[0], theta[1], `draw ghost`, 2.2);
      for (const theta of cloud) plot.dot(plot.live, theta[0], theta[1], `draw ${kind}`, 2.2);
      if (
        state.cloud !== "none" &&
        (state.cloud === "sampling" || rank(reduced) === 2 || state.lam > 0)
      ) {
        const sampling = state.cloud === "sampling";
        const spread = sampling ? samplingCovariance : posteriorCovariance;
        const covariance = spread(reduced, state.lam, sampling ? world.sigma2 : sigma2);
        const middle = sampling && world.known ? expected(model, state.lam) : now;
        plot.line(plot.live, spreadEllipse(middle, covariance), `spread ${kind}`);
      }
      const path = steps({ low: span.low, high: Math.max(state.lam, span.low * 1.0001) }, 96);
      if (state.lam > span.low) {
        plot.line(
          plot.live,
          path.map((lam) => minimiser(reduced, lam)),
          "minimum",
        );
      }
      if (world.known) cross(plot, world.theta);
      plot.dot(plot.live, now[0], now[1], "minimum", 5);
      if (state.theta) plot.dot(plot.live, state.theta[0], state.theta[1], "taken", 5);
    },
  };
}

/** The middle of θ̂(λ) over many data. @param {Model} model @param {number} lam */
function expected({ reduced: r, world }, lam) {
  const factor = filterFactors(r, lam);
  const along = [0, 1].map(
    (i) => factor[i] * (r.V[0][i] * world.theta[0] + r.V[1][i] * world.theta[1]),
  );
  return turnBack(r, along);
}

/** Two standard deviations around a point. @param {number[]} middle @param {number[]} covariance
 * @returns {[number, number][]} */
function spreadEllipse(middle, [a, b, c]) {
  const [mean, apart] = [(a + c) / 2, Math.hypot((a - c) / 2, b)];
  const turn = 0.5 * Math.atan2(2 * b, a - c);
  const axes = [mean + apart, mean - apart].map((value) => 2 * Math.sqrt(Math.max(value, 0)));
  return Array.from({ length: 121 }, (_, k) => {
    const angle = (Math.PI * k) / 60;
    const [x, y] = [axes[0] * Math.cos(angle), axes[1] * Math.sin(angle)];
    return [
      middle[0] + x * Math.cos(turn) - y * Math.sin(turn),
      middle[1] + x * Math.sin(turn) + y * Math.cos(turn),
    ];
  });
}

/** @param {Plot} plot @param {ArrayLike<number>} theta the truth */
function cross(plot, theta) {
  const [x, y, size] = [plot.x(theta[0]), plot.y(theta[1]), 5];
  const path = `M${x - size} ${y}h${2 * size}M${x} ${y - size}v${2 * size}`;
  add(plot.live, "path", { d: path, class: "line truth" });
}

/** Each row's response against its prediction, the residual a square.
 * @param {HTMLElement} parent @param {Say} say @returns {Panel} */
export function fitPanel(parent, say) {
  const plot = new Plot(parent, true);
  return {
    base(model) {
      const { X, y } = model.seen;
      const theta = minimiser(model.reduced, 0);
      const seen = Array.from(y, (value, i) => [value, X[0][i] * theta[0] + X[1][i] * theta[1]]);
      const range = around(seen.flat(), 0.12);
      plot.axes({ ...range, name: say("predicted") }, { ...range, name: say("observed") });
    },
    live(model, state) {
      plot.live.replaceChildren();
      const { low, high } = plot.xAxis;
      plot.line(
        plot.live,
        [
          [low, low],
          [high, high],
        ],
        "diagonal",
      );
      const { X, y } = model.seen;
      const theta = state.theta ?? minimiser(model.reduced, state.lam);
      const colour = state.theta ? "taken" : "minimum";
      const every = Math.ceil(y.length / SHOWN);
      for (let i = 0; i < y.length; i += every) {
        const guess = X[0][i] * theta[0] + X[1][i] * theta[1];
        const [px, py, line] = [plot.x(guess), plot.y(y[i]), plot.y(guess)];
        const side = Math.abs(py - line);
        // Away from the diagonal, so that a square hides little of the others.
        const x = py < line ? px - side : px;
        add(plot.live, "rect", {
          x,
          y: Math.min(py, line),
          width: side,
          height: side,
          class: `square ${colour}`,
        });
        add(plot.live, "circle", { cx: px, cy: py, r: 2.4, class: "row" });
      }
    },
  };
}
