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
  // The same form as base/text/quoting.py: the source first, then the words.
  const plain = text => text.replace(/([\\[\]*_`<>])/g, "\\$1");
  const lines = quoted.text.split(/\n+/).map(line => `> ${plain(line)}`).join("\n>\n");
  const { pathname, hash } = new URL(quoted.url, location.href);
  const gap = area.value && !area.value.endsWith("\n\n") ? "\n\n" : "";
  area.value += `${gap}> [${plain(quoted.name)}](${pathname}${hash})\n>\n${lines}\n\n`;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  getSelection().removeAllRanges();
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
});
