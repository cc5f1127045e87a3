/** Pictures from the server, decoded and kept for a while, and the canvas that shows one of them. */

/** Decoded pictures that are kept: a few seconds before and after the playhead. */
const KEPT = 80;
/** Pictures fetched at once. */
const AT_ONCE = 5;

export class Pictures {
  /** @param {HTMLCanvasElement} canvas @param {() => void} changed called when one has come */
  constructor(canvas, changed) {
    this.canvas = canvas;
    this.changed = changed;
    /** @type {Map<string, ImageBitmap>} */
    this.kept = new Map();
    /** @type {Set<string>} */
    this.coming = new Set();
    /** @type {string[]} */
    this.wanted = [];
    /** The address of what is shown. */
    this.shown = "";
  }

  /** @param {string} key @param {number} frame */
  static address(key, frame) {
    return `pictures/${key}/${frame}.jpg`;
  }

  /** Want these, the first most; what was wanted before and is not on its way is forgotten.
   * @param {string[]} addresses */
  want(addresses) {
    this.wanted = addresses.filter((one) => !this.kept.has(one) && !this.coming.has(one));
    this.#fetch();
  }

  /** Show a picture if it is here. @param {string} address @returns {boolean} whether it is */
  show(address) {
    const picture = this.kept.get(address);
    if (!picture) return false;
    this.kept.delete(address); // it is the youngest now
    this.kept.set(address, picture);
    if (this.shown === address) return true;
    const { canvas } = this;
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
      canvas.width = picture.width;
      canvas.height = picture.height;
      canvas.parentElement?.style.setProperty("--ratio", String(picture.width / picture.height));
    }
    canvas.getContext("2d", { alpha: false })?.drawImage(picture, 0, 0);
    canvas.hidden = false;
    this.shown = address;
    return true;
  }

  #fetch() {
    while (this.coming.size < AT_ONCE && this.wanted.length) {
      const address = /** @type {string} */ (this.wanted.shift());
      this.coming.add(address);
      this.#one(address);
    }
  }

  /** @param {string} address */
  async #one(address) {
    try {
      const answer = await fetch(address);
      if (answer.ok) {
        this.kept.set(address, await createImageBitmap(await answer.blob()));
        for (const old of this.kept.keys()) {
          if (this.kept.size <= KEPT) break;
          this.kept.get(old)?.close();
          this.kept.delete(old);
        }
        this.changed();
      }
    } catch {
      // Nobody answers: the page says so, and wants it again when somebody does.
    } finally {
      this.coming.delete(address);
      this.#fetch();
    }
  }
}
