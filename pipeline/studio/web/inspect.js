/**
 * What is on screen, over the picture: boxes with names, and the safe margin.
 *
 * @typedef {object} Thing
 * @property {string} name @property {string} text @property {[number, number, number, number]} box
 * @property {number | null} size @property {string} path @property {number} line
 */

/** Type that is smaller, as a share of the frame's height, is hard to read. */
const SMALL = 0.025;
/** The safe margin, less what rounding takes of it. */
const MARGIN = 0.048;

export class Inspector {
  on = false;
  /** What is shown, and what was asked for. */
  #address = "";

  /** @param {HTMLElement} layer over the picture @param {HTMLElement} told where a thing is told */
  constructor(layer, told) {
    this.layer = layer;
    this.told = told;
    layer.addEventListener("pointerover", (event) => this.#tell(event.target));
    layer.addEventListener("pointerleave", () => this.#tell(null));
  }

  toggle() {
    this.on = !this.on;
    this.layer.hidden = !this.on;
    if (!this.on) this.show("");
  }

  /** Show what is in a frame; an empty address, nothing. @param {string} address */
  async show(address) {
    if (address === this.#address) return;
    this.#address = address;
    this.layer.replaceChildren();
    this.told.hidden = true;
    if (!address) return;
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok || this.#address !== address) return;
    const margin = document.createElement("div");
    margin.className = "margin";
    /** @type {Thing[]} */
    const things = await answer.json();
    this.layer.replaceChildren(margin, ...things.map(boxed));
  }

  /** @param {EventTarget | null} target */
  #tell(target) {
    const text = target instanceof HTMLElement ? (target.dataset.told ?? "") : "";
    this.told.textContent = text;
    this.told.hidden = !text;
  }
}

/** @param {Thing} thing */
function boxed({ name, text, box, size, path, line }) {
  const [left, top, right, bottom] = box;
  const made = document.createElement("div");
  made.className = text ? "thing text" : "thing";
  const small = size !== null && size < SMALL;
  const out = Math.min(left, top) < MARGIN || Math.max(right, bottom) > 1 - MARGIN;
  made.classList.toggle("bad", small || (text !== "" && out));
  Object.assign(made.style, {
    left: `${100 * left}%`,
    top: `${100 * top}%`,
    width: `${100 * (right - left)}%`,
    height: `${100 * (bottom - top)}%`,
  });
  const parts = [
    text ? `${name} “${text}”` : name,
    size === null ? "" : `type ${(100 * size).toFixed(1)} % of the height${small ? ", small" : ""}`,
    text && out ? "beyond the safe margin" : "",
    path ? `${path}:${line}` : "",
  ];
  made.dataset.told = parts.filter(Boolean).join("  ·  ");
  return made;
}
