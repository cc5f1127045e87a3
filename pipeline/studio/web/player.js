/**
 * The playhead: where it is, whether it moves, how fast, and between which frames.
 *
 * @import { Act, Model, Place } from "./film.js"
 */

export class Player {
  /** When the clock was last looked at, and how many frames are due. */
  #last = 0;
  #due = 0;

  /** @param {Model} model @param {() => void} moved called when anything here has changed */
  constructor(model, moved) {
    this.model = model;
    this.moved = moved;
    this.act = "";
    this.frame = 0;
    this.playing = false;
    this.looping = false;
    this.speed = 1;
    /** @type {{act: string, frame: number} | null} */
    this.in = null;
    /** @type {{act: string, frame: number} | null} */
    this.out = null;
    /** Whether the next frame is not drawn yet, so that playing waits. */
    this.waiting = false;
  }

  /** The frame of the film under the playhead. */
  get at() {
    const act = this.#act();
    return act ? act.at + Math.min(this.frame, act.frames - 1) : 0;
  }

  /** @returns {Place | null} */
  get place() {
    return this.model.place(this.at);
  }

  /** The frames [first, last) that are looped: those marked, else the act. @returns {[number, number]} */
  get range() {
    const [first, last] = [this.#frameOf(this.in), this.#frameOf(this.out)];
    const act = this.#act();
    if (first === null && last === null && act) return [act.at, act.at + act.frames];
    return [first ?? 0, (last ?? this.model.total - 1) + 1];
  }

  get marked() {
    return this.in !== null || this.out !== null;
  }

  /** @param {number} at a frame of the film */
  go(at) {
    const place = this.model.place(Math.max(0, Math.min(Math.round(at), this.model.total - 1)));
    if (!place) return;
    this.act = place.act.name;
    this.frame = place.frame;
    this.#due = 0;
    this.moved();
  }

  /** @param {number} by */
  step(by) {
    this.pause();
    this.go(this.at + by);
  }

  /** To the next place where something is complete. @param {1 | -1} way @param {number[]} stops */
  jump(way, stops) {
    const next =
      way > 0
        ? stops.find((stop) => stop > this.at)
        : stops.findLast((stop) => stop < this.at - (this.playing ? this.model.fps / 2 : 0));
    if (next !== undefined) this.go(next);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    const [first, last] = this.looping ? this.range : [0, this.model.total];
    if (this.at >= last - 1 || this.at < first) this.go(first);
    this.playing = true;
    this.#last = performance.now();
    this.#due = 0;
    requestAnimationFrame((now) => this.#tick(now));
    this.moved();
  }

  pause() {
    this.playing = false;
    this.waiting = false;
    this.moved();
  }

  loop() {
    this.looping = !this.looping;
    this.moved();
  }

  /** @param {"in" | "out"} end */
  mark(end) {
    const here = { act: this.act, frame: this.frame };
    const same = this[end]?.act === here.act && this[end]?.frame === here.frame;
    this[end] = same ? null : here;
    const [first, last] = [this.#frameOf(this.in), this.#frameOf(this.out)];
    if (first !== null && last !== null && first > last) this[end === "in" ? "out" : "in"] = null;
    this.looping = this.marked;
    this.moved();
  }

  /** @param {number} now in milliseconds */
  #tick(now) {
    if (!this.playing) return;
    // A page that was asleep does not catch up.
    const passed = Math.min(now - this.#last, 250);
    this.#last = now;
    this.#due += (passed / 1000) * this.model.fps * this.speed;
    const before = this.at;
    while (this.#due >= 1 && this.playing) {
      const next = this.#next();
      const place = this.model.place(next);
      if (next < 0 || !place) {
        this.pause();
      } else if (this.model.isDrawn(place)) {
        this.act = place.act.name;
        this.frame = place.frame;
        this.#due -= 1;
        this.waiting = false;
      } else {
        this.#due = 1;
        this.waiting = true;
        this.moved();
        break;
      }
    }
    if (this.at !== before) this.moved();
    requestAnimationFrame((later) => this.#tick(later));
  }

  /** The frame that is played next; -1 at the end. */
  #next() {
    const [first, last] = this.looping ? this.range : [0, this.model.total];
    const next = this.at + 1;
    if (next < last) return next;
    return this.looping ? first : -1;
  }

  /** @returns {Act | undefined} */
  #act() {
    return this.model.acts.find((act) => act.name === this.act) ?? this.model.acts[0];
  }

  /** @param {{act: string, frame: number} | null} mark @returns {number | null} */
  #frameOf(mark) {
    const act = mark && this.model.acts.find((one) => one.name === mark.act);
    return act ? act.at + Math.min(mark.frame, act.frames - 1) : null;
  }
}
