/** The part of a recording that runs beside the page: it hands on what the microphone hears. */

const scope = /** @type {any} */ (globalThis);

scope.registerProcessor(
  "microphone",
  class extends scope.AudioWorkletProcessor {
    /** @param {Float32Array[][]} inputs */
    process(inputs) {
      const [channel] = inputs[0] ?? [];
      if (channel) this.port.postMessage(channel.slice());
      return true;
    }
  },
);
