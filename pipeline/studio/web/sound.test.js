import assert from "node:assert/strict";
import test from "node:test";
import { isClipped, joined, loudness, wav } from "./sound.js";

const sine = Float32Array.from({ length: 4800 }, (_, i) =>
  Math.sin((2 * Math.PI * 480 * i) / 48000),
);

test("a sine at full scale is at minus three decibels, half of it six lower", () => {
  assert.ok(Math.abs(loudness(sine) + 3.01) < 0.01);
  assert.ok(Math.abs(loudness(sine.map((one) => one / 2)) + 9.03) < 0.01);
  assert.ok(loudness(new Float32Array(100)) < -100);
});

test("what did not fit is clipped, a peak alone is not", () => {
  assert.equal(isClipped(sine.map((one) => Math.max(-1, Math.min(3 * one, 1)))), true);
  assert.equal(isClipped(Float32Array.of(0, 1, 0, 1, 1, 0)), false);
});

test("blocks are joined in order", () => {
  assert.deepEqual(
    [...joined([Float32Array.of(1, 2), Float32Array.of(), Float32Array.of(3)])],
    [1, 2, 3],
  );
});

test("a WAV file says what it holds, and holds it to a step of 16 bits", () => {
  const view = new DataView(wav(Float32Array.of(0, 1, -1, 0.25, 7), 48000));
  const text = (at) => String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
  assert.deepEqual([text(0), text(8), text(12), text(36)], ["RIFF", "WAVE", "fmt ", "data"]);
  assert.equal(view.byteLength, 44 + 10);
  assert.equal(view.getUint32(4, true), 36 + 10);
  assert.equal(view.getUint32(24, true), 48000);
  assert.equal(view.getUint32(28, true), 96000);
  assert.equal(view.getUint32(40, true), 10);
  const samples = [0, 1, 2, 3, 4].map((i) => view.getInt16(44 + 2 * i, true));
  assert.deepEqual(samples, [0, 32767, -32767, 8192, 32767]);
});
