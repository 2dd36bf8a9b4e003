// Rows of a form that can be added and removed at once; without scripts the same buttons ask the server.
const { $, $$, say, word } = globalThis.commonplace;

const number = rows => $$("[data-line]", rows).forEach((line, at) => {
  for (const label of $$("[data-line-number]", line)) label.textContent = at + 1;
  const remove = $(".remove", line);
  if (remove) remove.value = at;
  for (const one of $$("[id], [for], [aria-describedby]", line)) {
    for (const name of ["id", "for", "aria-describedby"]) {
      if (one.hasAttribute(name)) one.setAttribute(name, one.getAttribute(name).replace(/-\d+-/g, `-${at}-`));
    }
  }
});

const empty = line => {
  for (const wrong of $$(".wrong", line)) wrong.remove();
  for (const cell of $$(".bad", line)) cell.classList.remove("bad");
  for (const field of $$("input", line)) { field.value = ""; field.removeAttribute("aria-invalid"); field.removeAttribute("aria-describedby"); }
  for (const field of $$("select", line)) field.selectedIndex = 0;
};

const add = rows => {
  const last = $$("[data-line]", rows).at(-1);
  const line = last.cloneNode(true);
  empty(line);
  last.after(line);
  number(rows);
  $("input", line).focus();
};

const remove = (rows, line) => {
  const lines = $$("[data-line]", rows);
  const next = lines.length === 1 ? line : lines[lines.indexOf(line) + 1] ?? lines.at(-2);
  if (next === line) empty(line); else line.remove();
  number(rows);
  rows.dispatchEvent(new Event("input", { bubbles: true }));
  $("input, select", next).focus();
  say(word("removed"));
};

for (const rows of $$("[data-rows]")) {
  rows.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button?.matches("[data-add-line], .remove")) return;
    event.preventDefault();
    if (button.matches(".remove")) remove(rows, button.closest("[data-line]")); else add(rows);
  });
}
