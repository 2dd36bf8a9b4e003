// Lists that follow a form or a field while one types.
const { $, $$, nodesOf, say, times } = globalThis.commonplace;

const same = element => element?.name && `[name="${CSS.escape(element.name)}"][value="${CSS.escape(element.value)}"]`;

const show = (html, targets) => {
  const focused = same(document.activeElement);
  let count = "";
  for (const target of targets) {
    const place = $(target);
    if (place.contains(document.activeElement) && document.activeElement.matches("input:not([type=checkbox], [type=radio])")) continue;
    const had = place.contains(document.activeElement);
    place.replaceChildren(...nodesOf(html, target.slice(1)));
    if (had && focused) $(focused, place)?.focus();
    times(place);
    count ||= $("[data-count]", place)?.dataset.count ?? "";
  }
  if (count) say(count);
};

const follow = (source, { address, given, targets, keep, from }) => {
  let timer;
  let running;
  const load = async () => {
    running?.abort();
    running = new AbortController();
    const asked = new URLSearchParams([...given()].filter(([, value]) => value !== ""));
    const places = targets.map(target => $(target));
    if (from && [...asked.values()].join("").length < from) { for (const place of places) place.replaceChildren(); return; }
    for (const place of places) place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${address}?${asked}`, { headers: { "X-Fragment": targets[0].slice(1) }, signal: running.signal });
      if (answer.status === 503) timer = setTimeout(load, 1000);  // search is busy, or still reading what there is
      if (!answer.ok) return;
      show(await answer.text(), targets);
      if (keep) history.replaceState(null, "", `?${asked}`);
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    } finally {
      for (const place of places) place.removeAttribute("aria-busy");
    }
  };
  source.addEventListener("input", event => {
    clearTimeout(timer);
    timer = setTimeout(load, event.target.matches("[type=checkbox], [type=radio], select") ? 0 : 180);
  });
  // Who types faster than this module arrives is answered too.
  if (source.defaultValue !== undefined && source.value !== source.defaultValue) load();
};

for (const form of $$("form[data-live]")) {
  follow(form, { address: form.getAttribute("action") ?? location.pathname, given: () => new FormData(form), targets: form.dataset.live.split(" "), keep: true });
}
for (const field of $$("[data-live][data-live-url]")) {
  const from = Number(field.dataset.liveFrom ?? 10);
  follow(field, { address: field.dataset.liveUrl, given: () => [[field.name, field.value]], targets: [field.dataset.live], from });
}
