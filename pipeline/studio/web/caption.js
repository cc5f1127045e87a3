/**
 * The caption below the picture, and its editing: what is saved goes to the file of words.
 *
 * @import { Place } from "./film.js"
 */

import { ask } from "./wire.js";

export class Caption {
  /** What was there before each change, the last one last.
   * @type {{act: string, key: string, text: string | null}[]} */
  #before = [];

  /** @param {HTMLElement} line @param {HTMLFormElement} form @param {(sentence: string) => void} say */
  constructor(line, form, say) {
    this.line = line;
    this.form = form;
    this.area = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
    this.say = say;
    this.act = "";
    this.key = "";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save(this.area.value.trim() || null);
    });
    form.addEventListener("reset", () => this.#close());
    this.area.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") this.#close();
      if (event.key === "Enter") {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    line.addEventListener("click", () => this.edit());
  }

  /** @param {string} text @param {Place} place @param {string} key */
  show(text, place, key) {
    if (!this.form.hidden) return;
    this.line.textContent = text;
    this.act = place.act.name;
    this.key = place.act.texts[key] === undefined ? "" : key;
    this.text = place.act.texts[key] ?? "";
    this.line.classList.toggle("editable", this.key !== "");
    this.line.title = this.key ? "Edit it (E)" : "";
  }

  edit() {
    if (!this.key) return;
    this.area.value = this.text ?? "";
    this.line.hidden = true;
    this.form.hidden = false;
    this.area.focus();
    this.area.select();
  }

  /** Take the last change back. */
  async undo() {
    const last = this.#before.pop();
    if (!last) return this.say("There is no change of a caption to take back.");
    const answer = await ask("caption", last);
    this.say(answer?.ok ? "The caption is as it was." : ((await answer?.text()) ?? ""));
  }

  /** @param {string | null} text */
  async #save(text) {
    const { act, key } = this;
    if (text === this.text) return this.#close();
    const answer = await ask("caption", { act, key, text });
    if (!answer) return;
    if (!answer.ok) return this.say(await answer.text());
    const { before } = await answer.json();
    this.#before.push({ act, key, text: before });
    this.#close();
    this.say("Saved to the file of words; U takes it back.");
  }

  #close() {
    this.form.hidden = true;
    this.line.hidden = false;
  }
}
