/**
 * The data themselves: a scatter of the features, its points to be dragged, and a table in which rows
 * are changed or left out.
 *
 * @import { Model } from "./model.js"
 * @import { State } from "./state.js"
 * @import { Say } from "./panels.js"
 */

import { number, readNumber } from "./numerals.js";
import { add, Plot } from "./plot.js";

/** Rows of the table that are seen at a time. */
const PAGE = 10;
/** Dots of the scatter, at most. */
const MOST = 600;

/**
 * @param {HTMLElement} parent @param {string[]} names of the features
 * @param {(row: number, values: number[] | null | undefined, done: boolean) => void} edit
 * undefined takes a row back to what it was
 */
export function scatter(parent, names, edit) {
  const plot = new Plot(parent, true);
  /** @type {{row: number, model: Model, q: number} | null} */
  let dragged = null;
  let moved = false;
  /** @type {Model | null} */
  let shown = null;
  const spot = (/** @type {PointerEvent} */ event) => {
    const box = plot.svg.getBoundingClientRect();
    const scale = 320 / box.width;
    return plot.inverse((event.clientX - box.left) * scale, (event.clientY - box.top) * scale);
  };
  plot.svg.addEventListener("pointermove", (event) => {
    if (!dragged?.model.columns) return;
    moved = true;
    const [a, b] = spot(/** @type {PointerEvent} */ (event));
    const y = dragged.model.columns[dragged.q + 2][dragged.row];
    edit(dragged.row, [a, b, y], false);
  });
  const end = () => {
    if (!moved) dragged = null;
    if (dragged?.model.columns) {
      const { model, q, row } = dragged;
      dragged = null;
      edit(
        row,
        [0, 1, 2].map((j) => /** @type {ArrayLike<number>[]} */ (model.columns)[q + j][row]),
        true,
      );
    }
  };
  plot.svg.addEventListener("pointerup", end);
  plot.svg.addEventListener("pointercancel", end);
  return {
    /** @param {Model} model @param {State} state @param {number} q */
    show(model, state, q) {
      if (!model.columns || shown === model) return;
      shown = model;
      const [a, b] = [model.columns[q], model.columns[q + 1]];
      if (dragged) dragged.model = model;
      else {
        const range = (/** @type {ArrayLike<number>} */ column) => {
          const values = Array.from(column);
          const [low, high] = [Math.min(...values), Math.max(...values)];
          const air = 0.07 * (high - low || 1);
          return { low: low - air, high: high + air };
        };
        plot.axes(
          { ...range(a), name: names[0], colour: "theta1" },
          { ...range(b), name: names[1], colour: "theta2" },
        );
      }
      plot.live.replaceChildren();
      const every = Math.ceil(a.length / MOST);
      for (let row = 0; row < a.length; row += every) {
        const edited = row in state.edits;
        const kind = state.edits[row] === null ? "row out" : edited ? "row edited" : "row";
        const dot = plot.dot(plot.live, a[row], b[row], kind, 4);
        const target = add(plot.live, "circle", {
          cx: dot.getAttribute("cx") ?? 0,
          cy: dot.getAttribute("cy") ?? 0,
          r: 11,
          class: "target",
        });
        add(target, "title", {}, `${row + 1}`);
        target.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          plot.svg.setPointerCapture(/** @type {PointerEvent} */ (event).pointerId);
          moved = false;
          dragged = { row, model, q };
        });
        target.addEventListener("dblclick", () =>
          edit(row, state.edits[row] === null ? undefined : null, true),
        );
      }
    },
  };
}

/**
 * @param {HTMLElement} parent @param {string[]} names of features and response @param {Say} say
 * @param {(row: number, values: number[] | null | undefined, done: boolean) => void} edit
 */
export function table(parent, names, say, edit) {
  let first = 0;
  /** @type {Model | null} */
  let seen = null;
  /** @type {() => void} */
  let again = () => {};
  const make = (
    /** @type {keyof HTMLElementTagNameMap} */ name,
    /** @type {HTMLElement} */ into,
    text = "",
  ) => {
    const node = document.createElement(name);
    node.textContent = text;
    into.append(node);
    return node;
  };
  const sheet = make("table", parent);
  const pager = make("div", parent);
  pager.className = "pager";
  const back = /** @type {HTMLButtonElement} */ (make("button", pager, "←"));
  const where = make("span", pager);
  const on = /** @type {HTMLButtonElement} */ (make("button", pager, "→"));
  back.setAttribute("aria-label", say("rows_before"));
  on.setAttribute("aria-label", say("rows_after"));
  for (const [button, step] of /** @type {[HTMLButtonElement, number][]} */ ([
    [back, -PAGE],
    [on, PAGE],
  ])) {
    button.type = "button";
    button.addEventListener("click", () => {
      first += step;
      again();
    });
  }
  const show = (
    /** @type {Model} */ model,
    /** @type {State} */ state,
    /** @type {number} */ q,
  ) => {
    if (!model.columns || seen === model || sheet.contains(document.activeElement)) return;
    seen = model;
    again = () => {
      seen = null;
      show(model, state, q);
    };
    const { columns } = model;
    const n = columns[0].length;
    first = Math.min(Math.max(first, 0), PAGE * Math.floor((n - 1) / PAGE));
    sheet.replaceChildren();
    const head = make("tr", make("thead", sheet));
    for (const name of ["", ...names]) {
      const cell = make("th", head, name);
      cell.setAttribute("scope", "col");
    }
    const body = make("tbody", sheet);
    for (let row = first; row < Math.min(first + PAGE, n); row++) {
      const out = state.edits[row] === null;
      const line = make("tr", body);
      line.className = out ? "out" : row in state.edits ? "edited" : "";
      const label = make("label", make("td", line));
      const used = /** @type {HTMLInputElement} */ (make("input", label));
      used.type = "checkbox";
      used.checked = !out;
      used.setAttribute("aria-label", say("row_used", { row: String(row + 1) }));
      used.addEventListener("change", () => {
        used.blur();
        edit(row, out ? undefined : null, true);
      });
      label.append(` ${row + 1}`);
      names.forEach((name, j) => {
        const field = /** @type {HTMLInputElement} */ (make("input", make("td", line)));
        field.inputMode = "decimal";
        field.value = number(columns[q + j][row], 4);
        field.disabled = out;
        field.setAttribute("aria-label", `${name}, ${row + 1}`);
        field.addEventListener("change", () => {
          const value = readNumber(field.value);
          field.blur();
          if (!Number.isFinite(value)) return again();
          edit(
            row,
            [0, 1, 2].map((k) => (k === j ? value : columns[q + k][row])),
            true,
          );
        });
      });
    }
    where.textContent = say("rows_shown", {
      from: String(first + 1),
      to: String(Math.min(first + PAGE, n)),
      n: String(n),
    });
    [back.disabled, on.disabled] = [first === 0, first + PAGE >= n];
  };
  return { show };
}
