// Select words in a post, press "Quote": they go into the answer with a link to where they came from.
import { $, icon, word } from "./page.js";

const button = document.createElement("button");
button.type = "button";
button.className = "btn sm quote-now";
button.hidden = true;
button.append(icon("quote"), word("quote_this"));
document.body.append(button);

let quoted = null;

document.addEventListener("selectionchange", () => {
  const chosen = getSelection();
  const at = chosen?.rangeCount && !chosen.isCollapsed ? chosen.getRangeAt(0) : null;
  const holder = at?.commonAncestorContainer;
  const body = (holder?.nodeType === Node.TEXT_NODE ? holder.parentElement : holder)?.closest?.("[data-quotable]");
  const post = body?.closest("[data-quote-url]");
  const text = chosen?.toString().trim();
  quoted = post && text && $("[data-quote-into]") ? { text, url: post.dataset.quoteUrl, name: post.dataset.quoteName } : null;
  button.hidden = !quoted;
  if (!quoted) return;
  const box = at.getBoundingClientRect();
  button.style.left = `${Math.max(8, Math.min(box.left + scrollX, innerWidth - 120))}px`;
  button.style.top = `${box.bottom + scrollY + 8}px`;
});

button.addEventListener("mousedown", event => event.preventDefault());
button.addEventListener("click", () => {
  const area = $("[data-quote-into]");
  const lines = quoted.text.split(/\n+/).map(line => `> ${line}`).join("\n>\n");
  const name = quoted.name.replace(/([\\[\]*_`<>])/g, "\\$1");
  const gap = area.value && !area.value.endsWith("\n\n") ? "\n\n" : "";
  area.value += `${gap}${lines}\n>\n> — [${name}](${new URL(quoted.url, location.href).pathname}${new URL(quoted.url, location.href).hash})\n\n`;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  getSelection().removeAllRanges();
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
});
