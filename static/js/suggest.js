// Suggestions below a search box: an ARIA combobox with a listbox. An empty box offers what one searched before.
const { $, say, word } = globalThis.commonplace;

let made = 0;

// One's own searches stay in this browser, and only while one is signed in: wards share machines.
const KEPT = 5;
const mine = () => Boolean($("form[action='/sign-out']"));
const recent = () => {
  try { return mine() ? JSON.parse(localStorage.getItem("searches") ?? "[]").filter(one => typeof one === "string") : []; } catch { return []; }
};
const keep = text => {
  const asked = text.trim().slice(0, 200);
  if (!asked || !mine()) return;
  try { localStorage.setItem("searches", JSON.stringify([asked, ...recent().filter(one => one !== asked)].slice(0, KEPT))); } catch { /* It is not remembered, then. */ }
};
const forget = () => {
  try { localStorage.removeItem("searches"); } catch { /* Nothing was kept. */ }
};

// `asked`: somebody went to the box by themselves; one that has the focus as the page opens stays closed.
export const start = (input, asked) => {
  if (input.getAttribute("role")) return;
  const list = document.createElement("ul");
  list.id = `suggestions-${made += 1}`;
  list.className = "suggest";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", word("suggestions"));
  list.hidden = true;
  input.form.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off" })) input.setAttribute(name, value);

  let items = [];
  let chosen = -1;
  let timer;
  let running;
  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = next => {
    chosen = next;
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === chosen)));
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else { input.setAttribute("aria-activedescendant", list.children[chosen].id); list.children[chosen].scrollIntoView({ block: "nearest" }); }
  };
  const pick = at => {
    const item = items[at];
    close();
    if (item.forget) { forget(); say(word("forgotten")); return; }
    if (item.url?.startsWith("/") && !item.url.startsWith("//")) { location.assign(item.url); return; }
    input.value = item.text;
    input.form.requestSubmit();
  };
  const show = found => {
    items = found;
    list.replaceChildren(...items.map((item, at) => {
      const row = document.createElement("li");
      row.id = `${list.id}-${at}`;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      row.append(Object.assign(document.createElement("span"), { textContent: item.text }));
      if (item.kind) row.append(Object.assign(document.createElement("span"), { className: `eyebrow k-${item.kind}`, textContent: word(item.kind) }));
      row.addEventListener("mousedown", event => { event.preventDefault(); pick(at); });
      return row;
    }));
    chosen = -1;
    list.hidden = !items.length;
    input.setAttribute("aria-expanded", String(items.length > 0));
    say(items.length ? `${items.length} ${word("suggestions")}` : word("none"));
  };
  const before = () => {
    const found = recent();
    if (found.length) show([...found.map(text => ({ text, kind: "recent" })), { text: word("forget"), forget: true }]);
    else close();
  };
  const load = async () => {
    const asked = input.value.trim();
    running?.abort();
    if (!asked) { before(); return; }
    if (asked.length < 2) { close(); return; }
    running = new AbortController();
    try {
      const answer = await fetch(`${input.dataset.suggestUrl}?q=${encodeURIComponent(asked)}`, { headers: { Accept: "application/json" }, signal: running.signal });
      if (answer.ok) show((await answer.json()).suggestions.slice(0, 8));
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(load, 130); });
  input.addEventListener("blur", () => { clearTimeout(timer); running?.abort(); close(); });
  input.addEventListener("focus", () => { if (!input.value.trim()) before(); });
  input.form.addEventListener("submit", () => keep(input.value));
  input.addEventListener("keydown", event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && list.hidden) { event.preventDefault(); load(); }
    else if (step) { event.preventDefault(); mark((chosen + 1 + step + items.length + 1) % (items.length + 1) - 1); }
    else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); pick(chosen); }
    else if (event.key === "Escape" && !list.hidden) { event.preventDefault(); event.stopPropagation(); close(); }
  });
  // Whoever typed before this module arrived is not left waiting.
  if (input.value !== input.defaultValue) load();
  else if (asked && !input.value && document.activeElement === input) before();
};
