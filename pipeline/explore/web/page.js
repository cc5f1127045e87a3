/**
 * The page: a state, what is shown of it, and what changes it.
 *
 * @import { Model } from "./model.js"
 * @import { State } from "./state.js"
 * @import { Motion } from "./stage.js"
 */

import { cloudOf } from "./cloud.js";
import { byId, choice, dials, lamSlider, showReadouts } from "./controls.js";
import { wardrobe } from "./dress.js";
import { given, say } from "./given.js";
import { Canvas } from "./gl.js";
import { listen } from "./hand.js";
import { heightsOf } from "./heights.js";
import { buildModel } from "./model.js";
import { first, momentOf, nRows, plain } from "./moment.js";
import { arrive, glide } from "./motion.js";
import { numbersOf } from "./numbers.js";
import { correlationLabel, whole } from "./numerals.js";
import {
  criteriaPanel,
  filterPanel,
  fitPanel,
  mapPanel,
  riskPanel,
  SHOWN,
  tracePanel,
} from "./panels.js";
import { readoutsOf, sentenceOf } from "./readouts.js";
import { minimiser } from "./ridge.js";
import { scatter, table } from "./rows.js";
import { picture, takeAlong } from "./share.js";
import { Stage } from "./stage.js";
import { LIMITS, readHash, within, writeHash } from "./state.js";
import { alongFloor, STEPS, stateOf, stepButtons, walkTo } from "./steps.js";

let state = momentOf(location.hash, first);
let model = buildModel(given, state) ?? /** @type {Model} */ (buildModel(given, plain));
/** @type {Motion} */
const motion = { flip: 1, data: 1, penalty: 1 };
let asked = false;
let rebuilt = true;
const clothes = wardrobe(given.themes, ask);

// -- the figure --------------------------------------------------------------------------------

const figure = byId("figure");
const surface = /** @type {HTMLCanvasElement} */ (byId("surface"));
const overlay = byId("labels");
const stage = makeStage();

function makeStage() {
  const gl = surface.getContext("webgl2", { antialias: false, premultipliedAlpha: true });
  document.body.classList.toggle("flat", gl === null);
  if (!gl) return null;
  const made = new Stage(
    figure,
    surface,
    overlay,
    new Canvas(gl, given.shaders),
    given.constants.hover,
  );
  // A machine that sleeps, or a driver that fails: stills until the canvas is there again.
  surface.addEventListener("webglcontextlost", (event) => {
    event.preventDefault();
    document.body.classList.add("flat");
  });
  surface.addEventListener("webglcontextrestored", () => {
    made.canvas = new Canvas(gl, given.shaders);
    document.body.classList.remove("flat");
    ask();
  });
  return made;
}

/** The shares of the surface that a part of the objective is made of. @param {State["part"]} part */
const shares = (part) => ({ data: part === "penalty" ? 0 : 1, penalty: part === "data" ? 0 : 1 });

/** The cloud, as θ of each dot. @param {number} [lam] */
const cloud = (lam) => cloudOf(model, state, given.draws.count, lam);

// -- drawing, once a frame at most -------------------------------------------------------------

function ask() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(show);
}

/** @type {import("./panels.js").Panel[]} */
const panels = [
  tracePanel(byId("plot-trace")),
  mapPanel(byId("plot-map")),
  criteriaPanel(byId("plot-criteria"), say),
  riskPanel(byId("plot-risk"), say),
  filterPanel(byId("plot-filter"), say),
  fitPanel(byId("plot-fit"), say),
];

function show() {
  asked = false;
  const dots = cloud();
  const before = state.cloud === "sampling" && state.lam > 0 ? cloud(0) : [];
  if (stage) {
    if (stage.measure()) stage.labels.forget();
    const height = heightsOf(model, state, given.constants.hover);
    stage.draw(model, state, motion, clothes.theme, {
      cloud: dots,
      before,
      names: given.features.map((name, j) => `θ${"₁₂"[j]}  ${shortened(name)}`),
      heightName: say(height.name) + height.ticks.unit,
      ticks: height.ticks,
      level: height.level,
    });
  }
  if (rebuilt) for (const panel of panels) panel.base(model);
  rebuilt = false;
  for (const panel of panels) panel.live(model, state, dots, before);
  showControls(dots);
}

/** @param {string} name */
const shortened = (name) => ([...name].length > 16 ? `${[...name].slice(0, 15).join("")}…` : name);

// -- controls ----------------------------------------------------------------------------------

const showLam = lamSlider(say, (lam) => set({ lam }));
const showPart = choice("part", (part) => set({ part: /** @type {State["part"]} */ (part) }));
const showSide = choice("side", (side) => set({ flipped: side === "likelihood" }));
const showCloud = choice("cloud", (cloud) => set({ cloud: /** @type {State["cloud"]} */ (cloud) }));
const showDials = given.recipe
  ? dials((change, done) => {
      const recipe = { .../** @type {import("./made.js").Recipe} */ (state.recipe), ...change };
      set(
        { recipe, edits: change.n ? {} : state.edits, theta: null },
        { rebuild: true, held: !done },
      );
    })
  : null;
