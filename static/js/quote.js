// Select words in a post, press "Quote": they go into the answer with a link to where they came from.
const { $, icon, on, word } = globalThis.commonplace;

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

const append = (area, text) => {
  area.value += (area.value && !area.value.endsWith("\n\n") ? "\n\n" : "") + text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
};

// Without this the form goes to the server for the quotation and comes back with it.
on("click", "button[data-quote-post]", async (event, pressed) => {
  event.preventDefault();
  const answer = await fetch(pressed.dataset.quotePost).catch(() => null);
  if (answer?.ok) append($("[data-quote-into]"), (await answer.json()).text); else pressed.form.requestSubmit(pressed);
});

button.addEventListener("mousedown", event => event.preventDefault());
button.addEventListener("click", () => {
  const area = $("[data-quote-into]");
  // The same form as base/text/quoting.py: the source first, then the words.
  const plain = text => text.replace(/([\\[\]*_`<>])/g, "\\$1");
  const lines = quoted.text.split(/\n+/).map(line => `> ${plain(line)}`).join("\n>\n");
  const { pathname, hash } = new URL(quoted.url, location.href);
  getSelection().removeAllRanges();
  append(area, `> [${plain(quoted.name)}](${pathname}${hash})\n>\n${lines}\n\n`);
});
