/** Recorded sound: how loud it is, and as a WAV file. */

/** Below this, in decibels of full scale, a room is quiet enough to record in. */
export const QUIET = -50;
/** From here on samples cannot be told from those that did not fit. */
const FULL = 0.99;

/** How loud samples are, in decibels of full scale. @param {Float32Array} samples */
export function loudness(samples) {
  let power = 0;
  for (const one of samples) power += one * one;
  return 10 * Math.log10(power / Math.max(samples.length, 1) + 1e-12);
}

/** Whether some in a row are at full scale. @param {Float32Array} samples */
export function isClipped(samples) {
  let row = 0;
  for (const one of samples) {
    row = Math.abs(one) >= FULL ? row + 1 : 0;
    if (row === 3) return true;
  }
  return false;
}

/** @param {Float32Array[]} blocks @returns {Float32Array} */
export function joined(blocks) {
  const whole = new Float32Array(blocks.reduce((n, block) => n + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  return whole;
}

/** Samples as a WAV file of 16 bits, in one channel. @param {Float32Array} samples
 * @param {number} rate @returns {ArrayBuffer} */
export function wav(samples, rate) {
  const buffer = new ArrayBuffer(44 + 2 * samples.length);
  const view = new DataView(buffer);
  /** @param {number} at @param {string} text */
  const write = (at, text) => {
    for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i));
  };
  write(0, "RIFF");
  view.setUint32(4, 36 + 2 * samples.length, true);
  write(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // as numbers
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((one, i) => {
    view.setInt16(44 + 2 * i, Math.round(32767 * Math.max(-1, Math.min(one, 1))), true);
  });
  return buffer;
}
