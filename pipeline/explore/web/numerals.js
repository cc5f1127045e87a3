/**
 * Numbers as a reader expects them, as the film writes them: few digits, a true minus sign, powers of
 * ten where they help.
 */

/** @typedef {{point: string, thousands: string}} Numerals */

/** @type {Numerals} */
let used = { point: ".", thousands: "," };

/** Use the signs of a language. @param {Numerals} numerals */
export function writeNumbers(numerals) {
  used = numerals;
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @param {number} exponent */
export function powerOfTen(exponent) {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]);
  return `10${exponent < 0 ? "⁻" : ""}${digits.join("")}`;
}

/** So many decimals. @param {number} value @param {number} decimals */
export function plain(value, decimals) {
  const text = Math.abs(value).toFixed(decimals);
  const sign = value < 0 && Number(text) !== 0 ? "−" : "";
  return sign + text.replace(".", used.point);
}

/** A whole number, its thousands set apart. @param {number} count */
export const whole = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, used.thousands);

/** A number to so many significant digits. @param {number} value @param {number} [digits] */
export function number(value, digits = 3) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const magnitude = Number(exponent);
  if (magnitude >= -3 && magnitude < 4) return plain(value, Math.max(0, digits - 1 - magnitude));
  return `${plain(Number(mantissa), digits - 1)} × ${powerOfTen(magnitude)}`;
}

/** A number as a person types it. @param {string} text @returns {number} NaN if it is none */
export function readNumber(text) {
  const tidy = text.trim().replace(/−/g, "-").replace(used.point, ".");
  return tidy === "" ? Number.NaN : Number(tidy);
}

/** @typedef {{values: number[], labels: string[], unit: string}} Ticks */

/** Ticks at multiples of 1, 2 or 5 times a power of ten, at least two.
 * @param {number} low @param {number} high @param {number} [about] @returns {Ticks} */
export function niceTicks(low, high, about = 4) {
  let step = 1;
  let [first, last] = [0, 0];
  for (let count = about; count < about + 4; count++) {
    step = niceStep((high - low) / count);
    first = Math.ceil(low / step - 1e-9);
    last = Math.floor(high / step + 1e-9);
    if (last > first) break;
  }
  const values = Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
  const size = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high))));
  const exponent = size >= -3 && size < 4 && step >= 1e-3 ? 0 : 3 * Math.floor(size / 3);
  const decimals = Math.max(0, -Math.floor(Math.log10(step / 10 ** exponent) + 1e-9));
  return {
    values,
    labels: values.map((value) => plain(value / 10 ** exponent, decimals)),
    unit: exponent ? ` / ${powerOfTen(exponent)}` : "",
  };
}

/** @param {number} step */
function niceStep(step) {
  const power = 10 ** Math.floor(Math.log10(step));
  const off = (/** @type {number} */ nice) => Math.abs(Math.log(step / (nice * power)));
  return power * [1, 2, 5, 10].reduce((best, nice) => (off(nice) < off(best) ? nice : best));
}

/** A correlation to three decimals, or as many as tell it from 1.
 * @param {number} rho @param {boolean} exact whether it is 1 or −1, whatever rounding left of it */
export function correlationLabel(rho, exact) {
  if (exact) return rho > 0 ? "1" : "−1";
  for (let decimals = 3; decimals < 7; decimals++) {
    if (Math.abs(Number(rho.toFixed(decimals))) < 1) return plain(rho, decimals);
  }
  const gap = number(1 - Math.abs(rho), 1);
  return rho > 0 ? `1 − ${gap}` : `−1 + ${gap}`;
}
