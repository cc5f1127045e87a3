/**
 * What is on screen, over the picture: boxes with names, the safe margin, and the layout's regions.
 *
 * @typedef {[number, number, number, number]} Box left, top, right and bottom
 * @typedef {object} Thing
 * @property {string} name @property {string} known_as @property {string} text @property {Box} box
 * @property {number | null} size @property {number | null} contrast
 * @property {string} path @property {number} line
 *
 * @typedef {{things: Thing[], regions: Record<string, Box>}} Sight
 */

/** Type that is smaller, as a share of the frame's height, is hard to read. */
const SMALL = 0.025;
/** The least contrast of a text to what is behind it (WCAG 2.2, 1.4.3). */
const CONTRAST = 4.5;
/** The safe margin, less what rounding takes of it. */
const MARGIN = 0.048;

export class Inspector {
  /** What is shown, and what was asked for. */
  #address = "";

  /** @param {HTMLElement} layer over the picture @param {HTMLElement} told where a thing is told */
  constructor(layer, told) {
    this.layer = layer;
    this.told = told;
    layer.addEventListener("pointerover", (event) => this.#tell(event.target));
    layer.addEventListener("pointerleave", () => this.#tell(null));
  }

  get on() {
    return !this.layer.hidden;
  }

  /** Show or hide one of both; return whether it is shown. @param {"with-things" | "with-regions"} what */
  toggle(what) {
    const shown = this.layer.classList;
    const on = shown.toggle(what);
    this.layer.hidden = !shown.contains("with-things") && !shown.contains("with-regions");
    this.told.hidden = true;
    if (this.layer.hidden) this.show("");
    return on;
  }

  /** Show what is in a frame; an empty address, nothing. @param {string} address */
  async show(address) {
    if (address === this.#address) return;
    this.#address = address;
    this.layer.replaceChildren();
    this.told.hidden = true;
    if (!address) return;
    const answer = await fetch(address).catch(() => null);
    if (this.#address !== address) return;
    if (!answer?.ok) {
      this.#address = ""; // nobody could say just now: the next event of the studio asks again
      return;
    }
    const margin = document.createElement("div");
    margin.className = "margin";
    /** @type {Sight} */
    const { things, regions } = await answer.json();
    this.layer.replaceChildren(
      margin,
      ...Object.entries(regions).map(region),
      ...things.map(thing),
    );
  }

  /** @param {EventTarget | null} target */
  #tell(target) {
    const text = target instanceof HTMLElement ? (target.dataset.told ?? "") : "";
    this.told.textContent = text;
    this.told.hidden = !text;
  }
}

/** @param {[string, Box]} named */
function region([name, box]) {
  const made = boxed(box, `region ${name}`);
  const label = document.createElement("span");
  label.textContent = name;
  made.append(label);
  return made;
}

/** @param {Thing} thing */
function thing({ name, known_as, text, box, size, contrast, path, line }) {
  const [left, top, right, bottom] = box;
  const made = boxed(box, text ? "thing text" : "thing");
  const small = size !== null && size < SMALL;
  const faint = contrast !== null && contrast < CONTRAST;
  const out = text !== "" && (Math.min(left, top) < MARGIN || Math.max(right, bottom) > 1 - MARGIN);
  made.classList.toggle("bad", small || faint || out);
  if (faint) made.dataset.contrast = contrast.toFixed(1);
  const called = known_as ? `${known_as} (${name})` : name;
  const parts = [
    text ? `${called} “${text}”` : called,
    size === null ? "" : `type ${(100 * size).toFixed(1)} % of the height${small ? ", small" : ""}`,
    contrast === null ? "" : `contrast ${contrast.toFixed(1)}:1${faint ? ", faint" : ""}`,
    out ? "beyond the safe margin" : "",
    path ? `${path}:${line}` : "",
  ];
  made.dataset.told = parts.filter(Boolean).join("  ·  ");
  return made;
}

/** @param {Box} box @param {string} kind */
function boxed([left, top, right, bottom], kind) {
  const made = document.createElement("div");
  made.className = kind;
  Object.assign(made.style, {
    left: `${100 * left}%`,
    top: `${100 * top}%`,
    width: `${100 * (right - left)}%`,
    height: `${100 * (bottom - top)}%`,
  });
  return made;
}
