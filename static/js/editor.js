// The Markdown toolbar, its shortcuts and the preview the server renders.
const { $$, icon, nodesOf, say, word } = globalThis.commonplace;

// name, icon, before, after, shortcut; a `line` act puts its sign before every chosen line.
const acts = [
  ["bold", "bold", "**", "**", "b"], ["italic", "italic", "_", "_", "i"], ["link", "link", "[", "](https://)", "k"],
  ["heading", "heading", "## ", null], ["quote", "quote", "> ", null], ["list", "list", "- ", null],
  ["numbers", "numbers", "1. ", null], ["code", "code", "`", "`", "e"], ["tasks", "tasks", "- [ ] ", null],
];

// What stands in a line of its own, with the words that are chosen at first.
const blocks = [
  ["table", "table", "| ", "…", " |  |\n|---|---|\n|  |  |"],
  ["callout", "info", "> [!NOTE]\n> ", "…", ""],
  ["definition", "book", "", "…", "\n: "],
];

// With Ctrl and Shift; by the key and not its sign, which is another one on every keyboard.
const shifted = { Digit7: "numbers", Digit8: "list", Digit9: "quote" };

const insert = (area, text) => {
  area.focus();
  // Only this call keeps the browser's undo; it is old, but it works everywhere.
  if (!document.execCommand?.("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

const apply = (area, before, after) => {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  if (after === null) {
    const first = value.lastIndexOf("\n", start - 1) + 1;
    area.setSelectionRange(first, end);
    insert(area, value.slice(first, end).split("\n").map(line => before + line).join("\n"));
    return;
  }
  insert(area, before + chosen + after);
  const at = start + before.length;
  area.setSelectionRange(at, at + chosen.length);
};

const addBlock = (area, before, words, after) => {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end) || words;
  const above = value.slice(0, start);
  const gap = !above || above.endsWith("\n\n") ? "" : above.endsWith("\n") ? "\n" : "\n\n";
  insert(area, `${gap}${before}${chosen}${after}\n\n`);
  const at = start + gap.length + before.length;
  area.setSelectionRange(at, at + chosen.length);
};

// A note has the next free number; its words stand at the end of the text.
const addFootnote = area => {
  const number = 1 + Math.max(0, ...[...area.value.matchAll(/\[\^(\d{1,4})\]/g)].map(found => Number(found[1])));
  insert(area, `[^${number}]`);
  area.setSelectionRange(area.value.length, area.value.length);
  insert(area, `${area.value.endsWith("\n") ? "\n" : "\n\n"}[^${number}]: `);
};

const toolButton = (name, symbol, act, key) => {
  const button = document.createElement("button");
  button.type = "button";
  button.title = word(name) + (key ? ` (Ctrl+${key})` : "");
  button.setAttribute("aria-label", word(name));
  button.append(icon(symbol));
  button.addEventListener("click", act);
  return button;
};

const toolbar = (box, area) => {
  const bar = document.createElement("div");
  bar.className = "bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", word("formatting"));
  bar.setAttribute("aria-controls", area.id);
  for (const [name, symbol, before, after, key] of acts) {
    const digit = Object.keys(shifted).find(code => shifted[code] === name)?.at(-1);
    bar.append(toolButton(name, symbol, () => apply(area, before, after), key?.toUpperCase() ?? (digit && `Shift+${digit}`)));
  }
  for (const [name, symbol, before, words, after] of blocks) bar.append(toolButton(name, symbol, () => addBlock(area, before, words, after)));
  bar.append(toolButton("footnote", "footnote", () => addFootnote(area)));
  if (box.dataset.previewUrl) bar.append(previewButton(box, area));
  $$("button", bar).forEach((button, at) => { button.tabIndex = at ? -1 : 0; });
  bar.addEventListener("keydown", event => {
    const buttons = $$("button", bar);
    const at = buttons.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = buttons[(to + buttons.length) % buttons.length];
    buttons[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  return bar;
};

const previewButton = (box, area) => {
  const pane = document.createElement("div");
  pane.className = "preview prose";
  pane.setAttribute("role", "region");
  pane.setAttribute("aria-label", word("preview"));
  pane.tabIndex = 0;
  pane.hidden = true;
  box.append(pane);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "words";
  button.textContent = word("preview");
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", async () => {
    if (!pane.hidden) {
      pane.hidden = true;
      area.hidden = false;
      button.setAttribute("aria-pressed", "false");
      area.focus();
      return;
    }
    try {
      const answer = await fetch(box.dataset.previewUrl, { method: "POST", headers: { "X-Fragment": "preview" }, body: new URLSearchParams({ text: area.value }) });
      if (!answer.ok) throw new TypeError(answer.statusText);
      pane.replaceChildren(...nodesOf(await answer.text(), "preview"));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      pane.textContent = word("offline");
    }
    pane.hidden = false;
    area.hidden = true;
    button.setAttribute("aria-pressed", "true");
    say(word("preview"));
  });
  return button;
};

if ($$("form[action='/sign-out']").length) import("./mentions.js");
for (const box of $$("[data-editor]")) {
  const area = box.querySelector("textarea");
  box.prepend(toolbar(box, area));
  area.addEventListener("keydown", event => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.key === "Enter") { event.preventDefault(); area.form?.requestSubmit(); return; }
    const act = acts.find(([, , , , key]) => key === event.key.toLowerCase());
    const other = event.shiftKey && acts.find(([name]) => name === shifted[event.code]);
    if (other) { event.preventDefault(); apply(area, other[2], other[3]); return; }
    if (act && !event.shiftKey) { event.preventDefault(); apply(area, act[2], act[3]); }
  });
  area.addEventListener("paste", event => {
    const text = event.clipboardData?.getData("text/plain").trim() ?? "";
    const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
    if (!chosen || /^https?:/.test(chosen) || !/^https?:\/\/\S+$/.test(text)) return;
    event.preventDefault();
    insert(area, `[${chosen}](${text})`);
  });
}
