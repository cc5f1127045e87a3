/** The keyboard: every key once, with what it does. */

/**
 * @typedef {object} Deeds
 * @property {() => void} toggle @property {() => void} back @property {() => void} forth
 * @property {() => void} secondBack @property {() => void} secondForth
 * @property {() => void} previousBeat @property {() => void} nextBeat
 * @property {() => void} previousAct @property {() => void} nextAct
 * @property {() => void} begin @property {() => void} end
 * @property {() => void} loop @property {() => void} markIn @property {() => void} markOut
 * @property {() => void} slower @property {() => void} faster
 * @property {() => void} closer @property {() => void} wider @property {() => void} panel @property {() => void} copy
 * @property {() => void} help @property {() => void} edit @property {() => void} undo
 * @property {() => void} inspect @property {() => void} regions
 * @property {() => void} record @property {() => void} hear @property {() => void} nextLine
 */

/** Keys, what they do, and how that is called. @type {[string[], keyof Deeds, string][]} */
export const KEYS = [
  [[" ", "k"], "toggle", "Play and pause"],
  [[","], "back", "A frame back"],
  [["."], "forth", "A frame on"],
  [["ArrowLeft"], "secondBack", "A second back"],
  [["ArrowRight"], "secondForth", "A second on"],
  [["["], "previousBeat", "To the beat before"],
  [["]"], "nextBeat", "To the next beat"],
  [["PageUp", "{"], "previousAct", "To the act before"],
  [["PageDown", "}"], "nextAct", "To the next act"],
  [["Home"], "begin", "To the beginning"],
  [["End"], "end", "To the end"],
  [["l"], "loop", "Loop the range, or the act"],
  [["i"], "markIn", "The range begins here"],
  [["o"], "markOut", "The range ends here"],
  [["-"], "slower", "Slower"],
  [["+", "="], "faster", "Faster"],
  [["z"], "closer", "See less of the timeline, larger"],
  [["Z"], "wider", "See all of the timeline"],
  [["x"], "inspect", "What is on screen: names, lines, type, contrast, safe margin"],
  [["g"], "regions", "How the layout divides the frame"],
  [["e"], "edit", "Edit the caption"],
  [["u"], "undo", "Take the last change of a caption back"],
  [["p"], "panel", "Show and hide the choices"],
  [["c"], "copy", "Copy the command for this"],
  [["r"], "record", "Record the line of this caption; keep it (with --voice)"],
  [["t"], "hear", "Listen to the recording of this line"],
  [["n"], "nextLine", "To the next line"],
  [["?"], "help", "Show and hide these keys"],
];

/** What is held down while something else is shown. @type {[string, string][]} */
export const HELD = [["b", "Hold: the picture before the last change"]];

const NAMES = {
  " ": "space",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageUp: "page ↑",
  PageDown: "page ↓",
};

/** @param {Deeds} deeds @param {(held: boolean) => void} before B is held, or let go */
export function listen(deeds, before) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "b") {
      before(true);
      return;
    }
    if (event.key === " " && event.target instanceof HTMLButtonElement) return;
    const found = KEYS.find(([keys]) => keys.includes(event.key));
    if (!found) return;
    event.preventDefault();
    deeds[found[1]]();
  });
  addEventListener("keyup", (event) => {
    if (event.key.toLowerCase() === "b") before(false);
  });
  addEventListener("blur", () => before(false));
}

/** @param {HTMLElement} list of definitions, to be filled */
export function explain(list) {
  /** @param {string[]} keys @param {string} told */
  const row = (keys, told) => {
    const [term, text] = [document.createElement("dt"), document.createElement("dd")];
    for (const key of keys) {
      const cap = document.createElement("kbd");
      cap.textContent = /** @type {Record<string, string>} */ (NAMES)[key] ?? key;
      term.append(cap);
    }
    text.textContent = told;
    return [term, text];
  };
  list.replaceChildren(
    ...KEYS.flatMap(([keys, , told]) => row(keys, told)),
    ...HELD.flatMap(([key, told]) => row([key], told)),
  );
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}
