/**
 * The studio: events in, the picture under the playhead on screen, wishes out.
 *
 * @import { Place } from "./film.js"
 */

import { Caption } from "./caption.js";
import { command, fill } from "./choices.js";
import { showFault } from "./fault.js";
import { clock, Model } from "./film.js";
import { Inspector } from "./inspect.js";
import { explain, listen } from "./keys.js";
import { showRender, wish } from "./make.js";
import { Pictures } from "./pictures.js";
import { Player } from "./player.js";
import { Recorder } from "./recorder.js";
import { Timeline } from "./timeline.js";
import { ask, hear, Messenger } from "./wire.js";

/** Frames that are fetched ahead while playing, and on either side while not. */
const AHEAD = 30;
const AROUND = 3;
const SPEEDS = [0.25, 0.5, 1, 2, 4];

/** @template {HTMLElement} T @param {string} selector @returns {T} */
const the = (selector) => /** @type {T} */ (document.querySelector(selector));

const model = new Model();
/** The film before the last change, by the names of its acts. @type {Map<string, string>} */
let before = new Map();
let holding = false;
let connected = true;
let opening = true;
/** @type {import("./choices.js").Choice[]} */
let choices = [];
/** @type {string[]} */
let words = [];

const player = new Player(model, changed);
const pictures = new Pictures(the("#picture"), changed);
const timeline = new Timeline(the("#timeline"), model, player, hover);
const recorder = document.querySelector("#voice")
  ? new Recorder(model, player, the("#recorder"), say)
  : null;
const messenger = new Messenger();
const inspector = new Inspector(the("#things"), the("#thing"));
const caption = new Caption(the("#caption"), the("#edit"), say);
/** @type {number} */
let told = -1;
let due = false;
/** @type {number | undefined} */
let saying;

hear({
  connected() {
    connected = true;
    told = -1;
    changed();
  },
  closed() {
    connected = false;
    changed();
  },
  opening() {
    opening = true;
    changed();
  },
  choices(event) {
    choices = event.choices;
    words = event.words;
    offer();
  },
  render(event) {
    showRender(the("#made"), event);
  },
  film(film) {
    const now = new Map(model.acts.map((act) => [act.name, act.key]));
    if (
      film.acts.some(
        (/** @type {{name: string, key: string}} */ act) => now.get(act.name) !== act.key,
      )
    ) {
      before = now;
    }
    opening = false;
    model.open(film);
    if (!player.act && model.acts[0]) player.act = model.acts[0].name;
    offer();
    the("#empty").hidden = true;
    told = -1;
    changed();
  },
  act({ act }) {
    model.measured(act);
    changed();
  },
  drawn({ key, spans }) {
    model.mark(key, spans);
    changed();
  },
  fault({ fault }) {
    if (fault) opening = false;
    the("#empty").hidden = Boolean(fault) || model.acts.length > 0;
    showFault(the("#fault"), fault);
    changed();
  },
  said({ sentence }) {
    say(sentence);
  },
});

const deeds = {
  toggle: () => player.toggle(),
  back: () => player.step(-1),
  forth: () => player.step(1),
  secondBack: () => player.go(player.at - model.fps),
  secondForth: () => player.go(player.at + model.fps),
  previousBeat: () => player.jump(-1, model.stops()),
  nextBeat: () => player.jump(1, model.stops()),
  previousAct: () =>
    player.jump(
      -1,
      model.acts.map((act) => act.at),
    ),
  nextAct: () =>
    player.jump(
      1,
      model.acts.map((act) => act.at),
    ),
  begin: () => player.go(0),
  end: () => player.go(model.total - 1),
  loop: () => player.loop(),
  markIn: () => player.mark("in"),
  markOut: () => player.mark("out"),
  record: () =>
    recorder ? recorder.record() : say("To record lines, start the studio with --voice FOLDER."),
  hear: () => recorder?.listen(),
  nextLine: () => recorder?.next(),
  slower: () => speed(-1),
  faster: () => speed(1),
  closer: () => timeline.zoom(0.5, timeline.xOf(player.at)),
  wider: () => timeline.zoom(1e9, 0),
  inspect: () => overlay("with-things", "#inspect"),
  regions: () => overlay("with-regions", "#regions"),
  edit() {
    player.pause();
    caption.edit();
  },
  undo: () => caption.undo(),
  panel() {
    const closed = document.body.classList.toggle("without-panel");
    the("#panel-button").setAttribute("aria-expanded", String(!closed));
  },
  async copy() {
    try {
      await navigator.clipboard.writeText(command(words));
      say("Copied.");
    } catch {
      getSelection()?.selectAllChildren(the("#command code"));
      say("Selected: copy it with your own keys.");
    }
  },
  help() {
    const help = /** @type {HTMLDialogElement} */ (the("#help"));
    if (help.open) help.close();
    else help.showModal();
  },
};

listen(deeds, (held) => {
  holding = held && before.size > 0;
  changed();
});
explain(the("#help dl"));
the("#choices").addEventListener("submit", (event) => event.preventDefault());
if (innerWidth < 1000) deeds.panel();
the("#help-button").addEventListener("click", deeds.help);
for (const button of document.querySelectorAll("[data-do]")) {
  const name = /** @type {keyof typeof deeds} */ (button.getAttribute("data-do"));
  button.addEventListener("click", () => deeds[name]());
}
for (const button of document.querySelectorAll("[data-make]")) {
  button.addEventListener("click", async () => {
    const place = player.place;
    if (!place) return;
    const range = player.marked ? player.range : null;
    const verb = button.getAttribute("data-make") ?? "";
    const answer = await ask("render", wish(verb, place, range, model.fps));
    if (answer && !answer.ok) say(await answer.text());
  });
}
/** @type {HTMLSelectElement} */ (the("#speed")).addEventListener("change", (event) => {
  const select = /** @type {HTMLSelectElement} */ (event.target);
  player.speed = Number(select.value);
  select.blur();
});