const names = [...given.features, given.response];
const points = given.columns ? scatter(byId("plot-scatter"), given.features, edit) : null;
const sheet = given.columns ? table(byId("table"), names, say, edit) : null;

/** @param {number} row @param {number[] | null | undefined} values @param {boolean} done */
function edit(row, values, done) {
  const edits = { ...state.edits };
  if (values === undefined) delete edits[row];
  else edits[row] = values;
  set({ edits }, { rebuild: true, held: !done });
}

/** @param {number[][]} dots of the cloud */
function showControls(dots) {
  showLam(model, state.lam);
  showPart(state.part);
  showSide(state.flipped ? "likelihood" : "rss");
  showCloud(state.cloud);
  if (state.recipe) showDials?.(state.recipe);
  const { n } = model.reduced;
  byId("some").textContent = n > SHOWN ? say("plot_fit_some", { n: whole(n) }) : "";
  points?.show(model, state, given.q);
  sheet?.show(model, state, given.q);
  showReadouts(byId("readouts"), readoutsOf(model, state, given.scaled, say), state.theta !== null);
  byId("release").hidden = state.theta === null;
  byId("restore").hidden = Object.keys(state.edits).length === 0;
  document.body.classList.toggle("flipped", state.flipped);
  document.body.dataset.part = state.part;
  byId("subtitle").textContent = say(given.q ? "data_adjusted" : "data", {
    y: given.response,
    a: given.features[0],
    b: given.features[1],
    k: String(given.q),
    n: whole(model.reduced.n),
    rho: correlationLabel(model.rho, model.kind === "exact"),
  });
  byId("world").textContent = say(model.world.known ? "world_known" : "world_fitted");
  const flat = state.cloud === "posterior" && dots.length === 0;
  byId("cloud-says").textContent = say(flat ? "cloud_flat" : `cloud_${state.cloud}_says`);
  const told = stepText();
  if (byId("told").textContent !== told) byId("told").textContent = told;
  for (const button of document.querySelectorAll("#steps button")) {
    const here = /** @type {HTMLElement} */ (button).dataset.step === state.step;
    if (here) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  }
}

/** What a step says, of this kind of data where it has a version of its own; else the numbers. */
function stepText() {
  if (!STEPS.some(({ key }) => key === state.step)) return sentenceOf(model, state.lam, say);
  const key = `told_${state.step}`;
  return say(`${key}_${model.kind}` in given.words ? `${key}_${model.kind}` : key);
}

// -- changes -----------------------------------------------------------------------------------

const LEAVES_STEP = ["lam", "flipped", "part", "cloud"];

/**
 * Change the state, and show it.
 * @param {Partial<State>} change
 * @param {{rebuild?: boolean, held?: boolean, glide?: boolean}} [how] whether the data change, whether
 * the window stays as it is meanwhile, and whether λ and the eye go there at a walk
 */
function set(change, { rebuild = false, held = false, glide: walks = false } = {}) {
  arrive();
  const before = state;
  state = { ...state, ...change };
  // What a step says may not be true of what is changed by hand.
  if (!("step" in change) && LEAVES_STEP.some((key) => key in change)) state.step = "";
  if (rebuild) {
    const made = buildModel(given, state, held ? model.scale : undefined);
    if (made) model = made;
    else {
      state = before;
      hear(say("too_few"));
      return;
    }
    rebuilt = true;
    if (!held) state.lam = within(state.lam, [0, model.span.high]);
  }
  const target = { flip: state.flipped ? -1 : 1, ...shares(state.part) };
  const from = { ...motion };
  const turns = target.flip !== from.flip;
  const walk = walks ? walkTo(model, before, state) : null;
  if (turns || walk || target.data !== from.data || target.penalty !== from.penalty) {
    const end = state;
    glide(turns || walk ? 1.6 : 0.8, (share) => {
      for (const key of /** @type {const} */ (["flip", "data", "penalty"])) {
        motion[key] = share === 1 ? target[key] : from[key] + share * (target[key] - from[key]);
      }
      if (walk) state = share === 1 ? { ...end } : { ...end, ...walk(share) };
      ask();
    });
  }
  ask();
  remember();
  hearSoon();
}

/** @param {string} key */
function tell(key) {
  const change = stateOf(key, model);
  if (change) set(change, { glide: true });
}

let waiting = 0;
/** Keep the address up to date, not more often than browsers allow. */
function remember() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const hash = writeHash(state, first);
    try {
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    } catch {
      // A page that is embedded without an address of its own has none to keep.
    }
  }, 300);
}

addEventListener("hashchange", () => {
  const said = momentOf(location.hash, first);
  if (writeHash(said, first) !== writeHash(state, first)) set(said, { rebuild: true });
});

// -- what is heard -----------------------------------------------------------------------------

/** @param {string} sentence */
function hear(sentence) {
  // The same once more would be spoken once more.
  if (byId("heard").textContent !== sentence) byId("heard").textContent = sentence;
}

