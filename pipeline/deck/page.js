"use strict";
// The deck plays the clip of a slide and stops on its last frame. Two videos take turns: one is
// seen, the other has the next clip ready, so that nothing flashes in between.
addEventListener("DOMContentLoaded", () => {
  /**
   * What is shown before one goes on: a clip, or a page that begins as the hash `live` says.
   * @typedef {{clip: number, live?: string, title: string, captions: string[], remarks: string[],
   *   numbers: string[], frames: number, loops: boolean, speaks: boolean, poster: string, first?: string}} Slide
   */
  /** @type {(id: string) => HTMLElement} */
  const at = id => /** @type {HTMLElement} */ (document.getElementById(id));
  /** @type {{slides: Slide[], fps: number, words: Record<string, string> & {keys: [string[], string][]}}} */
  const { slides, fps, words } = JSON.parse(at("deck").textContent);
  const videos = [...document.querySelectorAll("video")];
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const byFinger = matchMedia("(pointer: coarse)");
  /** @type {Map<number, string>} */
  const addresses = new Map();
  const speaks = slides.some(slide => slide.speaks);
  let now = 0, front = 0, turn = 0, begun = false, spoken = false, typed = "";
  /** @type {Window | null} */
  let speaker = null;
  /** @type {number | null} */
  let started = null;
  // "waiting" for the first key, "playing", "paused", or "stopped" on the last frame
  let state = "waiting";

  // -- clips ------------------------------------------------------------------------------------

  /** @param {number} clip */
  function address(clip) {
    let known = addresses.get(clip);
    if (known === undefined) {
      const text = atob(at("clip-" + clip).textContent.trim()), bytes = new Uint8Array(text.length);
      for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
      known = URL.createObjectURL(new Blob([bytes], { type: "video/mp4" }));
      addresses.set(clip, known);
    }
    return known;
  }

  /** @param {HTMLVideoElement} video @param {Slide} slide */
  function load(video, slide) {
    if (slide.live !== undefined) return;
    if (video.dataset.clip === String(slide.clip)) return;
    video.dataset.clip = String(slide.clip);
    video.preload = "auto";
    video.src = address(slide.clip);
  }

  /** @type {(video: HTMLVideoElement, name: string) => Promise<unknown>} */
  const event = (video, name) => new Promise(done => {
    video.addEventListener(name, done, { once: true });
    video.addEventListener("error", done, { once: true });
    setTimeout(done, 2000);  // some phones load nothing before it is played
  });

  /** @param {HTMLVideoElement} video @param {number} seconds */
  async function seek(video, seconds) {
    if (video.readyState < 2) await event(video, "loadeddata");
    if (Math.abs(video.currentTime - seconds) < 1e-4) return;
    const arrived = event(video, "seeked");
    video.currentTime = seconds;
    await arrived;
  }

  // The middle of the last frame: a moment that no rounding puts into another frame.
  /** @type {(slide: Slide) => number} */
  const end = slide => (slide.frames - 0.5) / fps;

  // A page in the place of a clip: it begins as its hash says, each time that it is turned to.
  /** @param {Slide} slide */
  function live(slide) {
    const shows = slide.live !== undefined, frame = /** @type {HTMLIFrameElement} */ (at("live"));
    document.body.classList.toggle("live", shows);
    frame.hidden = !shows;
    if (!shows) { frame.removeAttribute("srcdoc"); return false; }
    const page = JSON.parse(at("page").textContent);
    frame.title = slide.captions[0];
    frame.srcdoc = page.replace('"hash":""}', `"hash":${JSON.stringify(slide.live)}}`);
    return true;
  }

  /** @param {number} to @param {"start" | "end" | "wait"} place */
  async function go(to, place) {
    const mine = ++turn, slide = slides[to], same = to === now && begun;
    if (live(slide)) {
      for (const video of videos) video.pause();
      now = to;
      begun = true;
      state = "stopped";
      show();
      if (now + 1 < slides.length) load(videos[1 - front], slides[now + 1]);
      return;
    }
    const video = videos[same ? front : 1 - front];
    const plays = place === "start" && (!still.matches || (spoken && slide.speaks));
    load(video, slide);
    await seek(video, place === "end" || (place === "start" && !plays) ? end(slide) : 0);
    if (mine !== turn) return;
    if (slide.first && video.readyState < 2) video.poster = slide.first;
    else video.removeAttribute("poster");
    video.loop = slide.loops;
    videos.forEach(one => { if (one !== video) one.pause(); one.classList.toggle("front", one === video); });
    front = videos.indexOf(video);
    now = to;
    begun = true;
    state = place === "wait" ? "waiting" : "stopped";
    if (place === "end") video.pause();
    show();
    if (plays) await play();
    if (mine === turn && now + 1 < slides.length) load(videos[1 - front], slides[now + 1]);
  }

  async function play() {
    const video = videos[front], mine = turn;
    started ??= performance.now();
    state = "playing";
    show();
    try { await video.play(); } catch { if (mine === turn) { state = "waiting"; show(); } }
  }

  for (const video of videos) {
    video.addEventListener("ended", () => {
      if (video === videos[front]) { state = "stopped"; show(); }
    });
  }

  // -- moving on --------------------------------------------------------------------------------

  // While a clip plays, the first press completes its picture; the next one goes on.
  function next() {
    const slide = slides[now];
    if (state === "waiting") still.matches ? go(now, "end") : play();
    else if ((state === "playing" || state === "paused") && !slide.loops) go(now, "end");
    else if (now + 1 < slides.length) go(now + 1, "start");
  }

  function previous() {
    if (now > 0) return go(now - 1, slides[now - 1].loops ? "start" : "end");
    return go(0, slides[0].loops ? "start" : "wait");
  }

  function pause() {
    const video = videos[front];
    if (state === "playing") { video.pause(); state = "paused"; show(); }
    else if (state === "paused" || state === "waiting") play();
  }

  // The voice on or off. Once asked for, it is heard from the beginning of its slide.
  function voice() {
    if (!speaks) return;
    spoken = !spoken;
    for (const video of videos) video.muted = !spoken;
    document.body.dataset.voice = spoken ? "on" : "off";
    at("to-voice").setAttribute("aria-pressed", String(spoken));
    if (spoken && slides[now].speaks && state !== "playing") go(now, "start");
  }

  /** @type {(to: number) => Promise<void>} */
  const jump = to => go(Math.min(Math.max(to, 0), slides.length - 1), slides[to]?.loops ? "start" : "end");

  // -- what is seen beside the picture ----------------------------------------------------------

  /** @template {keyof HTMLElementTagNameMap} T @param {T} name @param {string} [text]
   * @param {string} [className] @returns {HTMLElementTagNameMap[T]} */
  function element(name, text, className) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  /** @type {(slide: Slide) => HTMLElement[]} */
  const said = slide => [
    ...slide.captions.map(line => element("p", line)),
    ...slide.remarks.map(line => element("p", line, "remarks")),
    ...slide.numbers.map(line => element("p", line, "numbers")),
  ];

  function show() {
    const slide = slides[now], place = `${now + 1} / ${slides.length}`;
    at("begin").textContent = state === "waiting" ? (byFinger.matches ? words.tap : words.begin) : "";
    at("place").replaceChildren(element("b", String(now + 1)), ` / ${slides.length}`);
    at("place").title = slide.title;
    at("notes").replaceChildren(element("p", `${place} · ${slide.title}`, "title"), ...said(slide));
    at("heard").textContent = [slide.title, ...slide.captions].join(". ");
    videos.forEach(video => video.setAttribute("aria-hidden", String(video !== videos[front])));
    for (const [i, card] of cards.entries()) {
      if (i === now) card.setAttribute("aria-current", "true"); else card.removeAttribute("aria-current");
    }
    document.body.dataset.state = state;
    document.body.dataset.slide = String(now + 1);
    measure();
    tellSpeaker();
    try { history.replaceState(null, "", "#" + (now + 1)); } catch { /* a page in a frame */ }
  }

  function measure() {
    const video = videos[front], slide = slides[now];
    const done = state === "stopped" || slide.loops ? 1 : Math.min(1, video.currentTime * fps / slide.frames);
    pieces.forEach((piece, i) => piece.style.setProperty("--done", String(i < now ? 1 : i > now ? 0 : done)));
    if (state === "playing" && !slide.loops) requestAnimationFrame(measure);
  }

  const pieces = slides.map((slide, i) => {
    const piece = element("i", "", i && slides[i - 1].title !== slide.title ? "act" : "");
    at("progress").append(piece);
    return piece;
  });

  /** @type {HTMLOListElement | null} */
  let list = null;
  const cards = slides.map((slide, i) => {
    if (!list || slides[i - 1].title !== slide.title) {
      list = element("ol");
      at("overview").append(element("h2", slide.title), list);
    }
    const item = element("li", "", slide.live === undefined ? "" : "hand");
    const card = element("button"), image = element("img");
    image.src = slide.poster;
    image.alt = "";
    image.loading = "eager";
    const label = element("span");
    label.append(element("b", String(i + 1)), slide.captions.at(-1) ?? "");
    card.append(image, label);
    card.addEventListener("click", () => { overview(false); jump(i); });
    item.append(card);
    list.append(item);
    return card;
  });

  function overview(open = at("overview").hidden) {
    at("overview").hidden = !open;
    if (open) { cards[now].scrollIntoView({ block: "center" }); cards[now].focus(); }
    else cards[now].blur();
  }

  function notes() { at("notes").hidden = !at("notes").hidden; }
  function black() { at("black").hidden = !at("black").hidden; }
  const helped = /** @type {HTMLDialogElement} */ (at("help"));
  function help() { helped.open ? helped.close() : helped.showModal(); }

  function fullScreen() {
    if (document.fullscreenElement) return document.exitFullscreen();
    return document.documentElement.requestFullscreen?.().catch(() => {});
  }

  // -- a window for the speaker: what is said now, what comes next, how long it has been ----------

  function openSpeaker() {
    speaker = window.open("", "ridge-film-speaker", "width=960,height=640");
    if (!speaker) return;
    const page = speaker.document;
    page.title = words.speaker;
    page.head.replaceChildren(page.importNode(/** @type {Node} */ (document.querySelector("style")), true));
    page.body.className = "speaker";
    page.body.style.cssText = "display:block;padding:28px;font-size:26px;overflow:auto";
    speaker.onkeydown = keys;
    tellSpeaker();
  }

  function tellSpeaker() {
    if (!speaker || speaker.closed) return;
    const slide = slides[now], coming = slides[now + 1];
    /** @type {HTMLElement[]} */
    const parts = [];
    const clock = element("p", "", "title");
    clock.id = "clock";
    parts.push(clock, ...said(slide));
    if (coming) {
      const image = element("img");
      image.src = coming.poster;
      image.alt = "";
      image.style.cssText = "max-width:60vw;max-height:45vh;border-radius:8px;display:block;margin-top:8px";
      const label = element("p", `${words.coming}: ${coming.captions[0] ?? coming.title}`, "title");
      label.style.marginTop = "32px";
      parts.push(label, image);
    }
    const page = speaker.document;
    page.body.replaceChildren(...parts.map(part => page.importNode(part, true)));
    tick();
  }

  function tick() {
    const clock = speaker && !speaker.closed && speaker.document.getElementById("clock");
    if (!clock) return;
    const seconds = started === null ? 0 : Math.floor((performance.now() - started) / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    clock.textContent = `${now + 1} / ${slides.length} · ${slides[now].title} · ${time}`;
  }
  setInterval(tick, 1000);

  // -- keys, clicks and fingers -----------------------------------------------------------------

  /** @type {Record<string, () => unknown>} */
  const acts = {
    ArrowRight: next, ArrowDown: next, PageDown: next, " ": next, Enter: next, n: notes, c: notes,
    ArrowLeft: previous, ArrowUp: previous, PageUp: previous, Backspace: previous,
    Home: () => go(0, slides[0].loops ? "start" : "wait"), End: () => jump(slides.length - 1),
    r: () => go(now, "start"), p: pause, o: () => overview(), s: openSpeaker,
    v: voice, f: fullScreen, b: black, ".": black, "?": help, h: help,
  };

  /** @param {KeyboardEvent} pressed */
  function keys(pressed) {
    if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return;
    const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
    if (helped.open) { if (key === "?" || key === "h") help(); return; }
    if (!at("overview").hidden) {
      if (key === "Escape" || key === "o") overview(false);
      return;
    }
    if ((/** @type {Element | null} */ (pressed.target))?.closest?.("button") && (key === "Enter" || key === " ")) return;
    if (!at("black").hidden) { black(); pressed.preventDefault(); return; }
    if (/^[0-9]$/.test(key)) { typed += key; return; }
    if (key === "Enter" && typed) { const to = Number(typed) - 1; typed = ""; jump(to); return; }
    typed = "";
    if (key === "Escape") { at("notes").hidden = true; return; }
    if (Object.hasOwn(acts, key)) { pressed.preventDefault(); acts[key](); }
  }
  addEventListener("keydown", keys);

  // What a clicker sends while the live page has the keys.
  addEventListener("message", message => {
    const act = acts[message.data?.key], frame = /** @type {HTMLIFrameElement} */ (at("live"));
    if (message.source === frame.contentWindow && act) act();
  });

  /** @type {Touch | null} */
  let touched = null;
  at("stage").addEventListener("touchstart", touch => { touched = touch.changedTouches[0]; }, { passive: true });
  at("stage").addEventListener("click", click => {
    const tapped = touched !== null;
    touched = null;
    if (tapped && click.clientX < innerWidth / 3) previous(); else next();
  });
  at("stage").addEventListener("touchend", touch => {
    if (!touched) return;
    const across = touch.changedTouches[0].clientX - touched.clientX;
    const along = touch.changedTouches[0].clientY - touched.clientY;
    if (Math.abs(across) < 40 || Math.abs(across) < 2 * Math.abs(along)) return;
    touched = null;
    touch.preventDefault();
    if (across < 0) next(); else previous();
  });
  at("black").addEventListener("click", black);

  let resting = 0;
  function awake() {
    document.body.classList.remove("idle");
    clearTimeout(resting);
    resting = setTimeout(() => document.body.classList.add("idle"), 2500);
  }
  addEventListener("pointermove", awake);
  addEventListener("touchstart", awake, { passive: true });

  /** @type {Record<string, [() => unknown, string]>} */
  const buttons = {
    "to-previous": [previous, words.previous], "to-next": [next, words.next],
    "to-overview": [() => overview(true), words.overview], "to-notes": [notes, words.notes],
    "to-voice": [voice, words.voice], "to-full-screen": [fullScreen, words.full_screen], "to-help": [help, words.help],
  };
  for (const [id, [act, name]] of Object.entries(buttons)) {
    at(id).addEventListener("click", () => { act(); at(id).blur(); });
    at(id).title = name;
    at(id).setAttribute("aria-label", name);
  }
  at("to-full-screen").hidden = !document.fullscreenEnabled;
  at("to-voice").hidden = !speaks;

  const table = element("dl");
  for (const [names, meaning] of words.keys) {
    const term = element("dt");
    names.forEach((name, i) => { if (i) term.append(" "); term.append(element("kbd", name)); });
    table.append(term, element("dd", meaning));
  }
  at("help").append(element("h2", words.help), table);
  helped.addEventListener("click", () => helped.close());

  awake();
  const asked = Number(location.hash.slice(1));
  if (asked >= 1 && asked <= slides.length) jump(asked - 1);
  else go(0, slides[0].loops ? "start" : "wait");
});
