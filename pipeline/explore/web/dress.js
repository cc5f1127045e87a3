/**
 * The colours of the page: those the reader's system asks for, or those that were chosen.
 *
 * @import { Theme } from "./stage.js"
 */

const darkness = matchMedia("(prefers-color-scheme: dark)");

/** @param {string} text in base64 */
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** @param {(Omit<Theme, "ramps"> & {ramps: Record<string, string>})[]} given
 * @param {() => void} changed @returns what is worn now, and how to change it */
export function wardrobe(given, changed) {
  /** @type {Theme[]} */
  const themes = given.map((theme) => ({
    ...theme,
    ramps: { height: bytes(theme.ramps.height), penalty: bytes(theme.ramps.penalty) },
  }));
  const clothes = { theme: themes[0], themes, next, onPaper, back };
  /** @type {string | null} */
  let chosen = null;
  /** @type {string | null} */
  let before = null;
  darkness.addEventListener("change", () => wear(chosen));
  wear(null);
  return clothes;

  /** Wear a theme, or what the system asks for. @param {string | null} name */
  function wear(name) {
    chosen = name;
    const scheme = darkness.matches ? "dark" : "light";
    const theme =
      themes.find((one) => one.name === chosen) ??
      themes.find((one) => one.scheme === scheme) ??
      themes[0];
    clothes.theme = theme;
    const { style } = document.documentElement;
    for (const [key, colour] of Object.entries(theme.colours)) {
      style.setProperty(`--${key.replace("_", "-")}`, colour);
    }
    style.colorScheme = theme.scheme;
    changed();
  }

  function next() {
    wear(themes[(themes.indexOf(clothes.theme) + 1) % themes.length].name);
  }

  /** Wear what is fit for paper, until `back`. @param {() => void} act */
  function onPaper(act) {
    before = chosen;
    wear(themes.find(({ scheme }) => scheme === "light")?.name ?? chosen);
    act();
  }

  function back() {
    wear(before);
  }
}
