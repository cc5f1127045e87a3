/**
 * Recording the line of a caption: three counts, then the act plays and the microphone is heard, until
 * it is stopped; the line is kept, and can be listened to or spoken again.
 *
 * @import { Model } from "./film.js"
 * @import { Player } from "./player.js"
 */

import { isClipped, joined, loudness, QUIET, wav } from "./sound.js";

/** Counts before it begins, and milliseconds of one. */
const COUNTS = 3;
const COUNT = 700;
/** Samples a second that are asked for. */
const RATE = 48000;

export class Recorder {
  /** @type {"idle" | "counting" | "recording"} */
  state = "idle";
  #run = 0;
  /** @type {Float32Array[]} */
  #blocks = [];
  #floor = -120;
  #id = "";
  #end = 0;
  /** @type {{context: AudioContext, stream: MediaStream} | null} */
  #open = null;
  #audio = new Audio();

  /** @param {Model} model @param {Player} player @param {HTMLElement} box where it tells what it does
   * @param {(sentence: string) => void} say */
  constructor(model, player, box, say) {
    this.model = model;
    this.player = player;
    this.box = box;
    this.say = say;
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.state !== "idle") {
        event.preventDefault();
        this.discard();
      }
    });
  }

  /** The line under the playhead, or the next after it: its id and its frames of the film. */
  get line() {
    const lines = this.lines();
    return lines.find((one) => this.player.at < one.stop) ?? null;
  }

  lines() {
    return this.model.acts.flatMap((act) =>
      act.cues.map((cue) => ({
        id: `${act.name}.${cue.key}`,
        text: cue.text,
        start: act.at + cue.start,
        stop: act.at + cue.stop,
      })),
    );
  }

  /** Begin to record the line, or end it and keep it. */
  async record() {
    if (this.state === "recording") return this.#keep();
    if (this.state === "counting") return this.discard();
    const line = this.line;
    if (!line) return this.say("There is no caption here or after this.");
    const run = ++this.#run;
    this.state = "counting";
    this.#id = line.id;
    this.#end = line.stop - 1;
    this.#audio.pause();
    this.player.pause();
    this.player.go(line.start);
    this.#tell(`${line.id}: the microphone …`);
    try {
      await this.#listen();
    } catch (error) {
      this.#close();
      return this.say(`No microphone can be heard: ${/** @type {Error} */ (error).message}`);
    }
    for (let count = COUNTS; count > 0; count--) {
      this.#tell(`${line.id} in ${count}`);
      this.#blocks = [];
      await new Promise((done) => setTimeout(done, COUNT));
      if (run !== this.#run) return;
    }
    this.#floor = loudness(joined(this.#blocks)); // of the last count: nobody speaks yet
    this.#blocks = [];
    this.state = "recording";
    this.player.play();
  }

  /** What it has heard is not kept. */
  discard() {
    if (this.state === "idle") return;
    this.#close();
    this.player.pause();
    this.say("Not kept.");
  }

  /** Listen to what is kept of the line. */
  listen() {
    const line = this.line;
    if (!line || this.state !== "idle") return;
    if (!this.#audio.paused) return this.#audio.pause();
    this.#audio.src = `lines/${encodeURIComponent(line.id)}?${Date.now()}`;
    this.#audio.play().catch(() => this.say(`There is no recording of ${line.id} yet.`));
  }

  /** To the next line. */
  next() {
    const next = this.lines().find((one) => one.start > this.player.at);
    if (next && this.state === "idle") this.player.go(next.start);
  }

  async #listen() {
    const wanted = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted });
    const context = new AudioContext({ sampleRate: RATE });
    this.#open = { context, stream };
    await context.audioWorklet.addModule("web/microphone.js");
    const heard = new AudioWorkletNode(context, "microphone", { numberOfOutputs: 0 });
    heard.port.onmessage = (message) => this.#hear(message.data);
    context.createMediaStreamSource(stream).connect(heard);
  }

  /** @param {Float32Array} block */
  #hear(block) {
    this.#blocks.push(block);
    if (this.state !== "recording" || this.#blocks.length % 12) return;
    if (this.player.playing && this.player.at >= this.#end) this.player.pause(); // it waits for the line
    const recent = joined(this.#blocks.slice(-12));
    const level = Math.max(0, Math.min(1, (loudness(recent) + 60) / 60));
    this.box.style.setProperty("--level", String(level));
    const seconds = (this.#blocks.length * block.length) / (this.#open?.context.sampleRate ?? RATE);
    this.#tell(`● ${this.#id}  ${seconds.toFixed(1)} s · R keeps it, Esc does not`);
  }

  async #keep() {
    const samples = joined(this.#blocks);
    const rate = this.#open?.context.sampleRate ?? RATE;
    const [id, floor] = [this.#id, this.#floor];
    this.#close();
    this.player.pause();
    const answer = await fetch(`lines/${encodeURIComponent(id)}`, {
      method: "POST",
      headers: { "Content-Type": "audio/wav" },
      body: wav(samples, rate),
    }).catch(() => null);
    const told = answer ? await answer.text() : "nobody answers";
    if (!answer?.ok) return this.say(`${id} is not kept: ${told}`);
    const notes = [
      `${id} is kept, ${(samples.length / rate).toFixed(1)} s: T plays it, R records it again, N goes on.`,
    ];
    if (isClipped(samples)) notes.push("It is clipped: speak further from the microphone.");
    if (floor > QUIET) notes.push(`The room is loud: ${floor.toFixed(0)} dB before you spoke.`);
    this.say(notes.join(" "));
  }

  #close() {
    this.#run++;
    this.state = "idle";
    this.#blocks = [];
    this.box.hidden = true;
    for (const track of this.#open?.stream.getTracks() ?? []) track.stop();
    this.#open?.context.close();
    this.#open = null;
  }

  /** @param {string} text */
  #tell(text) {
    this.box.hidden = false;
    this.box.textContent = text;
  }
}
