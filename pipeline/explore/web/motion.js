/** What moves by itself, for those who do not mind. */

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {number} t from 0 to 1 */
const smooth = (t) => t * t * t * (10 + t * (6 * t - 15));

/** @type {(() => void) | null} */
let finish = null;

/**
 * Go from 0 to 1, in and out smoothly; what moved before goes to its end at once.
 * @param {number} seconds @param {(share: number) => void} show
 */
export function glide(seconds, show) {
  finish?.();
  if (still.matches || document.hidden || !(seconds > 0)) {
    show(1);
    return;
  }
  let ended = false;
  const end = () => {
    ended = true;
    finish = null;
    show(1);
  };
  finish = end;
  /** @type {number | null} */
  let began = null;
  const step = (/** @type {number} */ now) => {
    if (ended) return;
    began ??= now;
    const share = (now - began) / (1000 * seconds);
    if (share >= 1) return end();
    show(smooth(share));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

/** Bring what moves to its end. */
export const arrive = () => finish?.();