let speaking = 0;
let last = { step: "", part: "", flipped: false };

/** What has changed since it was last said, in a sentence. */
function changes() {
  clearTimeout(speaking);
  speaking = 0;
  const now = sentenceOf(model, state.lam, say);
  const told = state.step && state.step !== last.step ? `${stepText()} ` : "";
  last = { step: state.step, part: state.part, flipped: state.flipped };
  figure.setAttribute("aria-label", `${say("figure")} ${now}`);
  return told + now;
}

/** Say what has changed, once it is at rest. */
function hearSoon() {
  clearTimeout(speaking);
  speaking = setTimeout(() => hear(changes()), 700);
}

/** Say what was done, after what was still to be said. @param {string} key */
function hearDone(key) {
  hear(speaking ? `${changes()} ${say(key)}` : say(key));
}

// -- the rest of the page ----------------------------------------------------------------------

if (stage) {
  const half = () => model.scale.half / 100;
  listen(figure, stage, {
    turn: (across, up) =>
      set({ turn: state.turn + across, rise: within(state.rise + up, LIMITS.rise) }),
    zoom: (factor) => set({ zoom: within(state.zoom * factor, LIMITS.zoom) }),
    take: (theta) => set({ theta }),
    release: () => set({ theta: null }),
    nudge: (across, along) => {
      const [a, b] = state.theta ?? minimiser(model.reduced, state.lam);
      set({ theta: [a + across * half(), b + along * half()] });
    },
    home: () => set({ turn: plain.turn, rise: plain.rise, zoom: 1 }, { glide: true }),
  });
}

/** @param {string} id @param {() => void} act */
const onClick = (id, act) => byId(id).addEventListener("click", act);

onClick("closer", () => set({ zoom: within(state.zoom * 1.2, LIMITS.zoom) }));
onClick("further", () => set({ zoom: within(state.zoom / 1.2, LIMITS.zoom) }));
onClick("home", () => set({ turn: plain.turn, rise: plain.rise, zoom: 1 }, { glide: true }));
onClick("release", () => set({ theta: null }));
onClick("take", () => {
  set({ theta: alongFloor(model, state.lam) });
});
onClick("redraw", () => {
  const cloud = state.cloud === "none" ? "sampling" : state.cloud;
  set({ cloud, draw: (state.draw + 1) % LIMITS.seed[1] });
});
onClick("restore", () => set({ edits: {} }, { rebuild: true }));
if (given.recipe) {
  onClick("new-data", () => {
    const recipe = /** @type {import("./made.js").Recipe} */ (state.recipe);
    set(
      { recipe: { ...recipe, seed: (recipe.seed + 1) % LIMITS.seed[1] }, edits: {} },
      { rebuild: true },
    );
  });
}

stepButtons(byId("steps"), say, tell);

const stateAsText = () => writeHash(state, plain);
takeAlong({
  link: () => `${location.href.split("#")[0]}#${writeHash(state, first)}`,
  command: () => [...given.command, ...(stateAsText() ? ["--state", stateAsText()] : [])],
  sheet: (caption) => {
    show(); // what is drawn is gone after the frame in which it was
    const line = caption ? sentenceOf(model, state.lam, say) : "";
    return stage && picture(surface, overlay, clothes.theme.colours.background, line);
  },
  clothes,
  told: hearDone,
});

new ResizeObserver(ask).observe(figure);
Object.assign(motion, { flip: state.flipped ? -1 : 1, ...shares(state.part) });
ask();
hearSoon();
document.body.classList.add("ready");

// In a frame of another page: that page has the address, and turns its own pages by clicker.
document.body.classList.toggle("framed", parent !== window);
addEventListener("keydown", ({ key }) => {
  if (parent !== window && (key === "PageDown" || key === "PageUp"))
    parent.postMessage({ key }, "*");
});

/** For tests, and for those who write pages of their own. */
Object.assign(globalThis, {
  explore: {
    /** Show a moment, as a link has it. @param {string} hash */
    show: (hash) => set(momentOf(hash, first), { rebuild: true }),
    /** What is shown. */
    state: () => ({ ...state }),
    /** All numbers of a moment, without showing it. @param {string} [hash] */
    numbers: (hash) => {
      const asked = hash === undefined ? state : readHash(hash, first, nRows);
      const made = hash === undefined ? model : buildModel(given, asked);
      return made && numbersOf(made, asked.lam);
    },
    /** The λ that each criterion chooses. @param {string} hash */
    choices: (hash) => {
      const made = buildModel(given, readHash(hash, first, nRows));
      return made && { gcv: made.gcv, loo: made.loo };
    },
    cloud,
    /** The figure without its labels, as PNG. */
    picture: () => {
      show(); // what is drawn is gone after the frame in which it was
      return surface.toDataURL();
    },
    /** Pixels of the figure for each unit of the stage. */
    zoom: () => stage?.seen?.view.zoom,
    /** Where the ball is that can be dragged, in pixels of the figure. */
    handle: () => stage?.handleAt(),
  },
});
