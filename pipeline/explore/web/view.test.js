import assert from "node:assert/strict";
import { test } from "node:test";

import { hit } from "./landscape.js";
import { View } from "./view.js";

/** @import { Form } from "./gl.js" */

const SCALE = {
  centre: /** @type {[number, number]} */ ([0, 0]),
  half: 1,
  low: 0,
  high: 1,
  reach: 2,
  height: 1.9,
};
/** @type {Form} */
const BOWL = [0.2, 0.05, 0.1, 0.02, -0.03, 0.1];

test("a framed box is in the middle, and in its room", () => {
  for (const azimuth of [0, 1, 2.5, -3]) {
    for (const elevation of [0.1, 0.6, 1.5]) {
      const view = new View(azimuth, elevation).frame(2, 1.9, 800, 500);
      const corners = [-2, 2].flatMap((x) =>
        [-2, 2].flatMap((y) => [0, 1.9].map((z) => [x, y, z])),
      );
      const seen = corners.map((corner) => view.project(corner));
      for (const [axis, room] of [
        [0, 800],
        [1, 500],
      ]) {
        const values = seen.map((point) => point[axis]);
        const [low, high] = [Math.min(...values), Math.max(...values)];
        assert.ok(Math.abs(low + high) < 1e-9);
        assert.ok(high - low < 1.25 * room);
      }
    }
  }
});

test("the clip matrix puts points where the projection does", () => {
  const view = new View(0.7, 0.5).frame(2, 1.9, 700, 480, 1.3);
  const matrix = view.clipMatrix(700, 480);
  for (const point of [
    [0, 0, 0],
    [2, -2, 1.9],
    [-1, 1.5, 0.3],
  ]) {
    const row = (/** @type {number} */ i) =>
      [...point, 1].reduce((sum, value, j) => sum + matrix[4 * j + i] * value, 0);
    const [x, y] = view.project(point);
    assert.ok(Math.abs((row(0) / row(3)) * 350 - x) < 1e-3);
    assert.ok(Math.abs((row(1) / row(3)) * 240 - y) < 1e-3);
  }
});

test("rays go through the places that the projection says", () => {
  const view = new View(0.7, 0.5).frame(2, 1.9, 700, 480, 1.3);
  const matrix = view.rays(700, 480);
  for (const [x, y] of [
    [0, 0],
    [-1, 1],
    [0.4, -0.7],
  ]) {
    const ray = [0, 1, 2].map((i) => matrix[i] * x + matrix[3 + i] * y + matrix[6 + i]);
    const eye = view.eye();
    for (const share of [0.9, 1, 1.1]) {
      const [across, above, depth] = view.project(eye.map((value, i) => value + share * ray[i]));
      assert.ok(Math.hypot(across - 350 * x, above - 240 * y) < 1e-2);
      assert.ok(Math.abs(depth - (1 - share) * view.focal) < 1e-4);
    }
  }
});

test("what is pointed at is what is seen there", () => {
  for (const flip of [1, -1]) {
    const view = new View(0.4, 0.9).frame(2, 1.9, 700, 480);
    for (const [x, y] of [
      [0, 0],
      [0.5, -0.8],
      [-1, 0.4],
    ]) {
      const v =
        BOWL[0] * x * x + BOWL[1] * x * y + BOWL[2] * y * y + BOWL[3] * x + BOWL[4] * y + BOWL[5];
      const [px, py] = view.project([x, y, 0.95 * (1 + flip * (2 * v - 1))]);
      const found = hit(BOWL, SCALE, flip, view.eye(), view.ray(px, py));
      assert.ok(found && Math.hypot(found[0] - x, found[1] - y) < 1e-9, `${found} for ${[x, y]}`);
    }
  }
  const level = new View(0, 0.05).frame(2, 1.9, 700, 480);
  assert.equal(hit(BOWL, SCALE, 1, level.eye(), level.ray(0, 4000)), null);
});
