// Drafts: sent to the server five seconds after a change, kept in this browser when the line is down.
const { $, $$, word } = globalThis.commonplace;

const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

const textsOf = form => [...new FormData(form)].filter(([name, value]) =>
  typeof value === "string" && form.elements[name]?.type !== "password");

const keep = (key, value) => {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value)); else localStorage.removeItem(key);
    return true;
  } catch { return false; }
};

const kept = key => {
  try { return JSON.parse(localStorage.getItem(key) ?? "null"); } catch { return null; }
};

for (const form of $$("form[data-draft-url]")) {
  const key = `draft:${form.dataset.draftUrl}`;
  let state = $("[data-draft-state]", form);
  if (!state) {
    state = Object.assign(document.createElement("span"), { className: "saved" });
    ($(".actions", form) ?? form).append(state);
  }
  state.setAttribute("role", "status");
  let timer;
  const earlier = kept(key);
  if (earlier) import("./restore.js").then(part => part.restore(form, earlier, state));

  let unreachable = false;
  const send = async last => {
    // A request that outlives its page may carry 64 KB only: long texts would never be saved by it.
    const asked = { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(textsOf(form)), keepalive: last };
    try {
      const answer = await fetch(form.dataset.draftUrl, asked);
      unreachable = false;
      return answer;
    } catch (error) { unreachable = true; throw error; }
  };
  const save = async (last = false) => {
    clearTimeout(timer);
    timer = undefined;
    try {
      const answer = await send(last);
      if (!answer.ok) throw new TypeError(answer.statusText);
      const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
      for (const [field, value] of [["draft", told.id], ["version", told.version]]) {
        if (value && form.elements[field]) form.elements[field].value = value;
      }
      if (!$("[data-kept]", form)) keep(key, null);
      state.textContent = told.note ?? `${word("saved")} ${told.saved ?? clock()}`;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      state.textContent = keep(key, textsOf(form)) ? `${word("saved_here")} ${clock()}` : word("offline");
    }
  };
  form.addEventListener("input", () => { timer ??= setTimeout(save, 5000, false); });
  // What was typed before this module arrived, or was restored just now, is saved too.
  if ([...form.elements].some(field => field.type !== "hidden" && field.defaultValue !== undefined && field.value !== field.defaultValue)) timer = setTimeout(save, 5000, false);
  let sure = false;
  form.addEventListener("submit", event => {
    if (!sure && (unreachable || !navigator.onLine)) {
      // The browser would show its own error page in place of the text.
      event.preventDefault();
      save().then(() => {
        if (unreachable) { state.textContent = `${word("offline")}. ${state.textContent}`; return; }
        sure = true;
        form.requestSubmit(event.submitter);
      });
      return;
    }
    clearTimeout(timer);
    timer = undefined;
    keep(key, null);
  });
  addEventListener("pagehide", () => { if (timer) { keep(key, textsOf(form)); save(true); } });
}