/** Show or hide an overlay. @param {"with-things" | "with-regions"} what @param {string} button */
function overlay(what, button) {
  the(button).setAttribute("aria-pressed", String(inspector.toggle(what)));
  changed();
}

/** Show what can be chosen, and the command for what is. */
function offer() {
  fill(/** @type {HTMLFormElement} */ (the("#choices")), choices, model.notes, async (changes) => {
    const answer = await ask("choices", changes);
    if (answer && !answer.ok) {
      say(await answer.text());
      offer();
    }
  });
  the("#command code").textContent = command(words);
  const language = choices.find(({ name }) => name === "lang");
  the("#said-here").lang = String(language?.value ?? language?.default ?? "");
}

/** @param {-1 | 1} way */
function speed(way) {
  const place = Math.max(0, Math.min(SPEEDS.indexOf(player.speed) + way, SPEEDS.length - 1));
  player.speed = SPEEDS[place];
  /** @type {HTMLSelectElement} */ (the("#speed")).value = String(player.speed);
}

/** Something has changed: the page is brought up to date with the next picture of the screen. */
function changed() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    update();
  });
}

function update() {
  const place = player.place;
  if (place) {
    show(place);
    report(place);
    const at = player.at;
    if (at !== told) {
      told = at;
      messenger.send({ act: place.act.name, frame: place.frame });
      if (player.playing) timeline.follow();
    }
  }
  state();
  timeline.draw();
}

/** @param {Place} place */
function show(place) {
  const old = holding ? before.get(place.act.name) : undefined;
  the("#before").hidden = old === undefined;
  if (old !== undefined) {
    const address = Pictures.address(old, place.frame);
    if (!pictures.show(address)) pictures.want([address]);
    return;
  }
  const here = model.isDrawn(place);
  const address = Pictures.address(place.act.key, model.shown(place));
  const there = here && pictures.show(address);
  the("#stage").classList.toggle("late", !there);
  const looks = inspector.on && there && !player.playing;
  inspector.show(looks ? `things/${place.act.key}/${model.shown(place)}` : "");
  const wanted = here && !there ? [address] : [];
  const [from, to] = player.playing ? [1, AHEAD] : [-AROUND, AROUND];
  for (let by = from; by <= to; by++) {
    const other = model.place(player.at + by);
    if (by && other && player.at + by >= 0 && model.isDrawn(other)) {
      wanted.push(Pictures.address(other.act.key, model.shown(other)));
    }
  }
  pictures.want([...new Set(wanted)]);
}

/** @param {Place} place */
function report(place) {
  const { act, frame } = place;
  the("#where").textContent = act.title;
  const cue = model.cue(place);
  caption.show(cue?.text ?? "", place, cue?.key ?? "");
  the("#time b").textContent = clock(player.at, model.fps);
  the("#time span").textContent = ` / ${clock(model.total, model.fps)}`;
  the("#frame").textContent = `${act.name}, frame ${frame} of ${act.frames}`;
  the("#play").classList.toggle("is-playing", player.playing);
  the("#play").setAttribute("aria-label", player.playing ? "Pause" : "Play");
  the("#loop").setAttribute("aria-pressed", String(player.looping));
  const slider = the("#timeline");
  slider.setAttribute("aria-valuemax", String(model.total - 1));
  slider.setAttribute("aria-valuenow", String(player.at));
  slider.setAttribute("aria-valuetext", `${clock(player.at, model.fps)}, ${act.title}`);
  document.title = `${act.name} · Studio`;
}

function state() {
  const share = Math.floor(100 * model.drawn);
  const words = !connected
    ? "The studio has ended"
    : opening
      ? "Opening …"
      : share < 100
        ? `${share} % drawn`
        : "All drawn";
  the("#state").textContent = player.waiting && connected ? `Waiting · ${words}` : words;
  the("#state").classList.toggle("bad", !connected);
}

/** Say something for a while. @param {string} sentence */
function say(sentence) {
  the("#said").textContent = sentence;
  the("#said").hidden = false;
  clearTimeout(saying);
  saying = setTimeout(() => {
    the("#said").hidden = true;
  }, 8000);
}

/** @param {number | null} at @param {number} x */
function hover(at, x) {
  const box = the("#thumbnail");
  const place = at === null ? null : model.place(at);
  box.hidden = place === null;
  if (place === null || at === null) return;
  const image = /** @type {HTMLImageElement} */ (box.querySelector("img"));
  const near = nearest(place);
  image.hidden = near === null;
  if (near !== null) {
    const address = Pictures.address(place.act.key, near);
    if (image.getAttribute("src") !== address) image.src = address;
  }
  const beat = place.act.beats.find((one) => Math.abs(one.frame - 1 - place.frame) <= 1);
  const parts = [clock(at, model.fps), beat ? `${place.act.name} · ${beat.name}` : place.act.name];
  /** @type {HTMLElement} */ (box.querySelector("p")).textContent = parts.join("  ");
  const half = box.offsetWidth / 2;
  const left = Math.min(Math.max(x, half + 4), timeline.width - half - 4);
  box.style.transform = `translate(${Math.round(left - half)}px, -100%)`;
}

/** The frame nearest to a place that is drawn, in its act. @param {Place} place */
function nearest({ act, frame }) {
  for (let by = 0; by < act.frames; by++) {
    for (const one of [frame - by, frame + by]) {
      if (one >= 0 && one < act.frames && !Number.isNaN(act.cost[one])) {
        return model.shown({ act, frame: one });
      }
    }
  }
  return null;
}
