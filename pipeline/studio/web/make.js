/**
 * What is made of what is seen: a film, a GIF of the marked range, a still, a kit, a deck.
 *
 * @typedef {object} Render
 * @property {number} number @property {string} verb @property {string[]} words
 * @property {"running" | "made" | "stopped" | "failed"} state @property {number} share
 * @property {string} [path] @property {boolean} [shown] @property {string} [said]
 */

import { ask } from "./wire.js";

/** @param {HTMLElement} list @param {Render} render */
export function showRender(list, render) {
  const id = `render-${render.number}`;
  const item = document.getElementById(id) ?? document.createElement("li");
  item.id = id;
  item.className = render.state;
  const name = document.createElement("b");
  name.textContent = render.verb;
  const parts = [name, ...(told[render.state]?.(render) ?? [])];
  item.replaceChildren(...parts);
  item.title = `render.py ${render.words.join(" ")}`;
  if (!item.isConnected) list.prepend(item);
}

/** @type {Record<string, (render: Render) => (Node | string)[]>} */
const told = {
  running({ number, share }) {
    const bar = document.createElement("progress");
    if (share > 0) bar.value = share;
    const stop = document.createElement("button");
    stop.type = "button";
    stop.textContent = "Stop";
    stop.addEventListener("click", () => ask("render", { stop: number }));
    return [bar, stop];
  },
  made({ number, path = "", shown }) {
    if (!shown) return [path];
    const link = document.createElement("a");
    link.href = `made/${number}`;
    link.target = "_blank";
    link.rel = "noreferrer";
    link.textContent = path.split("/").at(-1) ?? path;
    link.title = path;
    return [link];
  },
  stopped: () => ["stopped"],
  failed: ({ said = "" }) => [said],
};

/**
 * What to wish for, seen from the playhead.
 * @param {string} verb
 * @param {{act: {name: string, at: number, frames: number}, frame: number}} place
 * @param {[number, number] | null} range frames [first, last) of the film that are marked
 * @param {number} fps
 */
export function wish(verb, { act, frame }, range, fps) {
  /** @param {number} at @param {number} from */
  const seconds = (at, from) => Math.max(0, (at - from) / fps);
  const body = { verb, act: act.name };
  if (verb === "still") return { ...body, at: frame / fps };
  if (!range || (verb !== "film" && verb !== "gif")) return body;
  if (verb === "film") return { ...body, first: seconds(range[0], 0), last: seconds(range[1], 0) };
  const first = Math.max(range[0], act.at);
  const last = Math.min(range[1], act.at + act.frames);
  if (first >= last) return body;
  return { ...body, first: seconds(first, act.at), last: seconds(last, act.at) };
}
