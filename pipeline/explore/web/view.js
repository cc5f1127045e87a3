/**
 * Where the eye is: the projection of `scenes.stage.view`, and its inverse for pointing at things.
 *
 * @typedef {[number, number, number]} Point
 */

/** No point of a stage lies further than this from the centre of its view. */
const FARTHEST = 6;

/** An eye that looks at the stage; frame units are CSS pixels from the middle of the picture. */
export class View {
  /**
   * @param {number} azimuth 0 looks along +y with +x to the right
   * @param {number} elevation 0 is level with the floor, π/2 straight down
   */
  constructor(azimuth, elevation) {
    const [ca, sa] = [Math.cos(azimuth), Math.sin(azimuth)];
    const [ce, se] = [Math.cos(elevation), Math.sin(elevation)];
    this.elevation = elevation;
    /** Rows: right, up, towards the eye. */
    this.rotation = [
      [ca, sa, 0],
      [-sa * se, ca * se, ce],
      [sa * ce, -ca * ce, se],
    ];
    this.zoom = 1;
    /** @type {Point} */
    this.centre = [0, 0, 0];
    this.focal = 16;
    this.shift = [0, 0];
  }

  /** Frame an axes box in so much room; walking around it does not change its size.
   * @param {number} reach @param {number} height @param {number} width @param {number} tall
   * @param {number} [closer] how much larger than fits */
  frame(reach, height, width, tall, closer = 1) {
    const side = 2 * reach * Math.SQRT2;
    const upright = side * Math.sin(this.elevation) + height * Math.cos(this.elevation);
    this.zoom = Math.min(tall / upright, width / side) * closer;
    this.centre = [0, 0, height / 2];
    this.shift = [0, 0];
    /** @type {Point[]} */
    const seen = [];
    for (const x of [-reach, reach])
      for (const y of [-reach, reach])
        for (const z of [0, height]) seen.push(this.project([x, y, z]));
    this.shift = [0, 1].map((i) => {
      const values = seen.map((point) => point[i]);
      return -0.5 * (Math.min(...values) + Math.max(...values));
    });
    return this;
  }

  /** The point of the stage from which it is seen. @returns {Point} */
  eye() {
    const [, , to] = this.rotation;
    const along = (/** @type {number} */ i) => this.centre[i] + this.focal * to[i];
    return [along(0), along(1), along(2)];
  }

  /** Right and up from the middle, and depth towards the eye. @param {ArrayLike<number>} point
   * @returns {Point} */
  project(point) {
    const off = [0, 1, 2].map((i) => point[i] - this.centre[i]);
    const [x, y, depth] = this.rotation.map(
      (row) => row[0] * off[0] + row[1] * off[1] + row[2] * off[2],
    );
    const scale = this.zoom / (1 - depth / this.focal);
    return [x * scale + this.shift[0], y * scale + this.shift[1], depth];
  }

  /** The direction from the eye through a place in the picture. @param {number} x @param {number} y
   * @returns {Point} */
  ray(x, y) {
    const [right, up, to] = this.rotation;
    const [across, above] = [(x - this.shift[0]) / this.zoom, (y - this.shift[1]) / this.zoom];
    const along = (/** @type {number} */ i) =>
      across * right[i] + above * up[i] - this.focal * to[i];
    return [along(0), along(1), along(2)];
  }

  /** From a place in clip space to the ray through it, for a picture of this size; 9 numbers, column after
   * column. @param {number} width @param {number} height */
  rays(width, height) {
    const middle = this.ray(0, 0);
    const [across, above] = [this.ray(width / 2, 0), this.ray(0, height / 2)];
    const from = (/** @type {Point} */ ray) => ray.map((value, i) => value - middle[i]);
    return Float32Array.from([...from(across), ...from(above), ...middle]);
  }

  /** To clip space, for a picture of this size; 16 numbers, column after column.
   * @param {number} width @param {number} height */
  clipMatrix(width, height) {
    const depth = (1 - FARTHEST / this.focal) / FARTHEST;
    const [right, up, to] = this.rotation;
    const rows = [
      right.map((value) => (value * 2 * this.zoom) / width),
      up.map((value) => (value * 2 * this.zoom) / height),
      to.map((value) => -value * depth),
      to.map((value) => -value / this.focal),
    ].map((row) => [
      ...row,
      -(row[0] * this.centre[0] + row[1] * this.centre[1] + row[2] * this.centre[2]),
    ]);
    rows[3][3] += 1;
    for (let i = 0; i < 4; i++) {
      rows[0][i] += (rows[3][i] * 2 * this.shift[0]) / width;
      rows[1][i] += (rows[3][i] * 2 * this.shift[1]) / height;
    }
    return Float32Array.from({ length: 16 }, (_, k) => rows[k % 4][k >> 2]);
  }
}
