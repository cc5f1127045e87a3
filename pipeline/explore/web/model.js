/**
 * Everything that follows from the rows: the reduced problem, what to look at, and where λ is best.
 *
 * @import { Reduced, Rows } from "./prepare.js"
 * @import { Constants, Scale, Span } from "./window.js"
 * @import { Recipe } from "./made.js"
 * @import { State } from "./state.js"
 */

import { makeData } from "./made.js";
import { follow, prepare, Unusable } from "./prepare.js";
import { correlation, gcv, leftOut, loo, minimiser, noiseVariance } from "./ridge.js";
import {
  bowlLam,
  kindOf,
  lamRange,
  lookAlongValley,
  lowest,
  searchRange,
  stageScale,
} from "./window.js";

/**
 * The data as Python hands them over.
 * @typedef {object} Given
 * @property {[string, string]} features @property {string} response
 * @property {number} q columns adjusted for @property {boolean} scaled
 * @property {number[][] | null} columns raw ones: adjusted-for, features, response; null if too many
 * @property {Reduced} reduced
 * @property {{X: number[][], y: number[]} | null} sample some prepared rows where there are no columns
 * @property {Recipe | null} recipe of made data
 * @property {{gcv: number | null, loo: number | null}} marks
 * @property {Constants} constants
 */

/**
 * @typedef {object} Model
 * @property {Reduced} reduced
 * @property {Rows | null} rows prepared, without those left out
 * @property {{X: ArrayLike<number>[], y: ArrayLike<number>}} seen prepared rows to be shown
 * @property {ArrayLike<number>[] | null} columns raw ones, all rows, as edited
 * @property {number[]} kept numbers of the rows that are not left out
 * @property {Span} span of λ on the slider
 * @property {number} bowl the λ that the film calls a bowl
 * @property {Scale} scale
 * @property {"valley" | "pinned" | "round" | "exact"} kind
 * @property {number} rho
 * @property {number} along azimuth of the valley
 * @property {number} sigma2 noise variance, estimated
 * @property {{theta: number[], sigma2: number, known: boolean}} world that data are drawn from anew
 * @property {number | null} gcv the λ where it is lowest
 * @property {number | null} loo
 * @property {((lam: number) => number) | null} looScore
 */

/** @param {Given} given @param {State} state @param {Scale} [held] a scale that is to stay
 * @returns {Model | null} nothing where too few rows are left, or a column does not vary */
export function buildModel(given, state, held) {
  const { constants } = given;
  const columns = rawColumns(given, state);
  const n = columns ? columns[0].length : 0;
  const kept = Array.from({ length: n }, (_, row) => row).filter(
    (row) => state.edits[row] !== null,
  );
  /** @type {Rows | null} */
  let rows = null;
  let { reduced } = given;
  if (columns) {
    if (kept.length < given.q + 4) return null;
    try {
      const used = columns.map((column) => Float64Array.from(kept, (row) => column[row]));
      ({ rows, reduced } = prepare(used, given.q, given.scaled, given.reduced.V));
    } catch (error) {
      if (error instanceof Unusable) return null;
      throw error;
    }
  } else {
    reduced = follow(reduced, given.reduced.V);
  }
  if (!(reduced.uty[0] !== 0 || reduced.uty[1] !== 0 || reduced.rssMin > 0)) return null;
  const sigma2 = noiseVariance(reduced, constants.noise_floor);
  const { recipe } = state;
  const untouched = Object.keys(state.edits).length === 0;
  const known = recipe !== null && untouched;
  const search = searchRange(reduced, constants);
  const out = rows && leftOut(reduced, rows, constants.own_fit);
  const looScore = out && ((/** @type {number} */ lam) => loo(reduced, out, lam));
  return {
    reduced,
    rows,
    seen: rows ?? given.sample ?? { X: [[], []], y: [] },
    columns,
    kept,
    span: lamRange(reduced, constants),
    bowl: bowlLam(reduced, constants),
    scale: held ?? stageScale(reduced, constants),
    kind: kindOf(reduced, constants),
    rho: correlation(reduced),
    along: lookAlongValley(reduced),
    sigma2,
    world: {
      theta: known ? recipe.theta : minimiser(reduced, 0),
      sigma2: known ? recipe.noise ** 2 : sigma2,
      known,
    },
    // Looked for when asked, and once.
    get gcv() {
      return own(
        this,
        "gcv",
        rows ? lowest((lam) => gcv(reduced, lam), search, constants) : given.marks.gcv,
      );
    },
    get loo() {
      return own(this, "loo", looScore ? lowest(looScore, search, constants) : given.marks.loo);
    },
    looScore,
  };
}

/** @template T @param {object} where @param {string} name @param {T} value @returns {T} */
function own(where, name, value) {
  Object.defineProperty(where, name, { value });
  return value;
}

/** @param {Given} given @param {State} state */
function rawColumns(given, state) {
  const made = state.recipe;
  const untouched = made && given.recipe && JSON.stringify(made) === JSON.stringify(given.recipe);
  const base = made && !untouched ? makeData(made) : given.columns;
  if (!base) return null;
  const columns = base.map((column) => Float64Array.from(column));
  for (const [row, values] of Object.entries(state.edits)) {
    values?.forEach((value, j) => {
      columns[given.q + j][Number(row)] = value;
    });
  }
  return columns;
}
