/**
 * What the page shows, as plain values, and the same as the hash of its address: a moment can be linked.
 *
 * @import { Recipe } from "./made.js"
 */

/**
 * @typedef {object} State
 * @property {number} lam λ
 * @property {boolean} flipped log-likelihood instead of RSS
 * @property {"sum" | "data" | "penalty"} part of the objective that the surface shows
 * @property {number} turn degrees aside from along the valley
 * @property {number} rise degrees above the horizon
 * @property {number} zoom 1 is all of it
 * @property {[number, number] | null} theta a θ that was taken, beside the best one
 * @property {"none" | "sampling" | "posterior"} cloud
 * @property {number} draw seed of the cloud
 * @property {Recipe | null} recipe of made data
 * @property {Record<number, number[] | null>} edits rows that were dragged, or left out (null)
 * @property {string} step what is being told
 */

export const LIMITS = {
  turn: [-3600, 3600],
  rise: [4, 88],
  zoom: [0.6, 4],
  n: [5, 500],
  rho: [-1, 1],
  noise: [0, 5],
  truth: [-5, 5],
  seed: [0, 4294967295],
};

/** @param {number} value @param {number[]} limits */
export const within = (value, [low, high]) => Math.min(Math.max(value, low), high);

/** @param {string} text @param {number[]} [limits] @returns {number | null} */
function numberIn(text, limits) {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) return null;
  return limits ? within(value, limits) : value;
}

/** @param {string} text @param {number} count @param {number[]} [limits] */
function numbersIn(text, count, limits) {
  const values = text.split(",").map((part) => numberIn(part, limits));
  const whole = values.length === count && values.every((value) => value !== null);
  return whole ? /** @type {number[]} */ (values) : null;
}

/** So many digits that the same picture comes back. @param {number} value */
const brief = (value) => String(Number(value.toPrecision(7)));

/**
 * A state from the hash of an address; what makes no sense there is passed over.
 * @param {string} hash with or without its #
 * @param {State} from what is not said stays as it is here
 * @param {number} nRows
 * @returns {State}
 */
export function readHash(hash, from, nRows) {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const state = { ...from };
  const take = (/** @type {string} */ key, /** @type {(text: string) => void} */ use) => {
    const text = said.get(key);
    if (text !== null) use(text);
  };
  const real = (/** @type {"turn" | "rise" | "zoom"} */ key) =>
    take(key, (text) => {
      state[key] = numberIn(text, LIMITS[key]) ?? state[key];
    });
  take("lam", (text) => {
    state.lam = numberIn(text, [0, 1e300]) ?? state.lam;
  });
  take("side", (text) => {
    state.flipped = text === "likelihood";
  });
  take("part", (text) => {
    if (text === "sum" || text === "data" || text === "penalty") state.part = text;
  });
  take("cloud", (text) => {
    if (text === "none" || text === "sampling" || text === "posterior") state.cloud = text;
  });
  take("draw", (text) => {
    state.draw = Math.round(numberIn(text, LIMITS.seed) ?? state.draw);
  });
  take("theta", (text) => {
    state.theta = /** @type {[number, number] | null} */ (numbersIn(text, 2));
  });
  take("step", (text) => {
    state.step = text;
  });
  for (const key of /** @type {const} */ (["turn", "rise", "zoom"])) real(key);
  if (state.recipe) {
    const recipe = { ...state.recipe };
    for (const key of /** @type {const} */ (["n", "rho", "noise", "seed"])) {
      take(key, (text) => {
        const value = numberIn(text, LIMITS[key]) ?? recipe[key];
        recipe[key] = key === "n" || key === "seed" ? Math.round(value) : value;
      });
    }
    take("truth", (text) => {
      recipe.theta = numbersIn(text, 2, LIMITS.truth) ?? recipe.theta;
    });
    state.recipe = recipe;
  }
  const rows = state.recipe ? state.recipe.n : nRows;
  const isRow = (/** @type {number | null} */ row) =>
    row !== null && Number.isInteger(row) && row >= 0 && row < rows;
  /** @type {Record<number, number[] | null>} */
  const edits = {};
  for (const text of (said.get("out") ?? "").split(",")) {
    const row = numberIn(text);
    if (row !== null && isRow(row)) edits[row] = null;
  }
  for (const text of said.getAll("row")) {
    const values = numbersIn(text, 4);
    if (values && isRow(values[0])) edits[values[0]] = values.slice(1);
  }
  state.edits = edits;
  return state;
}

/** The hash that brings a state back; what is as at first is left out.
 * @param {State} state @param {State} first @returns {string} */
export function writeHash(state, first) {
  /** @type {[string, string][]} */
  const said = [];
  const say = (
    /** @type {string} */ key,
    /** @type {string} */ text,
    /** @type {string} */ plain,
  ) => {
    if (text !== plain) said.push([key, text]);
  };
  say("lam", brief(state.lam), brief(first.lam));
  say("side", state.flipped ? "likelihood" : "rss", first.flipped ? "likelihood" : "rss");
  for (const key of /** @type {const} */ (["part", "cloud", "step"]))
    say(key, state[key], first[key]);
  for (const key of /** @type {const} */ (["turn", "rise", "zoom", "draw"])) {
    say(key, brief(state[key]), brief(first[key]));
  }
  if (state.theta) said.push(["theta", state.theta.map(brief).join(",")]);
  if (state.recipe && first.recipe) {
    for (const key of /** @type {const} */ (["n", "rho", "noise", "seed"])) {
      say(key, brief(state.recipe[key]), brief(first.recipe[key]));
    }
    say("truth", state.recipe.theta.map(brief).join(","), first.recipe.theta.map(brief).join(","));
  }
  const out = Object.keys(state.edits).filter((row) => state.edits[Number(row)] === null);
  if (out.length) said.push(["out", out.join(",")]);
  for (const [row, values] of Object.entries(state.edits)) {
    if (values) said.push(["row", [row, ...values.map(brief)].join(",")]);
  }
  return said.map(([key, text]) => `${key}=${text}`).join("&");
}
