// Which sections of a long form are filled in: the same rule as on the server, told while one types.
const { $, $$, icon } = globalThis.commonplace;

const filled = field => (field.type === "radio" || field.type === "checkbox" ? field.checked : field.value.trim() !== "");

const isDone = part => {
  const fields = $$("input, textarea, select", part);
  // Rows repeat their names ("metrics.result"); their choices are made from the start, so only typing counts.
  const has = name => fields.some(field => filled(field) &&
    (field.name === name || (field.name.startsWith(`${name}.`) && field.type !== "select-one")));
  const { needed, any } = part.dataset;
  return needed ? needed.split(" ").every(has) : any.split(" ").some(has);
};

for (const form of $$("form[data-progress]")) {
  const place = $(form.dataset.progress);
  const show = () => {
    let count = 0;
    for (const part of $$("[data-part]", form)) {
      const line = $(`a[href="#${part.id}"]`, place)?.closest("li");
      if (!line) continue;
      const done = isDone(part);
      count += done;
      if (line.classList.contains("done") === done) continue;
      line.className = done ? "done" : "todo";
      const mark = line.firstElementChild;
      line.dataset.number ??= mark.textContent;
      $(".vh", line)?.remove();
      const fresh = done ? icon("check") : Object.assign(document.createElement("i"), { textContent: line.dataset.number });
      fresh.setAttribute("aria-hidden", "true");
      mark.replaceWith(fresh);
    }
    $("progress", place).value = count;
    for (const words of [$(".steps > p", place), ...$$("[data-progress-words]")]) words.textContent = words.textContent.replace(/\d+/, count);
  };
  let timer;
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 300); });
}
