// A form that was sent too early: its buttons wait as long as the server asks, and say so once they are free.
const { $$, say } = globalThis.commonplace;

const clock = seconds => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

for (const note of $$("[data-wait]")) {
  const form = note.closest("form");
  // What only saves or shows a text may be done at once.
  const held = $$("button:not([type=button]):not([name])", form);
  const left = note.querySelector(".left");
  const until = Date.now() + Number(note.dataset.wait) * 1000;
  for (const button of held) button.disabled = true;
  const tick = () => {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    if (seconds > 0) { left.textContent = clock(seconds); return; }
    clearInterval(timer);
    for (const button of held) button.disabled = false;
    note.classList.replace("warning", "ok");
    note.lastElementChild.textContent = note.dataset.free;
    say(note.dataset.free);
  };
  const timer = setInterval(tick, 1000);
  tick();
}
