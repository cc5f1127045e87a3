/**
 * The hand on the figure: it turns by mouse, finger and keys, and the ball can be dragged. A page that
 * is scrolled by wheel or finger goes on scrolling: only a pinch, or the wheel with Ctrl, zooms.
 *
 * @import { Stage } from "./stage.js"
 */

/**
 * @typedef {object} Moves
 * @property {(across: number, up: number) => void} turn by so many degrees
 * @property {(factor: number) => void} zoom
 * @property {(theta: [number, number]) => void} take
 * @property {() => void} release
 * @property {(across: number, along: number) => void} nudge the taken θ, in hundredths of the window
 * @property {() => void} home
 */

/** Degrees for each CSS pixel. */
const PACE = 0.4;

/** @param {HTMLElement} figure @param {Stage} stage @param {Moves} moves */
export function listen(figure, stage, moves) {
  /** @type {Map<number, {x: number, y: number}>} */
  const down = new Map();
  let onBall = false;
  const spot = (/** @type {PointerEvent | MouseEvent} */ event) => {
    const box = figure.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const isButton = (/** @type {Event} */ event) =>
    event.target instanceof Element && event.target.closest("button") !== null;

  figure.addEventListener("pointerdown", (event) => {
    if (isButton(event) || event.button > 0) return;
    const { x, y } = spot(event);
    down.set(event.pointerId, { x, y });
    onBall = down.size === 1 && stage.isOnBall(x, y, event.pointerType === "mouse" ? 5 : 16);
    figure.classList.toggle("taking", onBall);
    figure.setPointerCapture(event.pointerId);
  });
  figure.addEventListener("pointermove", (event) => {
    const { x, y } = spot(event);
    const before = down.get(event.pointerId);
    if (!before) {
      figure.classList.toggle("on-ball", stage.isOnBall(x, y, 5));
      return;
    }
    if (onBall) {
      const theta = stage.thetaUnder(x, y);
      if (theta) moves.take(theta);
    } else if (down.size === 1) {
      moves.turn(-PACE * (x - before.x), PACE * (y - before.y));
    } else {
      const [other] = [...down].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      const apart = (/** @type {{x: number, y: number}} */ one) =>
        Math.hypot(one.x - other.x, one.y - other.y);
      if (apart(before) > 1) moves.zoom(apart({ x, y }) / apart(before));
      moves.turn((-PACE / 2) * (x - before.x), (PACE / 2) * (y - before.y));
    }
    down.set(event.pointerId, { x, y });
  });
  const up = (/** @type {PointerEvent} */ event) => {
    down.delete(event.pointerId);
    onBall = false;
    figure.classList.remove("taking");
  };
  figure.addEventListener("pointerup", up);
  figure.addEventListener("pointercancel", up);
  // A finger on the ball drags the ball, wherever it goes.
  figure.addEventListener("touchmove", (event) => onBall && event.preventDefault(), {
    passive: false,
  });
  figure.addEventListener("dblclick", (event) => {
    const { x, y } = spot(event);
    const theta = isButton(event) ? null : stage.thetaUnder(x, y);
    if (theta) moves.take(theta);
  });
  figure.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      moves.zoom(Math.exp(-0.01 * event.deltaY));
    },
    { passive: false },
  );

  /** @type {Record<string, [number, number]>} */
  const arrows = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, 1],
    ArrowDown: [0, -1],
  };
  figure.addEventListener("keydown", (event) => {
    if (event.target !== figure || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = arrows[event.key];
    if (arrow && event.shiftKey) moves.nudge(arrow[0], arrow[1]);
    else if (arrow) moves.turn(4 * arrow[0], 4 * arrow[1]);
    else if (event.key === "+" || event.key === "=") moves.zoom(1.15);
    else if (event.key === "-") moves.zoom(1 / 1.15);
    else if (event.key === "0") moves.home();
    else if (event.key === "Escape") moves.release();
    else return;
    event.preventDefault();
  });
}
