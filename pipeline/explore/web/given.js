/**
 * What Python hands over to the page, and the words of it.
 *
 * @import { Given } from "./model.js"
 * @import { Theme } from "./stage.js"
 */

import { byId } from "./controls.js";
import { writeNumbers } from "./numerals.js";

/**
 * @typedef {Given & {
 *   words: Record<string, string>, numerals: {point: string, thousands: string},
 *   themes: (Omit<Theme, "ramps"> & {ramps: Record<string, string>})[],
 *   shaders: Record<string, {vertex: string, fragment: string}>,
 *   draws: {count: number, seed: number}, command: string[], hash: string}} Handed
 */

/** @type {Handed} */
export const given = JSON.parse(byId("given").textContent ?? "");
writeNumbers(given.numerals);

/** A text of the page, its blanks filled in. @param {string} key
 * @param {Record<string, string>} [blanks] */
export function say(key, blanks = {}) {
  return (given.words[key] ?? "").replace(/\{(\w+)\}/g, (_, name) => blanks[name] ?? "");
}
