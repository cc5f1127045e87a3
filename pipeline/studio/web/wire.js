/** What goes between the page and the server: events come in, wishes go out. */

/** Hear events until the page is closed. @param {Record<string, (event: any) => void>} on by type;
 * `closed` when nobody answers */
export function hear(on) {
  const source = new EventSource("events");
  source.addEventListener("message", (message) => {
    const event = JSON.parse(message.data);
    on[event.type]?.(event);
  });
  source.addEventListener("open", () => on.connected?.({}));
  source.addEventListener("error", () => on.closed?.({}));
}

/** Ask for something; null where nobody answers. @param {string} path @param {object} body
 * @returns {Promise<Response | null>} */
export async function ask(path, body) {
  try {
    return await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    return null;
  }
}

/** Tells where the playhead is, one word at a time: while one is on its way, only the last counts. */
export class Messenger {
  #busy = false;
  /** @type {object | null} */
  #next = null;

  /** @param {object} body */
  async send(body) {
    this.#next = body;
    if (this.#busy) return;
    this.#busy = true;
    while (this.#next) {
      const now = this.#next;
      this.#next = null;
      await ask("playhead", now);
    }
    this.#busy = false;
  }
}
