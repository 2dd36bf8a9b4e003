// Recovery codes: copy them all, or print them. Downloading works without this.
const { $$, on, say } = globalThis.commonplace;

on("click", "[data-copy-codes]", async (event, button) => {
  const codes = $$("code", document.getElementById(button.dataset.copyCodes)).map(one => one.textContent);
  try { await navigator.clipboard.writeText(codes.join("\n")); } catch { return; }
  button.querySelector("span").textContent = button.dataset.done;
  say(button.dataset.done);
});

on("click", "[data-print]", () => print());
