// Names while one types: people and organisations after @, topics, threads and practices after #.
// Whoever types a name in full gets the same without this list.
const { $$, say, word } = globalThis.commonplace;

const BEGUN = /(^|[\s([{"'>])([@#][\p{L}\d][\p{L}\d_-]{0,59})$/u;
let made = 0;

const start = area => {
  const list = document.createElement("ul");
  list.id = `names-${made += 1}`;
  list.className = "suggest names";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", word("suggestions"));
  list.hidden = true;
  area.insertAdjacentElement("afterend", list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  let items = [];
  let chosen = -1;
  let begun = null;
  let timer;
  let running;

  const close = () => {
    clearTimeout(timer);
    running?.abort();
    list.hidden = true;
    chosen = -1;
    begun = null;
    area.removeAttribute("aria-activedescendant");
  };
  const mark = next => {
    chosen = (next + items.length) % items.length;
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === chosen)));
    area.setAttribute("aria-activedescendant", list.children[chosen].id);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  };
  const pick = at => {
    const { insert } = items[at];
    const [from, to] = begun;
    close();
    area.focus();
    area.setSelectionRange(from, to);
    // Only this call keeps the browser's undo.
    if (!document.execCommand?.("insertText", false, `${insert} `)) {
      area.setRangeText(`${insert} `, from, to, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const show = found => {
    items = found;
    chosen = -1;
    area.removeAttribute("aria-activedescendant");
    list.replaceChildren(...items.map((item, at) => {
      const row = document.createElement("li");
      row.id = `${list.id}-${at}`;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      row.append(Object.assign(document.createElement("span"), { textContent: item.note ? `${item.text}, ${item.note}` : item.text }));
      row.append(Object.assign(document.createElement("span"), { className: `eyebrow k-${item.kind}`, textContent: word(item.kind) }));
      row.addEventListener("mousedown", event => { event.preventDefault(); pick(at); });
      return row;
    }));
    list.hidden = !items.length;
    if (items.length) say(`${items.length} ${word("suggestions")}`);
  };
  const load = async () => {
    running?.abort();
    const end = area.selectionStart;
    const found = end === area.selectionEnd ? BEGUN.exec(area.value.slice(Math.max(0, end - 64), end)) : null;
    if (!found) { close(); return; }
    begun = [end - found[2].length, end];
    running = new AbortController();
    try {
      const answer = await fetch(`/suggest/mentions?q=${encodeURIComponent(found[2])}`, { headers: { Accept: "application/json" }, signal: running.signal });
      if (answer.ok) show((await answer.json()).suggestions); else close();
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  };

  area.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(load, 120); });
  area.addEventListener("blur", close);
  area.addEventListener("click", close);
  area.addEventListener("keydown", event => {
    if (list.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown") { event.preventDefault(); mark(chosen + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); mark(chosen < 0 ? items.length - 1 : chosen - 1); }
    else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) { event.preventDefault(); event.stopPropagation(); pick(chosen); }
    else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
    else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) close();
  }, true);
};

for (const area of $$("[data-editor] textarea")) start(area);
