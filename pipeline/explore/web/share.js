/** A moment to take along: as a link, as a command, as a picture, on paper. */

/**
 * Put a text on the clipboard; where that is not allowed, select it for the reader to copy.
 * @param {string} text @param {HTMLInputElement} field
 * @returns {Promise<boolean>} whether it is there
 */
export async function copy(text, field) {
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
export function save(sheet, name) {
  sheet.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }, "image/png");
}
