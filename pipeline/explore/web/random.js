/**
 * numpy's `default_rng(seed)`: PCG64 seeded through SeedSequence, normals by the ziggurat. The same
 * seed draws the same data here and in Python.
 *
 * Sources: O'Neill (2014), HMC-CS-2014-0905 (PCG XSL-RR 128/64); Marsaglia & Tsang (2000), Journal of
 * Statistical Software 5(8); Doornik (2005), ZIGNOR, for the tables.
 */

const MASK64 = (1n << 64n) - 1n;
const MASK128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

/**
 * Spread a seed over 128 bits, as numpy's SeedSequence does, and draw 64-bit words from them.
 * @param {number} seed a whole number from 0 to 2^32 - 1
 * @param {number} count
 * @returns {bigint[]}
 */
function seedWords(seed, count) {
  let constant = 0x43b0d7e5;
  /** @param {number} value */
  const hashed = (value) => {
    value = (value ^ constant) >>> 0;
    constant = Math.imul(constant, 0x931e8875) >>> 0;
    value = Math.imul(value, constant) >>> 0;
    return (value ^ (value >>> 16)) >>> 0;
  };
  /** @param {number} x @param {number} y */
  const mixed = (x, y) => {
    const sum = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) >>> 0;
    return (sum ^ (sum >>> 16)) >>> 0;
  };
  const pool = [seed >>> 0, 0, 0, 0].map(hashed);
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) {
      if (from !== to) pool[to] = mixed(pool[to], hashed(pool[from]));
    }
  }
  let drawn = 0x8b51f9dd;
  /** @type {bigint[]} */
  const words = [];
  for (let i = 0; i < 2 * count; i++) {
    let word = (pool[i % 4] ^ drawn) >>> 0;
    drawn = Math.imul(drawn, 0x58f38ded) >>> 0;
    word = Math.imul(word, drawn) >>> 0;
    words.push(BigInt((word ^ (word >>> 16)) >>> 0));
  }
  return Array.from({ length: count }, (_, i) => words[2 * i] | (words[2 * i + 1] << 32n));
}

// The ziggurat's 256 layers: where the tail begins, the area of each, and its edges.
const TAIL = 3.654152885361009;
const AREA = 0.004928673233974655;
const LAYERS = layers();

function layers() {
  const whole = 2 ** 52;
  const density = (/** @type {number} */ x) => Math.exp(-0.5 * x * x);
  const inside = new Array(256);
  const width = new Float64Array(256);
  const height = new Float64Array(256);
  const base = AREA / density(TAIL);
  let edge = TAIL;
  let before = TAIL;
  inside[0] = BigInt(Math.floor((edge / base) * whole));
  inside[1] = 0n;
  width[0] = base / whole;
  width[255] = edge / whole;
  height[0] = 1;
  height[255] = density(edge);
  for (let i = 254; i >= 1; i--) {
    edge = Math.sqrt(-2 * Math.log(AREA / edge + density(edge)));
    inside[i + 1] = BigInt(Math.floor((edge / before) * whole));
    before = edge;
    height[i] = density(edge);
    width[i] = edge / whole;
  }
  return { inside, width, height };
}

/** A stream of random numbers from one seed. */
export class Random {
  /** @param {number} seed */
  constructor(seed) {
    const [high, low, stepHigh, stepLow] = seedWords(seed, 4);
    this.step = ((((stepHigh << 64n) | stepLow) << 1n) | 1n) & MASK128;
    this.state = this.step;
    this.state = (this.state + ((high << 64n) | low)) & MASK128;
    this.advance();
  }

  advance() {
    this.state = (this.state * MULTIPLIER + this.step) & MASK128;
  }

  /** The next 64 bits. */
  word() {
    this.advance();
    const turn = this.state >> 122n;
    const folded = ((this.state >> 64n) ^ this.state) & MASK64;
    return ((folded >> turn) | (folded << (64n - turn))) & MASK64;
  }

  /** Evenly distributed in [0, 1). */
  uniform() {
    return Number(this.word() >> 11n) / 2 ** 53;
  }

  /** Normally distributed, with mean 0 and variance 1. */
  normal() {
    for (;;) {
      const word = this.word();
      const layer = Number(word & 0xffn);
      const sign = (word >> 8n) & 1n;
      const place = (word >> 9n) & 0x000fffffffffffffn;
      const x = Number(place) * LAYERS.width[layer] * (sign ? -1 : 1);
      if (place < LAYERS.inside[layer]) return x;
      if (layer === 0) return this.tail((place >> 8n) & 1n);
      const { height } = LAYERS;
      const y = (height[layer - 1] - height[layer]) * this.uniform() + height[layer];
      if (y < Math.exp(-0.5 * x * x)) return x;
    }
  }

  /** @param {bigint} sign */
  tail(sign) {
    for (;;) {
      const beyond = -Math.log1p(-this.uniform()) / TAIL;
      const drop = -Math.log1p(-this.uniform());
      if (2 * drop > beyond * beyond) return sign ? -(TAIL + beyond) : TAIL + beyond;
    }
  }

  /** @param {number} count */
  normals(count) {
    return Float64Array.from({ length: count }, () => this.normal());
  }
}
