/**
 * What can be chosen: a form made of the options of the film, and the command that they are.
 *
 * @typedef {object} Choice
 * @property {string} name @property {string} flag @property {string} help @property {string} metavar
 * @property {"choice" | "flag" | "file" | "names" | "several" | "text"} kind
 * @property {string | number | null} default
 * @property {string | boolean | string[] | null} value
 * @property {string[]} [values] what there is to choose from
 */

/** Which options stand together, in this order; all others come last. @type {[string, string[]][]} */
const GROUPS = [
  ["Look", ["theme", "aspect", "lang", "captions", "quality", "size", "fps"]],
  ["Data", ["data", "features", "response", "adjust_for", "sheet", "decimal", "drop_missing"]],
  ["Story", ["lam", "labels", "words", "title", "author"]],
];
/** So many values are shown side by side. */
const SIDE_BY_SIDE = 4;

/** @param {HTMLFormElement} form @param {Choice[]} choices @param {string[]} notes
 * @param {(changes: Record<string, unknown>) => void} choose */
export function fill(form, choices, notes, choose) {
  const open = new Set([...form.querySelectorAll("details[open]")].map((one) => one.id));
  const focused = document.activeElement?.id;
  const named = new Map(choices.map((choice) => [choice.name, choice]));
  const known = GROUPS.flatMap(([, names]) => names);
  const rest = choices.filter(({ name }) => !known.includes(name)).map(({ name }) => name);
  const first = !form.childElementCount;
  form.replaceChildren(
    .../** @type {[string, string[]][]} */ ([...GROUPS, ["More", rest]]).map(([title, names]) => {
      const group = document.createElement("details");
      group.id = `group-${title}`;
      group.open = first ? title !== "More" : open.has(group.id);
      const summary = document.createElement("summary");
      summary.textContent = title;
      const there = names.flatMap((name) => named.get(name) ?? []);
      group.append(summary, ...there.map((choice) => row(choice, choose)));
      if (title === "Data") group.append(...notes.map(noted));
      group.hidden = !there.length;
      return group;
    }),
  );
  if (focused) document.getElementById(focused)?.focus();
}

/** @param {string} note */
function noted(note) {
  const line = document.createElement("p");
  line.className = "note";
  line.textContent = note;
  return line;
}

/** @param {Choice} choice @param {(changes: Record<string, unknown>) => void} choose */
function row(choice, choose) {
  const label = document.createElement("label");
  label.className = "row";
  label.title = choice.help;
  const name = document.createElement("span");
  name.textContent = choice.flag.replace(/^--/, "").replaceAll("-", " ");
  label.append(
    name,
    control(choice, (value) => choose(changed(choice, value))),
  );
  return label;
}

/** What follows from a change: with another file, other columns. @param {Choice} choice
 * @param {unknown} value @returns {Record<string, unknown>} */
function changed(choice, value) {
  const change = { [choice.name]: value };
  if (choice.name !== "data") return change;
  return { ...change, features: null, response: null, adjust_for: null, sheet: null, labels: null };
}

/** @param {Choice} choice @param {(value: unknown) => void} set @returns {HTMLElement} */
function control(choice, set) {
  const values = choice.values ?? [];
  const chosen = choice.value ?? choice.default;
  if (choice.kind === "flag") {
    const box = input(choice, "checkbox");
    box.checked = choice.value === true;
    box.addEventListener("change", () => set(box.checked));
    return box;
  }
  if (choice.kind === "choice" && values.length <= SIDE_BY_SIDE && choice.default !== null) {
    const set_ = document.createElement("span");
    set_.className = "side";
    set_.setAttribute("role", "group");
    set_.append(
      ...values.map((value) => {
        const button = document.createElement("button");
        button.type = "button";
        button.id = `choice-${choice.name}-${value}`;
        button.textContent = value;
        button.setAttribute("aria-pressed", String(value === chosen));
        button.addEventListener("click", () => set(value === choice.default ? null : value));
        return button;
      }),
    );
    return set_;
  }
  if (choice.name === "features" && values.length) {
    const both = document.createElement("span");
    both.className = "both";
    const [a, b] = listed(typeof choice.value === "string" ? choice.value : "");
    const selects = [a, b].map((one, i) => select(`${choice.name}-${i}`, values, one ?? "", "–"));
    const both_ = () => {
      const names = selects.map((one) => one.value).filter(Boolean);
      if (names.length !== 1) set(names.length ? names.map(quoted).join(",") : null);
    };
    for (const one of selects) one.addEventListener("change", both_);
    both.append(...selects);
    return both;
  }
  const single = ["choice", "file", "text"].includes(choice.kind);
  if (single && (values.length || choice.kind === "choice")) {
    const none = choice.default ?? (choice.name === "data" ? "built-in" : "–");
    const one = select(choice.name, values, typeof chosen === "string" ? chosen : "", String(none));
    one.addEventListener("change", () => set(one.value || null));
    return one;
  }
  if (choice.kind === "several") {
    const area = document.createElement("textarea");
    area.id = `choice-${choice.name}`;
    area.rows = 2;
    area.placeholder = choice.metavar;
    area.value = Array.isArray(choice.value) ? choice.value.join("\n") : "";
    area.addEventListener("change", () => {
      const lines = area.value.split("\n").filter((line) => line.trim());
      set(lines.length ? lines : null);
    });
    return area;
  }
  const text = input(choice, "text");
  text.placeholder = String(choice.default ?? choice.metavar);
  text.value = typeof choice.value === "string" ? choice.value : "";
  text.addEventListener("change", () => set(text.value.trim() || null));
  return text;
}

/** @param {Choice} choice @param {string} type */
function input(choice, type) {
  const made = document.createElement("input");
  made.type = type;
  made.id = `choice-${choice.name}`;
  made.autocomplete = "off";
  made.spellcheck = false;
  return made;
}

/** @param {string} name @param {string[]} values @param {string} chosen @param {string} none */
function select(name, values, chosen, none) {
  const made = document.createElement("select");
  made.id = `choice-${name}`;
  const all = chosen && !values.includes(chosen) ? [chosen, ...values] : values;
  const options = all.includes(none) ? all : ["", ...all];
  made.append(...options.map((value) => new Option(value || none, value, false, value === chosen)));
  return made;
}

/** Names as they are listed in an option: with commas between, quoted where need be.
 * @param {string} text @returns {string[]} */
export function listed(text) {
  const names = [];
  for (const [, inQuotes, plain] of text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)) {
    if (inQuotes !== undefined) names.push(inQuotes.replaceAll('""', '"'));
    else if (plain) names.push(plain.trim());
  }
  return names;
}

/** @param {string} name */
export function quoted(name) {
  return /[",\n]|^\s|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/** The command that makes the film in full. @param {string[]} words @param {string} verb */
export function command(words, verb = "film") {
  const kept = [...words];
  const draft = kept.findIndex((word, i) => word === "--quality" && kept[i + 1] === "draft");
  if (draft >= 0) kept.splice(draft, 2);
  return ["python", "render.py", verb, ...kept].map(shell).join(" ");
}

/** @param {string} word as a shell takes it */
function shell(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
