/**
 * The timeline: a ruler, acts with their beats, captions, and what each frame has cost to draw.
 *
 * @import { Act, Model } from "./film.js"
 * @import { Player } from "./player.js"
 */

import { clock } from "./film.js";

/** Rows, in CSS pixels from the top. */
const ROWS = { ruler: [0, 20], acts: [22, 46], captions: [50, 68], cost: [72, 104] };
export const HEIGHT = 108;
/** Milliseconds that fill the row of costs. */
const TALLEST = 60;
/** Milliseconds beyond which a frame is slow to draw. */
const SLOW = 30;
/** Seconds between marks of the ruler. */
const MARKS = [0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

export class Timeline {
  /** @param {HTMLElement} section @param {Model} model @param {Player} player
   * @param {(at: number | null, x: number) => void} hovered told which frame the pointer is over */
  constructor(section, model, player, hovered) {
    this.section = section;
    this.canvas = /** @type {HTMLCanvasElement} */ (section.querySelector("canvas"));
    this.model = model;
    this.player = player;
    this.hovered = hovered;
    /** Shares of the film that are seen. @type {[number, number]} */
    this.view = [0, 1];
    this.#listen();
    new ResizeObserver(() => this.draw()).observe(section);
  }

  get width() {
    return this.section.clientWidth;
  }

  /** The frame of the film at a place of the canvas. @param {number} x */
  frameAt(x) {
    const [a, b] = this.view;
    const share = a + (x / Math.max(this.width, 1)) * (b - a);
    return Math.max(0, Math.min(this.model.total - 1, Math.floor(share * this.model.total)));
  }

  /** @param {number} frame */
  xOf(frame) {
    const [a, b] = this.view;
    return ((frame / Math.max(this.model.total, 1) - a) / (b - a)) * this.width;
  }

  draw() {
    const { canvas, model, player, width } = this;
    const scale = devicePixelRatio;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== HEIGHT * scale) {
      canvas.width = Math.round(width * scale);
      canvas.height = HEIGHT * scale;
    }
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const style = getComputedStyle(this.section);
    /** @param {string} name */
    const colour = (name) => style.getPropertyValue(`--${name}`);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, HEIGHT);
    pen.font = `11px ${style.fontFamily}`;
    pen.textBaseline = "middle";
    if (!model.total) return;
    this.#ruler(pen, colour);
    model.acts.forEach((act, i) => {
      this.#act(pen, colour, act, i);
    });
    this.#range(pen, colour);
    const x = Math.round(this.xOf(player.at + 0.5)) + 0.5;
    pen.strokeStyle = pen.fillStyle = colour("accent");
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(x, 12);
    pen.lineTo(x, HEIGHT);
    pen.stroke();
    pen.beginPath();
    pen.moveTo(x - 6, 2);
    pen.lineTo(x + 6, 2);
    pen.lineTo(x + 6, 9);
    pen.lineTo(x, 15);
    pen.lineTo(x - 6, 9);
    pen.fill();
  }

  /** See all of the film, or a part of it about a frame. @param {number} factor @param {number} x */
  zoom(factor, x) {
    const [a, b] = this.view;
    const at = a + (x / this.width) * (b - a);
    const least = Math.min(1, 20 / Math.max(this.model.total, 1));
    const size = Math.min(1, Math.max(least, (b - a) * factor));
    const start = Math.min(Math.max(0, at - (x / this.width) * size), 1 - size);
    this.view = [start, start + size];
    this.draw();
  }

  /** Move what is seen sideways. @param {number} by in pixels */
  pan(by) {
    const [a, b] = this.view;
    const share = Math.min(Math.max(-a, (by / this.width) * (b - a)), 1 - b);
    this.view = [a + share, b + share];
    this.draw();
  }

  /** Keep the playhead in sight. */
  follow() {
    const x = this.xOf(this.player.at);
    if (x < 0 || x > this.width) this.pan(x - 0.1 * this.width);
  }

  /** @param {CanvasRenderingContext2D} pen @param {(name: string) => string} colour */
  #ruler(pen, colour) {
    const { fps, total } = this.model;
    const pixels = this.width / (((this.view[1] - this.view[0]) * total) / fps);
    const step = MARKS.find((seconds) => seconds * pixels >= 64) ?? 600;
    pen.fillStyle = colour("quiet");
    pen.textAlign = "left";
    const first = Math.floor((this.view[0] * total) / fps / step);
    const last = Math.ceil((this.view[1] * total) / fps / step);
    for (let i = first; i <= last; i++) {
      const frame = i * step * fps;
      if (frame > total) break;
      const x = Math.round(this.xOf(frame));
      pen.globalAlpha = 0.5;
      pen.fillRect(x, 14, 1, 5);
      pen.globalAlpha = 1;
      const told = clock(frame, fps);
      pen.fillText(step < 1 ? told : told.slice(0, -2), x + 4, 9);
    }
  }

  /** @param {CanvasRenderingContext2D} pen @param {(name: string) => string} colour
   * @param {Act} act @param {number} place */
  #act(pen, colour, act, place) {
    const [x, end] = [this.xOf(act.at), this.xOf(act.at + act.frames)];
    if (end < 0 || x > this.width) return;
    const [top, bottom] = ROWS.acts;
    pen.fillStyle = colour(place % 2 ? "block" : "block-other");
    pen.globalAlpha = act.known ? 1 : 0.45;
    pen.beginPath();
    pen.roundRect(x + 1, top, Math.max(end - x - 2, 1), bottom - top, 5);
    pen.fill();
    pen.globalAlpha = 1;
    pen.fillStyle = colour("ink");
    this.#text(pen, act.name, x + 8, top + 9, end - x - 14);
    pen.fillStyle = colour("beat");
    for (const beat of act.beats) {
      const at = Math.round(this.xOf(act.at + Math.max(beat.frame - 1, 0)));
      pen.beginPath();
      pen.roundRect(at - 1, bottom - 8, 3, 6, 1.5);
      pen.fill();
    }
    const [upper, lower] = ROWS.captions;
    for (const cue of act.cues) {
      const [from, to] = [this.xOf(act.at + cue.start), this.xOf(act.at + cue.stop)];
      if (to < 0 || from > this.width) continue;
      pen.fillStyle = colour("cue");
      pen.beginPath();
      pen.roundRect(from + 0.5, upper, Math.max(to - from - 1.5, 1), lower - upper, 4);
      pen.fill();
      pen.fillStyle = colour("quiet");
      this.#text(pen, cue.text, from + 6, (upper + lower) / 2 + 0.5, to - from - 10);
    }
    this.#cost(pen, colour, act);
  }

  /** What is drawn, and what it took: one bar for each pixel, as tall as its slowest frame.
   * @param {CanvasRenderingContext2D} pen @param {(name: string) => string} colour @param {Act} act */
  #cost(pen, colour, act) {
    const [top, bottom] = ROWS.cost;
    const from = Math.max(0, Math.floor(this.xOf(act.at)));
    const to = Math.min(this.width, Math.ceil(this.xOf(act.at + act.frames)));
    const perPixel = ((this.view[1] - this.view[0]) * this.model.total) / this.width;
    const origin = this.view[0] * this.model.total - act.at;
    const [plain, slow, base] = [colour("cost"), colour("slow"), colour("drawn")];
    for (let x = from; x < to; x++) {
      const first = Math.floor(origin + x * perPixel);
      const last = Math.max(first + 1, Math.floor(origin + (x + 1) * perPixel));
      let [worst, there, all] = [0, 0, 0];
      for (let i = Math.max(first, 0); i < Math.min(last, act.frames); i++) {
        all++;
        const ms = act.cost[i];
        if (Number.isNaN(ms)) continue;
        there++;
        if (ms > worst) worst = ms;
      }
      if (!there) continue;
      pen.globalAlpha = there / all;
      pen.fillStyle = base;
      pen.fillRect(x, bottom - 3, 1, 3);
      const tall = Math.min(worst / TALLEST, 1) * (bottom - top - 5);
      pen.fillStyle = worst > SLOW ? slow : plain;
      pen.fillRect(x, bottom - 4 - tall, 1, tall);
    }
    pen.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} pen @param {(name: string) => string} colour */
  #range(pen, colour) {
    const { player } = this;
    if (!player.marked && !player.looping) return;
    const [first, last] = player.range;
    const [x, end] = [this.xOf(first), this.xOf(last)];
    pen.fillStyle = colour("accent");
    pen.globalAlpha = player.looping ? 0.16 : 0.08;
    pen.fillRect(x, 0, end - x, HEIGHT);
    pen.globalAlpha = 1;
    pen.fillRect(x, 17, end - x, 3);
  }

  /** Text cut to a width, or nothing where none fits.
   * @param {CanvasRenderingContext2D} pen @param {string} text @param {number} x @param {number} y
   * @param {number} room */
  #text(pen, text, x, y, room) {
    const start = Math.max(x, 6);
    const left = room - (start - x);
    if (left < 14) return;
    let shown = text;
    if (pen.measureText(shown).width > left) {
      let [low, high] = [0, shown.length];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (pen.measureText(`${text.slice(0, middle)}…`).width <= left) low = middle;
        else high = middle - 1;
      }
      if (low < 2) return;
      shown = `${text.slice(0, low).trimEnd()}…`;
    }
    pen.textAlign = "left";
    pen.fillText(shown, start, y);
  }

  #listen() {
    const { section, player } = this;
    let scrubbing = false;
    /** @param {PointerEvent} event */
    const x = (event) => event.clientX - section.getBoundingClientRect().left;
    section.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      scrubbing = true;
      section.setPointerCapture(event.pointerId);
      if (player.playing) player.pause();
      player.go(this.frameAt(x(event)));
    });
    section.addEventListener("pointermove", (event) => {
      if (scrubbing) player.go(this.frameAt(x(event)));
      this.hovered(this.model.total ? this.frameAt(x(event)) : null, x(event));
    });
    const end = () => {
      scrubbing = false;
    };
    section.addEventListener("pointerup", end);
    section.addEventListener("pointercancel", end);
    section.addEventListener("pointerleave", () => this.hovered(null, 0));
    section.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const { left } = section.getBoundingClientRect();
        if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
          this.pan(event.deltaX || event.deltaY);
        } else this.zoom(Math.exp(0.0015 * event.deltaY), event.clientX - left);
      },
      { passive: false },
    );
  }
}
