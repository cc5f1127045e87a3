/**
 * A moment to take along: as a link, as a command, as a picture, on paper.
 *
 * @import { wardrobe } from "./dress.js"
 */

import { byId } from "./controls.js";

/**
 * Put a text on the clipboard; where that is not allowed, select it for the reader to copy.
 * @param {string} text @param {HTMLInputElement} field
 * @returns {Promise<boolean>} whether it is there
 */
async function copy(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field.hidden = false;
    field.value = text;
    field.focus();
    field.select();
    return false;
  }
}

/**
 * A word of a command line, quoted where a shell would take it apart.
 * @param {string} word
 */
export const quoted = (word) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\"'\"'")}'`;

/**
 * The figure as a picture: what is drawn, and the labels over it.
 * @param {HTMLCanvasElement} surface just drawn @param {HTMLElement} overlay
 * @param {string} background @param {string} line under it
 * @returns {HTMLCanvasElement}
 */
export function picture(surface, overlay, background, line) {
  const sheet = document.createElement("canvas");
  const ratio = surface.width / Math.max(surface.clientWidth, 1);
  const foot = Math.round(34 * ratio);
  sheet.width = surface.width;
  sheet.height = surface.height + foot;
  const pen = /** @type {CanvasRenderingContext2D} */ (sheet.getContext("2d"));
  pen.fillStyle = background;
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(surface, 0, 0);
  const origin = overlay.getBoundingClientRect();
  pen.textBaseline = "middle";
  for (const label of /** @type {HTMLCollectionOf<HTMLElement>} */ (overlay.children)) {
    if (label.hidden) continue;
    const [box, style] = [label.getBoundingClientRect(), getComputedStyle(label)];
    pen.font = `${style.fontWeight} ${Number.parseFloat(style.fontSize) * ratio}px ${style.fontFamily}`;
    pen.fillStyle = style.color;
    pen.fillText(
      label.textContent ?? "",
      (box.left - origin.left) * ratio,
      (box.top - origin.top + box.height / 2) * ratio,
    );
  }
  const style = getComputedStyle(overlay);
  pen.font = `${14 * ratio}px ${style.fontFamily}`;
  pen.fillStyle = style.color;
  pen.textAlign = "center";
  pen.fillText(line, sheet.width / 2, surface.height + foot / 2, sheet.width - 24 * ratio);
  return sheet;
}

/** Save a picture. @param {HTMLCanvasElement} sheet @param {string} name */
function save(sheet, name) {
  sheet.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }, "image/png");
}

/**
 * Let the buttons that take a moment along do it, and the printer.
 * @param {object} moment
 * @param {() => string} moment.link
 * @param {() => string[]} moment.command words after `render.py explore`
 * @param {(caption: boolean) => HTMLCanvasElement | null} moment.sheet the figure
 * @param {ReturnType<typeof wardrobe>} moment.clothes
 * @param {(key: string) => void} moment.told says what was done
 */
export function takeAlong({ link, command, sheet, clothes, told }) {
  const field = /** @type {HTMLInputElement} */ (byId("copied"));
  const paper = /** @type {HTMLImageElement} */ (byId("on-paper"));
  const copied = async (/** @type {string} */ text) =>
    told((await copy(text, field)) ? "copied" : "copy_by_hand");
  byId("copy-link").addEventListener("click", () => copied(link()));
  byId("copy-command").addEventListener("click", () =>
    copied(["python render.py explore", ...command().map(quoted)].join(" ")),
  );
  byId("save-picture").addEventListener("click", () => {
    const made = sheet(true);
    if (made) save(made, "explore.png");
  });
  byId("theme").addEventListener("click", clothes.next);
  byId("theme").hidden = clothes.themes.length < 2;
  // On paper: the figure as it is, in light colours.
  addEventListener("beforeprint", () =>
    clothes.onPaper(() => {
      paper.src = sheet(false)?.toDataURL() ?? "";
    }),
  );
  addEventListener("afterprint", clothes.back);
}
