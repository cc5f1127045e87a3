/**
 * The film by hand: its moments, each as what it changes on the page.
 *
 * @import { Model } from "./model.js"
 * @import { Say } from "./panels.js"
 * @import { State } from "./state.js"
 */

import { conditionNumber, minimiser } from "./ridge.js";
import { within } from "./state.js";

/** Where the eye stands for a valley, for a bowl, and for what is turned over. */
const VALLEY = { turn: 24, rise: 33 };
const BOWL = { turn: 40, rise: 48, zoom: 1.25 };
const RIDGE = { turn: 70, rise: 20, zoom: 1.1 };

/** @typedef {{key: string, change: (model: Model) => Partial<State>}} Step */

/** @type {Step[]} */
export const STEPS = [
  { key: "valley", change: () => ({ lam: 0, ...VALLEY }) },
  { key: "models", change: (model) => ({ lam: 0, theta: alongFloor(model, 0), ...VALLEY }) },
  { key: "redraw", change: () => ({ lam: 0, cloud: "sampling", ...VALLEY }) },
  { key: "penalty", change: (model) => ({ lam: model.bowl, part: "penalty", ...BOWL }) },
  { key: "bowl", change: (model) => ({ lam: model.bowl, ...BOWL }) },
  { key: "spot", change: (model) => ({ lam: model.bowl, cloud: "sampling", ...BOWL }) },
  { key: "ridge", change: () => ({ lam: 0, flipped: true, ...RIDGE }) },
  {
    key: "prior",
    change: (model) => ({ lam: model.bowl, flipped: true, part: "penalty", ...RIDGE }),
  },
  { key: "peak", change: (model) => ({ lam: model.bowl, flipped: true, ...RIDGE }) },
  { key: "choice", change: (model) => ({ lam: shown(model, model.gcv ?? 0), ...VALLEY }) },
];

/** What every step begins from. @type {Partial<State>} */
const PLAIN = { flipped: false, part: "sum", cloud: "none", theta: null, zoom: 1 };

/** @param {Model} model @param {number} lam */
const shown = ({ span }, lam) => (lam < span.low ? 0 : Math.min(lam, span.high));

/** Another θ, some way along the floor from the best one. @param {Model} model @param {number} lam
 * @returns {[number, number]} */
export function alongFloor({ reduced, scale }, lam) {
  const [a, b] = minimiser(reduced, lam);
  const step = 0.45 * scale.half * (reduced.V[1][1] > 0 ? -1 : 1);
  return [a + step * reduced.V[0][1], b + step * reduced.V[1][1]];
}

/** All that a step sets. @param {string} key @param {Model} model @returns {Partial<State> | null} */
export function stateOf(key, model) {
  const step = STEPS.find((one) => one.key === key);
  return step ? { ...PLAIN, ...step.change(model), step: key } : null;
}

/** The way from one state to another: the eye turns, and λ rounds the valley evenly.
 * @param {Model} model
 * @param {State} from @param {State} to */
export function walkTo({ reduced, span }, from, to) {
  const round = (/** @type {number} */ lam) =>
    Math.log(conditionNumber(reduced, Math.max(lam, span.low)));
  const [k0, k1] = [round(from.lam), round(to.lam)];
  const [top, bottom] = reduced.d.map((d) => d * d);
  return (/** @type {number} */ share) => {
    const kappa = Math.exp(k0 + share * (k1 - k0));
    const lam = Math.abs(k1 - k0) < 1e-9 ? to.lam : (top - kappa * bottom) / (kappa - 1);
    const between = (/** @type {number} */ a, /** @type {number} */ b) => a + share * (b - a);
    return {
      lam: within(lam, [0, span.high]),
      turn: between(from.turn, to.turn),
      rise: between(from.rise, to.rise),
      zoom: between(from.zoom, to.zoom),
    };
  };
}

/** A button for each step. @param {HTMLElement} list @param {Say} say
 * @param {(key: string) => void} tell */
export function stepButtons(list, say, tell) {
  for (const { key } of STEPS) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.step = key;
    button.textContent = say(`step_${key}`);
    button.addEventListener("click", () => tell(key));
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
  }
}
