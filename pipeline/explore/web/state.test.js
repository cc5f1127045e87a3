import assert from "node:assert/strict";
import { test } from "node:test";

import { readHash, writeHash } from "./state.js";

/** @import { State } from "./state.js" */

/** @type {State} */
const FIRST = {
  lam: 0,
  flipped: false,
  part: "sum",
  turn: 24,
  rise: 33,
  zoom: 1,
  theta: null,
  cloud: "none",
  draw: 11,
  recipe: { n: 60, rho: 0.99, theta: [1, 1], noise: 0.5, seed: 5 },
  edits: {},
  step: "valley",
};

/** @type {State} */
const OTHER = {
  lam: 12.5,
  flipped: true,
  part: "data",
  turn: -70.25,
  rise: 18,
  zoom: 1.5,
  theta: [0.25, -1.75],
  cloud: "posterior",
  draw: 3,
  recipe: { n: 12, rho: -0.5, theta: [2, 0], noise: 0, seed: 9 },
  edits: { 0: null, 7: null, 3: [1, 2.5, -3] },
  step: "peak",
};

test("a state comes back from its hash, and the first one needs none", () => {
  assert.equal(writeHash(FIRST, FIRST), "");
  assert.deepEqual(readHash(writeHash(OTHER, FIRST), FIRST, 60), OTHER);
  assert.deepEqual(readHash(`#${writeHash(OTHER, FIRST)}`, FIRST, 60), OTHER);
  assert.deepEqual(readHash(writeHash(FIRST, OTHER), OTHER, 60).recipe, FIRST.recipe);
});

test("what makes no sense in a hash is passed over", () => {
  for (const hash of [
    "lam=x&turn=&rise=NaN&zoom=Infinity&theta=1&truth=1,2,3&cloud=rain&part=half&rho=&n=e",
    "out=-1,3.5,60,x&row=1,2&row=99,1,1,1&row=2,a,b,c",
    "%E0%A4%A&&&==&<script>",
  ]) {
    assert.deepEqual(readHash(hash, FIRST, 60), FIRST);
  }
});

test("numbers out of range go to its end", () => {
  const state = readHash("lam=-3&rho=1.5&noise=-1&n=2.4&rise=200&zoom=0&seed=-2", FIRST, 60);
  assert.equal(state.lam, 0);
  assert.deepEqual(state.recipe, { n: 5, rho: 1, theta: [1, 1], noise: 0, seed: 0 });
  assert.deepEqual([state.rise, state.zoom], [88, 0.6]);
});
