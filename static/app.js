// Comfort for every page; all of them work without it. Bigger parts are fetched only where they are used.

// Small things that the parts below js/ use, too.
const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

// One listener on the document for elements that match, also those added later.
const on = (kind, selector, act) => document.addEventListener(kind, event => {
  const found = event.target.closest?.(selector);
  if (found) act(event, found);
});

// Words in the reader's language come with the page.
const words = JSON.parse($("meta[name=words]")?.content ?? "{}");
const word = key => words[key] ?? key;

const say = text => {
  const live = $("#live");
  live.textContent = "";
  setTimeout(() => { live.textContent = text; }, 50);
};

const sprite = $(".logo use")?.getAttribute("href")?.split("#")[0] ?? "";
const icon = name => {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  picture.setAttribute("class", "i");
  picture.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${sprite}#i-${name}`);
  picture.append(use);
  return picture;
};

// Server-escaped HTML of our own origin becomes nodes in a document that runs no scripts.
const nodesOf = (html, id) => {
  const made = new DOMParser().parseFromString(html, "text/html");
  return [...((id && made.getElementById(id)) || made.body).childNodes];
};

const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });

// The last seven days read as "3 hours ago"; older dates stay as the server wrote them.
const times = within => {
  for (const one of $$("time[datetime]", within)) {
    const at = new Date(one.dateTime);
    const seconds = (at - Date.now()) / 1000;
    if (Number.isNaN(seconds) || !one.dateTime.includes("T")) continue;
    one.title = at.toLocaleString();
    if (Math.abs(seconds) > 7 * 86400) continue;
    const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ["minute", 60];
    one.textContent = relative.format(Math.round(seconds / size), unit);
  }
};
// Not a module of its own, which would be one more request before anything is alive.
globalThis.commonplace = { $, $$, icon, nodesOf, on, say, times, word };

const root = document.documentElement;

on("click", "[data-theme-toggle]", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* It then holds for this page only. */ }
});

document.addEventListener("keydown", event => {
  if (event.key === "Escape") {
    const open = $("details.drop[open]");
    if (open) { open.open = false; $("summary", open).focus(); }
  }
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = $$("[data-main-search]").find(one => one.checkVisibility?.() ?? true);
  if (box) { event.preventDefault(); box.focus(); box.select(); }
});

document.addEventListener("click", event => {
  for (const open of $$("details.drop[open]")) if (!open.contains(event.target)) open.open = false;
});

// A field that the browser refuses may be folded away.
document.addEventListener("invalid", event => event.target.closest("details")?.setAttribute("open", ""), true);

on("click", "[data-copy]", async (event, button) => {
  event.preventDefault();
  const url = new URL(button.dataset.copy, location.href).href;
  try { await navigator.clipboard.writeText(url); say(word("copied")); } catch { say(url); }
});

// A destructive button asks first, in a dialog that names the act again.
on("click", "button[data-confirm]", (event, button) => {
  if (button.dataset.sure) { delete button.dataset.sure; return; }
  event.preventDefault();
  const dialog = document.createElement("dialog");
  const text = document.createElement("p");
  text.id = "ask-first";
  text.textContent = button.dataset.confirm;
  const row = document.createElement("form");
  row.method = "dialog";
  row.className = "actions";
  const yes = document.createElement("button");
  yes.className = "btn danger";
  yes.value = "yes";
  yes.textContent = button.textContent.trim();
  const no = document.createElement("button");
  no.className = "btn quiet";
  no.autofocus = true;
  no.textContent = word("cancel");
  row.append(yes, no);
  dialog.setAttribute("aria-labelledby", text.id);
  dialog.append(text, row);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") { button.focus(); return; }
    button.dataset.sure = "yes";
    button.click();
  });
  document.body.append(dialog);
  dialog.showModal();
});

// That a result was opened is counted, without saying by whom.
on("click", "a[data-ping]", (event, link) => navigator.sendBeacon?.(link.dataset.ping));

// What was kept in this browser does not outlive the session: wards share machines.
on("submit", "form[action='/sign-out']", () => {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key);
    localStorage.removeItem("searches");
  } catch { /* Nothing could be kept, so nothing is left. */ }
});
// A session may also end by itself: where nobody is signed in, nobody's searches are left either.
if (!$("form[action='/sign-out']")) try { localStorage.removeItem("searches"); } catch { /* As above. */ }

for (const place of $$("[data-countdown]")) {
  let left = Number(place.dataset.countdown);
  const tick = setInterval(() => {
    left -= 1;
    place.textContent = left > 0 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "";
    if (left <= 0) clearInterval(tick);
  }, 1000);
}

for (const field of $$("[data-words]")) {
  const told = field.insertAdjacentElement("afterend", Object.assign(document.createElement("p"), { className: "saved" }));
  const count = () => { told.textContent = `${field.value.trim().split(/\s+/).filter(Boolean).length} / ${field.dataset.words}`; };
  field.addEventListener("input", count);
  count();
}

if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 62rem)").matches) {
  for (const filters of $$("[data-open-wide]")) filters.open = true;
}

if ("IntersectionObserver" in window && $(".toc a")) {
  const links = new Map($$(".toc a").map(link => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver(entries => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const [id, link] of links) link.classList.toggle("here", id === entry.target.id);
    }
  }, { rootMargin: "-10% 0px -75% 0px" });
  for (const id of links.keys()) { const part = document.getElementById(id); if (part) seen.observe(part); }
}

times(document);
for (const box of $$(".prose table, .table-wrap, pre")) if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
$("[data-focus]")?.focus();
addEventListener("focusin", event => {
  if (event.target.matches?.("[data-suggest-url]:not([role])")) import("./js/suggest.js").then(part => part.start(event.target, true));
});
if ($("[data-unread]") && "EventSource" in window) import("./js/inbox.js");
const parts = { "[data-live]": "live", "[data-editor]": "editor", "form[data-draft-url]": "drafts", "[data-quote-into]": "quote", "[data-reading-url]": "reading", "[data-rows]": "rows", "form[data-progress]": "progress", "[data-wait]": "wait", "[data-templates]": "template" };
const wanted = Object.entries(parts).filter(([where]) => $(where)).map(([, name]) => import(`./js/${name}.js`));
// Files put a button into the toolbar, which has to be there first.
if ($("fieldset[data-files]")) wanted.push(Promise.all(wanted).then(() => import("./js/files.js")));
Promise.all(wanted).then(() => { root.dataset.ready = ""; });  // for whoever drives the page by a program
if ($("[data-suggest-url]:focus")) import("./js/suggest.js").then(part => part.start(document.activeElement));
