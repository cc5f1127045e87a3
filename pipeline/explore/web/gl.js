/**
 * The one place that talks to WebGL: the counterpart of `scenes.stage.gl`, with the same four programs
 * from the same sources. Nothing here knows what a valley is.
 *
 * @import { Mesh } from "./mesh.js"
 */

import { square, unitSphere } from "./mesh.js";
import { View } from "./view.js";

/** Six numbers of a quadratic form in the stage's x and y: xx, xy, yy, x, y, constant.
 * @typedef {[number, number, number, number, number, number]} Form */
/** @typedef {[number, number, number]} Colour red, green and blue from 0 to 1 */
/** @typedef {number | number[] | Float32Array | boolean} Value */

/** Where the key light stands, seen from the eye. */
const KEY_LIGHT = unit([-0.45, 0.7, 0.55]);

/** @param {number[]} vector */
function unit(vector) {
  const size = Math.hypot(...vector);
  return vector.map((value) => value / size);
}

/** v of a form at a place. @param {Form} form @param {number} x @param {number} y */
export const valueAt = ([xx, xy, yy, fx, fy, constant], x, y) =>
  xx * x * x + xy * x * y + yy * y * y + fx * x + fy * y + constant;

/** v at which the colours of height begin: the form's lowest. @param {Form} form */
function warmest(form) {
  const [xx, b, yy, fx, fy] = form;
  const [a, c] = [2 * xx, 2 * yy];
  const [determinant, trace] = [a * c - b * b, a + c];
  let [x, y] = [0, 0];
  if (determinant > 1e-12 * trace * trace) {
    [x, y] = [(b * fy - c * fx) / determinant, (b * fx - a * fy) / determinant];
  } else if (trace > 0) {
    // Of rank one: its pseudo-inverse is itself over its trace squared.
    [x, y] = [-(a * fx + b * fy) / trace ** 2, -(b * fx + c * fy) / trace ** 2];
  }
  return Math.min(Math.max(valueAt(form, x, y), 0), 0.9);
}

/** Draws a stage on a canvas: `begin`, then what stands on it, the first drawn first. */
export class Canvas {
  /**
   * @param {WebGL2RenderingContext} gl
   * @param {Record<string, {vertex: string, fragment: string}>} sources of each program
   */
  constructor(gl, sources) {
    this.gl = gl;
    /** @type {Record<string, Program>} */
    this.programs = {};
    for (const [name, { vertex, fragment }] of Object.entries(sources)) {
      this.programs[name] = new Program(gl, vertex, fragment);
    }
    this.corners = this.buffer(new Float32Array([0, -1, 1, -1, 0, 1, 1, 1]));
    this.sphere = [24, 12].map((slices) => this.load(unitSphere(slices)));
    this.square = this.load(square());
    /** In clip space: it covers the picture. */
    this.triangle = this.buffer(new Float32Array([-1, -1, 3, -1, -1, 3]));
    this.scratch = this.load({ vertices: new Float32Array(0), triangles: new Uint16Array(0) });
    this.instances = this.buffer(new Float32Array(0));
    /** @type {Map<Uint8Array, WebGLTexture>} */
    this.ramps = new Map();
    this.view = new View(0, 0);
    this.room = [1, 1];
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.depthFunc(gl.LEQUAL);
  }

  /** Start a picture. @param {View} view in CSS pixels @param {number} width @param {number} height
   * @param {number} ratio pixels of the picture per CSS pixel
   * @param {{ambient: number, shade: Colour}} light */
  begin(view, width, height, ratio, light) {
    const { gl } = this;
    const { rotation } = view;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    const clip = view.clipMatrix(width, height);
    const turned = (/** @type {number[]} */ seen) =>
      [0, 1, 2].map((i) => rotation.reduce((sum, row, k) => sum + seen[k] * row[i], 0));
    const halfWay = unit(KEY_LIGHT.map((value, i) => value + (i === 2 ? 1 : 0)));
    this.view = view;
    this.room = [width, height];
    for (const [name, program] of Object.entries(this.programs)) {
      program.set({ u_clip: clip });
      if (name === "surface" || name === "solid") {
        program.set({
          u_eye: view.eye(),
          u_scale: view.zoom * ratio,
          u_key: turned(KEY_LIGHT),
          u_half_way: turned(halfWay),
          u_ambient: light.ambient,
          u_shade: light.shade,
        });
      }
    }
    this.programs.surface.set({ u_rays: view.rays(width, height) });
    this.programs.line.set({ u_pixels: [gl.drawingBufferWidth, gl.drawingBufferHeight] });
  }

