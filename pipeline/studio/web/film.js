/**
 * The film as the page knows it: acts one after the other, and which of their frames are drawn.
 *
 * A frame of the film is a number from 0; a place is an act and a frame of it, which stays what it is
 * when other acts become longer or shorter.
 */

/**
 * @typedef {{start: number, stop: number, text: string, key: string}} Cue
 * @typedef {{frame: number, name: string}} Beat
 * @typedef {object} Told
 * @property {string} name @property {string} title @property {string} key
 * @property {number | null} frames its length, if it is known
 * @property {Record<string, string>} texts captions that can be edited, with their blanks
 * @property {Cue[]} [cues] @property {Beat[]} [beats] @property {[number, number][]} [holds]
 *
 * @typedef {object} Act
 * @property {string} name @property {string} title @property {string} key
 * @property {number} frames @property {boolean} known whether the length is more than a guess
 * @property {number} at the frame of the film it begins with
 * @property {Cue[]} cues @property {Beat[]} beats @property {[number, number][]} holds
 * @property {Record<string, string>} texts
 * @property {Float32Array} cost milliseconds each frame took; NaN for those that are not drawn
 *
 * @typedef {{act: Act, frame: number}} Place
 * @typedef {{width: number, height: number, fps: number, theme: string, notes: string[],
 *   choices: object[], words: string[], acts: Told[]}} Film
 */

/** Seconds an act is taken to last before it is known. */
const GUESS = 25;

export class Model {
  constructor() {
    this.width = 854;
    this.height = 480;
    this.fps = 15;
    this.theme = "dark";
    /** @type {string[]} */
    this.notes = [];
    /** @type {Act[]} */
    this.acts = [];
  }

  get total() {
    const last = this.acts.at(-1);
    return last ? last.at + last.frames : 0;
  }

  get drawn() {
    let count = 0;
    for (const act of this.acts) for (const ms of act.cost) if (!Number.isNaN(ms)) count++;
    return this.total ? count / this.total : 0;
  }

  /** Take a film that was opened; what is known of acts that are still in it stays. @param {Film} film */
  open(film) {
    const before = this.acts;
    this.width = film.width;
    this.height = film.height;
    this.fps = film.fps;
    this.theme = film.theme;
    this.notes = film.notes;
    this.acts = film.acts.map((told) => {
      const same = before.find((act) => act.key === told.key);
      const alike = before.find((act) => act.name === told.name);
      return this.#act(told, same, alike);
    });
    this.#place();
  }

  /** An act's length has become known. @param {Told} told */
  measured(told) {
    this.acts = this.acts.map((act) => (act.key === told.key ? this.#act(told, act, act) : act));
    this.#place();
  }

  /** Frames are drawn. @param {string} key @param {[number, number, number][]} spans */
  mark(key, spans) {
    const act = this.acts.find((one) => one.key === key);
    if (!act) return;
    for (const [start, stop, seconds] of spans) {
      act.cost.fill(0, start, stop); // what is held is drawn once
      act.cost[start] = 1000 * seconds;
    }
  }

  /** Where a frame of the film lies. @param {number} at @returns {Place | null} */
  place(at) {
    const act = this.acts.findLast((one) => one.at <= at);
    return act ? { act, frame: Math.min(at - act.at, act.frames - 1) } : null;
  }

  /** @param {Place} place */
  isDrawn({ act, frame }) {
    return !Number.isNaN(act.cost[frame] ?? Number.NaN);
  }

  /** The frame whose picture a frame shows: the first of a hold. @param {Place} place */
  shown({ act, frame }) {
    const hold = act.holds.find(([start, stop]) => start <= frame && frame < stop);
    return hold ? hold[0] : frame;
  }

  /** What is said there. @param {Place} place */
  cue({ act, frame }) {
    return act.cues.find((cue) => cue.start <= frame && frame < cue.stop);
  }

  /** The frames of the film at which something is complete, and at which acts begin. */
  stops() {
    const stops = this.acts.flatMap((act) => [
      act.at,
      ...act.beats.map((beat) => act.at + Math.min(Math.max(beat.frame - 1, 0), act.frames - 1)),
    ]);
    return [...new Set(stops)].sort((a, b) => a - b);
  }

  /** @param {Told} told @param {Act | undefined} same @param {Act | undefined} alike @returns {Act} */
  #act(told, same, alike) {
    const frames = told.frames ?? alike?.frames ?? Math.round(GUESS * this.fps);
    const cost = new Float32Array(frames).fill(Number.NaN);
    if (same) cost.set(same.cost.subarray(0, frames));
    const known = told.frames !== null;
    return {
      name: told.name,
      title: told.title || told.name,
      key: told.key,
      frames,
      known,
      at: 0,
      cues: told.cues ?? (known ? [] : (alike?.cues ?? [])),
      beats: told.beats ?? (known ? [] : (alike?.beats ?? [])),
      holds: told.holds ?? [],
      texts: told.texts,
      cost,
    };
  }

  #place() {
    let at = 0;
    for (const act of this.acts) {
      act.at = at;
      at += act.frames;
    }
  }
}

/** A moment as people write it: 0:07.3. @param {number} frame @param {number} fps */
export function clock(frame, fps) {
  const tenths = Math.floor((10 * frame) / fps + 1e-6);
  const minutes = Math.floor(tenths / 600);
  const rest = tenths % 600;
  return `${minutes}:${String(Math.floor(rest / 10)).padStart(2, "0")}.${rest % 10}`;
}
