import assert from "node:assert/strict";
import { test } from "node:test";

import { Random } from "./random.js";

test("a seed draws numpy's normals", () => {
  // numpy.random.default_rng(5).standard_normal(5)
  const wanted = [-0.8019314, -1.32435899, -0.24836162, 0.42044524, 1.13604653];
  const random = new Random(5);
  for (const value of wanted) assert.ok(Math.abs(random.normal() - value) < 2e-7);
});

test("seeds differ, and a seed repeats itself", () => {
  const draw = (/** @type {number} */ seed) => [...new Random(seed).normals(8)];
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
});

test("uniform numbers stay below 1, and normals have the tail of a normal distribution", () => {
  const random = new Random(1);
  for (let k = 0; k < 1000; k++) {
    const value = random.uniform();
    assert.ok(value >= 0 && value < 1);
  }
  const beyond = [...random.normals(100_000)].filter((value) => Math.abs(value) > 3.7).length;
  assert.ok(beyond > 5 && beyond < 50, `${beyond} of 21.6 expected`);
});
