/**
 * Sliders, choices and readouts, with names and values that are spoken.
 *
 * @import { Model } from "./model.js"
 * @import { Recipe } from "./made.js"
 * @import { Say } from "./panels.js"
 * @import { Readout } from "./readouts.js"
 */

import { correlationLabel, number, plain } from "./numerals.js";
import { at, shareOf } from "./window.js";

/** Steps of the slider of λ; its first is λ = 0. */
const STEPS = 1000;

/** @template {Element} [T=HTMLElement] @param {string} id @returns {T} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return /** @type {T} */ (/** @type {unknown} */ (found));
}

/** @param {Model} model @param {number} lam @returns {number} place on the slider */
export const placeOf = ({ span }, lam) =>
  lam < span.low ? 0 : Math.min(1 + (STEPS - 1) * shareOf(span, lam), STEPS);

/** The slider of λ and its marks. @param {Say} say @param {(lam: number) => void} turnTo */
export function lamSlider(say, turnTo) {
  const slider = /** @type {HTMLInputElement} */ (byId("lam"));
  const [value, marks] = [byId("lam-value"), byId("lam-marks")];
  slider.max = String(STEPS);
  /** @type {Model | null} */
  let shown = null;
  let marked = "";
  slider.addEventListener("input", () => {
    if (!shown) return;
    const place = Number(slider.value);
    turnTo(place < 1 ? 0 : at(shown.span, (place - 1) / (STEPS - 1)));
  });
  /** @param {Model} model @param {number} lam */
  return (model, lam) => {
    shown = model;
    const place = placeOf(model, lam);
    // Kept where it is while it is held: its steps are coarser than λ.
    if (Math.abs(Number(slider.value) - place) > 0.6) slider.value = String(place);
    slider.style.setProperty("--share", String(place / STEPS));
    const text = lam === 0 ? "0" : number(lam);
    value.textContent = text;
    slider.setAttribute("aria-valuetext", lam === 0 ? say("lam_off") : `λ = ${text}`);
    const places = [
      { name: say("gcv"), lam: model.gcv, colour: "gcv" },
      { name: say("loo"), lam: model.loo, colour: "loo" },
      { name: say("bowl_mark"), lam: model.bowl, colour: "bowl" },
    ].filter((mark) => mark.lam !== null);
    const key = JSON.stringify(places);
    if (key === marked) return;
    marked = key;
    marks.replaceChildren();
    for (const mark of places) {
      const lam = /** @type {number} */ (mark.lam);
      const button = document.createElement("button");
      button.type = "button";
      button.className = `mark ${mark.colour}`;
      button.style.setProperty("--share", String(placeOf(model, lam) / STEPS));
      button.textContent = `${mark.name} ${number(lam)}`;
      button.addEventListener("click", () =>
        turnTo(lam < model.span.low ? 0 : Math.min(lam, model.span.high)),
      );
      marks.append(button);
    }
  };
}

/** A choice among a few, as radio buttons. @param {string} name @param {(value: string) => void} choose
 * @returns {(value: string) => void} */
export function choice(name, choose) {
  const buttons = [
    .../** @type {NodeListOf<HTMLInputElement>} */ (
      document.querySelectorAll(`input[name=${name}]`)
    ),
  ];
  for (const button of buttons) button.addEventListener("change", () => choose(button.value));
  return (value) => {
    for (const button of buttons) button.checked = button.value === value;
  };
}

/** How far the dial of ρ goes to either side: even steps of log(1 − |ρ|), and exactly 1 at its ends. */
const CLOSEST = 6;

/** ρ of a place from −1 to 1. @param {number} place */
export function rhoOf(place) {
  const size = Math.abs(place);
  if (size >= 0.999) return Math.sign(place);
  const gap = 10 ** (-CLOSEST * size);
  return Math.sign(place) * Number((1 - gap).toPrecision(gap < 0.01 ? 7 : 3));
}

/** @param {number} rho */
export const placeOfRho = (rho) =>
  Math.abs(rho) === 1 ? rho : (Math.sign(rho) * -Math.log10(1 - Math.abs(rho))) / CLOSEST;

/** The dials of made data. @param {(change: Partial<Recipe>, done: boolean) => void} make */
export function dials(make) {
  const dial = (
    /** @type {string} */ id,
    /** @type {(place: number, recipe: Recipe) => Partial<Recipe>} */ read,
    /** @type {(recipe: Recipe) => number} */ place,
    /** @type {(recipe: Recipe) => string} */ text,
  ) => {
    const slider = /** @type {HTMLInputElement} */ (byId(id));
    /** @type {Recipe | null} */
    let now = null;
    const turned = (/** @type {boolean} */ done) =>
      now && make(read(Number(slider.value), now), done);
    slider.addEventListener("input", () => turned(false));
    slider.addEventListener("change", () => turned(true));
    return (/** @type {Recipe} */ recipe) => {
      now = recipe;
      if (document.activeElement !== slider) slider.value = String(place(recipe));
      byId(`${id}-value`).textContent = text(recipe);
      slider.setAttribute("aria-valuetext", text(recipe));
    };
  };
  const shows = [
    dial(
      "rho",
      (place) => ({ rho: rhoOf(place) }),
      ({ rho }) => placeOfRho(rho),
      ({ rho }) => correlationLabel(rho, Math.abs(rho) === 1),
    ),
    dial(
      "rows",
      (place) => ({ n: Math.round(10 ** place) }),
      ({ n }) => Math.log10(n),
      ({ n }) => String(n),
    ),
    dial(
      "noise",
      (noise) => ({ noise }),
      ({ noise }) => noise,
      ({ noise }) => plain(noise, 2),
    ),
    dial(
      "truth1",
      (value, { theta }) => ({ theta: [value, theta[1]] }),
      ({ theta }) => theta[0],
      ({ theta }) => plain(theta[0], 2),
    ),
    dial(
      "truth2",
      (value, { theta }) => ({ theta: [theta[0], value] }),
      ({ theta }) => theta[1],
      ({ theta }) => plain(theta[1], 2),
    ),
  ];
  /** @param {Recipe} recipe */
  return (recipe) => {
    for (const show of shows) show(recipe);
  };
}

/** Names and numbers, in lines. @param {HTMLElement} list @param {Readout[]} readouts
 * @param {boolean} taken whether there is a θ beside the best one */
export function showReadouts(list, readouts, taken) {
  list.classList.toggle("two", taken);
  const cells = readouts.flatMap(({ name, value, taken: other = "", colour = "" }) => [
    { tag: "dt", text: name, colour },
    { tag: "dd", text: value, colour },
    ...(taken ? [{ tag: "dd", text: other, colour: "taken" }] : []),
  ]);
  while (list.children.length > cells.length) list.lastElementChild?.remove();
  cells.forEach(({ tag, text, colour }, k) => {
    let cell = /** @type {HTMLElement | undefined} */ (list.children[k]);
    if (!cell || cell.localName !== tag) {
      const made = document.createElement(tag);
      if (cell) cell.replaceWith(made);
      else list.append(made);
      cell = made;
    }
    if (cell.textContent !== text) cell.textContent = text;
    if (cell.className !== colour) cell.className = colour;
  });
}
