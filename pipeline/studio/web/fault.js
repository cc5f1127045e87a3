/** What went wrong, over the last good picture. */

/**
 * @typedef {object} Fault
 * @property {string} title @property {string} message @property {string} act
 * @property {number | null} frame
 * @property {{path: string, line: number, function: string}[]} trace
 * @property {[number, string][]} excerpt
 */

/** @param {HTMLElement} section @param {Fault | null} fault */
export function showFault(section, fault) {
  section.hidden = fault === null;
  if (fault === null) return;
  /** @param {string} name */
  const part = (name) => /** @type {HTMLElement} */ (section.querySelector(name));
  part("h2").textContent = fault.title || "This cannot be shown";
  part(".message").textContent = fault.message;
  const last = fault.trace.at(-1);
  const where = fault.act ? ` · ${fault.act}, before frame ${fault.frame}` : "";
  part(".place").textContent = last ? `${last.path}:${last.line}${where}` : where.slice(3);
  const lines = fault.excerpt.map(([number, text]) => {
    const line = document.createElement(number === last?.line ? "mark" : "span");
    line.textContent = `${String(number).padStart(4)}  ${text}\n`;
    return line;
  });
  part("pre").replaceChildren(...lines);
  part("pre").hidden = !lines.length;
  const calls = fault.trace.slice(0, -1).reverse();
  part(".trace").replaceChildren(
    ...calls.slice(0, 5).map((call) => {
      const item = document.createElement("li");
      item.textContent = `called by ${call.function}, ${call.path}:${call.line}`;
      return item;
    }),
  );
}
