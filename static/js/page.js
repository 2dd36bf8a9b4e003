// Small things every module uses.
export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

// One listener on the document for elements that match, also those added later.
export const on = (kind, selector, act) => document.addEventListener(kind, event => {
  const found = event.target.closest?.(selector);
  if (found) act(event, found);
});

// Words in the reader's language come with the page.
const words = JSON.parse($("meta[name=words]")?.content ?? "{}");
export const word = key => words[key] ?? key;

export const say = text => {
  const live = $("#live");
  live.textContent = "";
  setTimeout(() => { live.textContent = text; }, 50);
};

const sprite = $(".logo use")?.getAttribute("href")?.split("#")[0] ?? "";
export const icon = name => {
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
export const nodesOf = (html, id) => {
  const made = new DOMParser().parseFromString(html, "text/html");
  return [...((id && made.getElementById(id)) || made.body).childNodes];
};

const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });

// The last seven days read as "3 hours ago"; older dates stay as the server wrote them.
export const times = within => {
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
