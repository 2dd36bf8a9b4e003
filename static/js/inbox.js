// The count of the inbox follows what happens: one connection for a whole browser, only while somebody looks.
const { $$ } = globalThis.commonplace;

const title = document.title;
const others = "BroadcastChannel" in window ? new BroadcastChannel("inbox") : null;
let newest;
let source = null;
let release = null;
let wait = 2000;
let retry;

const entitle = (unread, words) => { document.title = unread ? `(${words}) ${title}` : title; };
const show = ({ unread, more, newest: last }) => {
  const words = more ? "99+" : String(unread);
  for (const place of $$("[data-unread]")) {
    place.hidden = !unread;
    const number = place.querySelector("span:not(.vh)");
    if (number) number.textContent = words;
  }
  entitle(unread, words);
  // Somebody who reads the inbox is not moved away; they are told that there is more.
  if (newest !== undefined && last > newest) for (const link of $$("[data-inbox-fresh]")) link.hidden = false;
  newest = Math.max(newest ?? 0, last);
};

const close = () => {
  clearTimeout(retry);
  source?.close();
  source = null;
  release?.();
  release = null;
};

const open = () => {
  source = new EventSource("/inbox/events");
  source.addEventListener("unread", event => {
    wait = 2000;
    const found = JSON.parse(event.data);
    show(found);
    others?.postMessage(found);
  });
  source.addEventListener("error", () => {
    // A lost line is taken up by the browser; a refusal is not, and is asked again ever more rarely.
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    wait = Math.min(wait * 2, 600_000);
    retry = setTimeout(() => { if (release && !document.hidden) open(); }, wait * (0.75 + Math.random() / 2));
  });
};

// Whichever window that is looked at holds the lock listens for all of them.
const begin = () => {
  if (document.hidden || release) return;
  if (!navigator.locks) { release = () => {}; open(); return; }
  navigator.locks.request("inbox", { ifAvailable: false, signal: gone.signal }, () => {
    if (document.hidden) return undefined;
    return new Promise(resolve => { release = resolve; open(); });
  }).catch(() => { /* It was hidden before its turn came. */ });
};

// What the page came with is right already; a second window hears of changes only.
const first = Number($$("[data-unread]")[0].dataset.unread);
entitle(first, first > 99 ? "99+" : String(first));
let gone = new AbortController();
others?.addEventListener("message", event => show(event.data));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) { gone.abort(); gone = new AbortController(); close(); } else begin();
});
addEventListener("pagehide", close);
addEventListener("pageshow", event => { if (event.persisted) begin(); });
begin();
