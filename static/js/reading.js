// How long somebody reads here: only while the page is looked at and something moves. After a while it is followed.
const { $, say } = globalThis.commonplace;

const STEP = 30;
const IDLE = 60_000;
const form = $("[data-reading-url]");
let seconds = 0;
let moved = Date.now();

for (const kind of ["scroll", "pointermove", "keydown", "touchstart"]) addEventListener(kind, () => { moved = Date.now(); }, { passive: true });

const tell = async () => {
  const given = new URLSearchParams({ seconds: String(seconds) });
  seconds = 0;
  try {
    const answer = await fetch(form.dataset.readingUrl, { method: "POST", body: given });
    if (!answer.ok) { if (answer.status !== 429) clearInterval(timer); return; }
    if (!(await answer.json()).follows) return;
    const level = $("select[name=level]", form);
    if (level?.value === "normal") level.value = "following";
    say(form.dataset.readingWords);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
};

const timer = setInterval(() => {
  if (document.hidden || Date.now() - moved > IDLE) return;
  seconds += 1;
  if (seconds >= STEP) tell();
}, 1000);

addEventListener("pagehide", () => {
  if (seconds > 2) navigator.sendBeacon?.(form.dataset.readingUrl, new URLSearchParams({ seconds: String(seconds) }));
  seconds = 0;
});
