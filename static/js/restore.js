// A text that was kept in this browser comes back; where the server has another one, whoever writes decides.
const { word } = globalThis.commonplace;

const put = fields => {
  for (const [field, value] of fields) {
    field.value = value;
    field.closest("details")?.setAttribute("open", "");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

export const restore = (form, entries, state) => {
  const was = Object.fromEntries(entries);
  const lost = entries.map(([name, value]) => [form.elements[name], value]).filter(([field, value]) =>
    field?.matches?.("textarea, input[type=text], input:not([type])") && field.value !== value);
  if (!lost.length) return;
  // Of the same version of the same draft it is newer than what the server has.
  const same = ["draft", "version"].every(name => (was[name] ?? "") === (form.elements[name]?.value ?? ""));
  if (same || lost.every(([field]) => !field.value)) {
    put(lost);
    state.textContent = word("restored");
    return;
  }
  const take = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet sm", textContent: word("use_kept") });
  take.dataset.kept = "";
  take.addEventListener("click", () => { take.remove(); put(lost); state.textContent = word("restored"); });
  state.before(take);
};