  /**
   * A height surface over the square [-reach, reach]², cut level at two values.
   * @param {Form} form
   * @param {{reach: number, height: number, flip: number, ramp: Uint8Array, line: number[],
   *   levels: number[], weight: number, opacity: number}} look
   */
  surface(form, look) {
    const { gl } = this;
    const half = look.height / 2;
    const program = this.programs.surface;
    program.set({
      ...shape(form),
      u_reach: look.reach,
      u_height: [half, half, look.flip],
      u_cut: [-0.5, 1],
      u_line: look.line,
      u_levels: look.levels,
      u_weight: look.weight,
      u_opacity: look.opacity,
    });
    this.useRamp(program, look.ramp, warmest(form));
    program.point("in_uv", this.triangle, 2, 8, 0);
    // What is nearer comes later, so that its soft edges blend with what is behind them.
    const [x, y] = this.view.rotation[2];
    const bend = form[0] * x * x + form[1] * x * y + form[2] * y * y;
    const far = bend * look.flip >= 0 ? 1 : -1;
    const sides = () => {
      for (const u_side of [far, -far]) {
        program.set({ u_side });
        gl.drawArrays(gl.TRIANGLES, 0, 3);
      }
    };
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(...this.within(look.reach, look.height));
    if (look.opacity < 1) {
      // Depth first, so that a surface that is seen through never shows its own far side.
      gl.colorMask(false, false, false, false);
      sides();
      gl.colorMask(true, true, true, true);
    }
    sides();
    gl.disable(gl.SCISSOR_TEST);
    program.done();
  }

  /** Where an axes box is in the picture: left, bottom, width and height in its pixels. A surface may go
   * as far below the floor as its lower cut. @param {number} reach @param {number} height
   * @returns {[number, number, number, number]} */
  within(reach, height) {
    const { gl, view, room } = this;
    const sides = [-reach, reach];
    const corners = sides.flatMap((x) =>
      sides.flatMap((y) => [-0.5 * height, 1.5 * height].map((z) => view.project([x, y, z]))),
    );
    const [[left, right], [low, high]] = [0, 1].map((i) => {
      const places = corners.map((corner) => corner[i] / room[i] + 0.5);
      const size = [gl.drawingBufferWidth, gl.drawingBufferHeight][i];
      return [Math.floor(Math.min(...places) * size), Math.ceil(Math.max(...places) * size)];
    });
    return [left, low, right - left, high - low];
  }

  /**
   * The floor, with grid lines and the form's iso-lines as a map.
   * @param {Form} form
   * @param {{reach: number, paper: number[], grid: number[], step: number[], ramp: Uint8Array,
   *   map: number, levels: number[], weight: number}} look
   */
  floor(form, look) {
    const { gl } = this;
    const program = this.programs.floor;
    program.set({
      ...shape(form),
      u_reach: look.reach,
      u_z: 0,
      u_paper: look.paper,
      u_grid: look.grid,
      u_grid_step: look.step,
      u_map: look.map,
      u_levels: look.levels,
      u_weight: look.weight,
      u_opacity: 1,
    });
    this.useRamp(program, look.ramp, warmest(form));
    this.use(this.square);
    program.point("in_uv", this.square.vertices, 2, 8, 0);
    gl.depthMask(false); // nothing stands below the floor: it hides nothing
    gl.drawElements(gl.TRIANGLES, 6, gl.UNSIGNED_SHORT, 0);
    gl.depthMask(true);
    program.done();
  }

