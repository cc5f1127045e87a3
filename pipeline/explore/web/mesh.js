/** Arrays of points for the stage: the square, balls and tubes of `scenes.stage.geometry`. */

/** @typedef {{vertices: Float32Array, triangles: Uint16Array}} Mesh */

/** The square [-1, 1]² as two triangles. @returns {Mesh} */
export const square = () => ({
  vertices: new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]),
  triangles: quads(1, 1),
});

/** Two triangles for every cell of a lattice. @param {number} rows @param {number} columns */
function quads(rows, columns) {
  const triangles = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const a = row * (columns + 1) + column;
      const c = a + columns + 1;
      triangles.push(a, a + 1, c, a + 1, c + 1, c);
    }
  }
  return Uint16Array.from(triangles);
}

/** A sphere of radius 1; its points are also its normals. @param {number} slices @returns {Mesh} */
export function unitSphere(slices) {
  const stacks = slices >> 1;
  const points = [];
  for (let i = 0; i <= stacks; i++) {
    const polar = (Math.PI * i) / stacks;
    for (let j = 0; j <= slices; j++) {
      const turn = (2 * Math.PI * j) / slices;
      points.push(
        Math.sin(polar) * Math.cos(turn),
        Math.sin(polar) * Math.sin(turn),
        Math.cos(polar),
      );
    }
  }
  return { vertices: Float32Array.from(points), triangles: quads(stacks, slices) };
}

/** @param {number[]} a @param {number[]} b */
const cross = (a, b) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** A round line through points, as positions and normals, six numbers a vertex.
 * @param {number[][]} line no two neighbours equal @param {number} radius @returns {Mesh} */
export function tube(line, radius, sides = 10) {
  const vertices = [];
  for (let k = 0; k < line.length; k++) {
    const [from, to] = [line[Math.max(k - 1, 0)], line[Math.min(k + 1, line.length - 1)]];
    const step = to.map((value, i) => value - from[i]);
    const length = Math.hypot(...step);
    const tangent = step.map((value) => value / length);
    const flat = Math.hypot(tangent[0], tangent[1]);
    const side = flat > 1e-9 ? [tangent[1] / flat, -tangent[0] / flat, 0] : [1, 0, 0];
    const over = cross(side, tangent);
    for (let j = 0; j <= sides; j++) {
      const turn = (2 * Math.PI * j) / sides;
      const normal = side.map((value, i) => value * Math.cos(turn) + over[i] * Math.sin(turn));
      vertices.push(...normal.map((value, i) => line[k][i] + radius * value), ...normal);
    }
  }
  return { vertices: Float32Array.from(vertices), triangles: quads(line.length - 1, sides) };
}
