// Choosing a category shows what is asked there, and begins an empty text with its template.
const { $, $$, say } = globalThis.commonplace;

for (const choice of $$("[data-templates]")) {
  const known = JSON.parse(choice.dataset.templates);
  const { form } = choice;
  const [prompt, text] = [$("[data-prompt]", form), form.elements.body];
  let put = "";
  choice.addEventListener("change", () => {
    const { hint = "", template = "" } = known[choice.value] ?? {};
    $("[data-hint]", prompt).textContent = hint;
    prompt.hidden = !hint;
    if (hint) say(hint);
    // Only what nobody has touched is replaced.
    if (text.value.trim() && text.value !== put) return;
    text.value = put = template;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