  /** Balls of one size and colour. @param {number[][]} places @param {Colour} colour
   * @param {number} radius @param {number} [opacity] */
  balls(places, colour, radius, opacity = 1) {
    if (places.length === 0) return;
    const sphere = this.sphere[places.length > 1 ? 1 : 0];
    const data = places.flatMap((place) => [...place, radius, ...colour, 1, radius]);
    this.use(sphere);
    const { solid } = this.programs;
    solid.point("in_position", sphere.vertices, 3, 12, 0);
    solid.point("in_normal", sphere.vertices, 3, 12, 0);
    this.solid(data, sphere.count, opacity);
  }

  /** A mesh of positions and normals in one colour. @param {Mesh} mesh @param {Colour} colour
   * @param {number} radius @param {number} [opacity] */
  tube(mesh, colour, radius, opacity = 1) {
    this.fill(mesh);
    const { solid } = this.programs;
    solid.point("in_position", this.scratch.vertices, 3, 24, 0);
    solid.point("in_normal", this.scratch.vertices, 3, 24, 12);
    this.solid([0, 0, 0, 1, ...colour, 1, radius], mesh.triangles.length, opacity);
  }

  /** @param {number[]} data @param {number} count of indices @param {number} opacity */
  solid(data, count, opacity) {
    const { gl } = this;
    const { solid } = this.programs;
    solid.set({ u_opacity: opacity });
    gl.bindBuffer(gl.ARRAY_BUFFER, this.instances);
    gl.bufferData(gl.ARRAY_BUFFER, Float32Array.from(data), gl.STREAM_DRAW);
    solid.point("in_place", this.instances, 4, 36, 0, 1);
    solid.point("in_colour", this.instances, 4, 36, 16, 1);
    solid.point("in_radius", this.instances, 1, 36, 32, 1);
    gl.drawElementsInstanced(gl.TRIANGLES, count, gl.UNSIGNED_SHORT, 0, data.length / 9);
    solid.done();
  }

  /** Straight lines; what is drawn before may hide them, they hide nothing drawn after.
   * @param {Array<[number[], number[], Colour, number, number]>} edges from, to, colour, strength,
   * width in pixels of the picture */
  lines(edges) {
    const { gl } = this;
    const data = edges.flatMap(([from, to, colour, strength, width]) => [
      ...from,
      ...to,
      ...colour,
      strength,
      width,
    ]);
    const program = this.programs.line;
    program.set({ u_opacity: 1 });
    program.point("in_corner", this.corners, 2, 8, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.instances);
    gl.bufferData(gl.ARRAY_BUFFER, Float32Array.from(data), gl.STREAM_DRAW);
    program.point("in_from", this.instances, 3, 44, 0, 1);
    program.point("in_to", this.instances, 3, 44, 12, 1);
    program.point("in_colour", this.instances, 4, 44, 24, 1);
    program.point("in_width", this.instances, 1, 44, 40, 1);
    gl.depthMask(false);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, edges.length);
    gl.depthMask(true);
    program.done();
  }

  // -- the small print --------------------------------------------------------------------------

  /** @param {Float32Array} data */
  buffer(data) {
    const { gl } = this;
    const made = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, made);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
    return made;
  }

  /** @param {Mesh} mesh */
  load(mesh) {
    const { gl } = this;
    const indices = gl.createBuffer();
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, indices);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, mesh.triangles, gl.STATIC_DRAW);
    return { vertices: this.buffer(mesh.vertices), indices, count: mesh.triangles.length };
  }

  /** Put a mesh that changes into the buffers for such. @param {Mesh} mesh */
  fill(mesh) {
    const { gl } = this;
    this.use(this.scratch);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, mesh.triangles, gl.STREAM_DRAW);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.scratch.vertices);
    gl.bufferData(gl.ARRAY_BUFFER, mesh.vertices, gl.STREAM_DRAW);
  }

  /** @param {{indices: WebGLBuffer | null}} mesh */
  use(mesh) {
    this.gl.bindBuffer(this.gl.ELEMENT_ARRAY_BUFFER, mesh.indices);
  }

  /** @param {Program} program @param {Uint8Array} ramp red, green and blue of each colour
   * @param {number} first value of the first colour */
  useRamp(program, ramp, first) {
    const { gl } = this;
    let texture = this.ramps.get(ramp);
    if (!texture) {
      texture = gl.createTexture();
      this.ramps.set(ramp, texture);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
      const size = ramp.length / 3;
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, size, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, ramp);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    }
    gl.bindTexture(gl.TEXTURE_2D, texture);
    const count = ramp.length / 3;
    program.set({ u_ramp_at: [first, (count - 1) / (1 - first), 1 / count] });
  }
}

