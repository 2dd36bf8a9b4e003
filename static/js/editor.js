// The Markdown toolbar, its shortcuts and the preview the server renders.
import { $$, icon, nodesOf, say, word } from "./page.js";

// name, icon, before, after, shortcut; a `line` act puts its sign before every chosen line.
const acts = [
  ["bold", "bold", "**", "**", "b"], ["italic", "italic", "_", "_", "i"], ["link", "link", "[", "](https://)", "k"],
  ["heading", "heading", "## ", null], ["quote", "quote", "> ", null], ["list", "list", "- ", null],
  ["numbers", "numbers", "1. ", null], ["code", "code", "`", "`", "e"],
];

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

const toolbar = (box, area) => {
  const bar = document.createElement("div");
  bar.className = "bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", word("formatting"));
  bar.setAttribute("aria-controls", area.id);
  for (const [name, symbol, before, after, key] of acts) {
    const button = document.createElement("button");
    button.type = "button";
    button.title = word(name) + (key ? ` (Ctrl+${key.toUpperCase()})` : "");
    button.setAttribute("aria-label", word(name));
    button.append(icon(symbol));
    button.addEventListener("click", () => apply(area, before, after));
    bar.append(button);
  }
  if (box.dataset.previewUrl) bar.append(previewButton(box, area));
  const buttons = $$("button", bar);
  buttons.forEach((button, at) => { button.tabIndex = at ? -1 : 0; });
  bar.addEventListener("keydown", event => {
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
