// Rows of a form that can be added and removed; without scripts the server adds them.
import { $, $$, say, word } from "./page.js";

const number = rows => $$("[data-line]", rows).forEach((line, at) => {
  const label = $("[data-line-number]", line);
  if (label) label.textContent = at + 1;
  for (const one of $$("[id], [for], [aria-describedby]", line)) {
    for (const name of ["id", "for", "aria-describedby"]) {
      if (one.hasAttribute(name)) one.setAttribute(name, one.getAttribute(name).replace(/-\d+-/g, `-${at}-`));
    }
  }
});

const removable = (rows, line) => {
  if ($(".remove", line)) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet sm remove", textContent: word("remove") });
  button.addEventListener("click", () => {
    const lines = $$("[data-line]", rows);
    if (lines.length === 1) { for (const field of $$("input", line)) field.value = ""; return; }
    const next = lines[lines.indexOf(line) + 1] ?? lines.at(-2);
    line.remove();
    number(rows);
    rows.dispatchEvent(new Event("input", { bubbles: true }));
    $("input, select", next).focus();
    say(word("removed"));
  });
  line.append(button);
};

for (const rows of $$("[data-rows]")) {
  for (const line of $$("[data-line]", rows)) removable(rows, line);
  $("[data-add-line]", rows)?.addEventListener("click", event => {
    event.preventDefault();
    const last = $$("[data-line]", rows).at(-1);
    const line = last.cloneNode(true);
    for (const extra of $$(".remove, .wrong", line)) extra.remove();
    for (const field of $$("input", line)) { field.value = ""; field.removeAttribute("aria-invalid"); }
    for (const field of $$("select", line)) field.selectedIndex = 0;
    last.after(line);
    removable(rows, line);
    number(rows);
    $("input", line).focus();
  });
}