/** @param {Form} form */
const shape = (form) => ({ u_form2: form.slice(0, 3), u_form1: form.slice(3) });

/** A program, with its uniforms and attributes by name. */
class Program {
  /** @param {WebGL2RenderingContext} gl @param {string} vertex @param {string} fragment */
  constructor(gl, vertex, fragment) {
    this.gl = gl;
    const program = gl.createProgram();
    for (const [kind, source] of /** @type {[number, string][]} */ ([
      [gl.VERTEX_SHADER, vertex],
      [gl.FRAGMENT_SHADER, fragment],
    ])) {
      const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) {
        throw new Error(gl.getShaderInfoLog(shader) ?? "a shader does not compile");
      }
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      throw new Error(gl.getProgramInfoLog(program) ?? "a program does not link");
    }
    this.program = program;
    /** @type {Map<string, {place: WebGLUniformLocation, type: number}>} */
    this.uniforms = new Map();
    const count = gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS);
    for (let i = 0; i < count; i++) {
      const found = gl.getActiveUniform(program, i);
      const place = found && gl.getUniformLocation(program, found.name);
      if (found && place) this.uniforms.set(found.name, { place, type: found.type });
    }
    /** @type {number[]} */
    this.pointed = [];
  }

  /** Set uniforms; those that a program does not use are passed over. @param {Record<string, Value>} values */
  set(values) {
    const { gl } = this;
    gl.useProgram(this.program);
    for (const [name, value] of Object.entries(values)) {
      const uniform = this.uniforms.get(name);
      if (!uniform) continue;
      const { place, type } = uniform;
      if (type === gl.FLOAT_MAT4)
        gl.uniformMatrix4fv(place, false, /** @type {number[]} */ (value));
      else if (type === gl.FLOAT_MAT3)
        gl.uniformMatrix3fv(place, false, /** @type {number[]} */ (value));
      else if (type === gl.FLOAT) gl.uniform1f(place, /** @type {number} */ (value));
      else if (type === gl.FLOAT_VEC2) gl.uniform2fv(place, /** @type {number[]} */ (value));
      else if (type === gl.FLOAT_VEC3) gl.uniform3fv(place, /** @type {number[]} */ (value));
      else if (type === gl.FLOAT_VEC4) gl.uniform4fv(place, /** @type {number[]} */ (value));
    }
  }

  /** Read an attribute from a buffer. @param {string} name @param {WebGLBuffer | null} buffer
   * @param {number} size @param {number} stride @param {number} offset in bytes
   * @param {number} [divisor] 1 for a value an instance */
  point(name, buffer, size, stride, offset, divisor = 0) {
    const { gl } = this;
    const place = gl.getAttribLocation(this.program, name);
    if (place < 0) return;
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, gl.FLOAT, false, stride, offset);
    gl.vertexAttribDivisor(place, divisor);
    this.pointed.push(place);
  }

  /** Leave the attributes as they were found. */
  done() {
    for (const place of this.pointed) {
      this.gl.disableVertexAttribArray(place);
      this.gl.vertexAttribDivisor(place, 0);
    }
    this.pointed = [];
  }
}
