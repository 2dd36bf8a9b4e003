// Files in a form: dropped on the text, pasted, or chosen; sent one by one, with what the server says beside each.
const { $, $$, icon, nodesOf, say, word } = globalThis.commonplace;

const named = file => file.name || `picture.${file.type.split("/")[1] ?? "png"}`;

// The text that a file is named in: where it was dropped or pasted, else the one that was written in last.
const insertInto = (area, markdown) => {
  const { selectionStart: start, value } = area;
  const before = value.slice(0, start);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  area.setRangeText(`${gap}${markdown}\n\n`, start, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
};

const row = (box, file) => {
  const item = document.createElement("li");
  item.className = "file-item file-sent";
  const name = document.createElement("b");
  name.className = "file-name";
  name.textContent = named(file);
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", `${box.dataset.sending} ${named(file)}`);
  item.append(name, bar);
  $("[data-file-list]", box).append(item);
  return item;
};

const refuse = (item, sentence) => {
  $("progress", item)?.remove();
  const told = document.createElement("p");
  told.className = "wrong";
  told.append(icon("alert"), sentence);
  const away = document.createElement("button");
  away.type = "button";
  away.className = "btn quiet sm";
  away.textContent = word("remove");
  away.addEventListener("click", () => { item.remove(); });
  item.append(told, away);
  say(`${$(".file-name", item).textContent}: ${sentence}`);
};

// fetch tells nothing of how much was sent already; this old way does.
const post = (box, file, onProgress) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("file", file, named(file));
  if ("reusable" in box.dataset) body.append("templates", "yes");
  request.open("POST", box.dataset.files);
  request.setRequestHeader("X-Fragment", "file-added");
  request.setRequestHeader("Accept", "application/json, text/html");  // what is refused is told as JSON
  request.upload.addEventListener("progress", event => { if (event.lengthComputable) onProgress(event.loaded / event.total); });
  request.addEventListener("load", () => resolve(request));
  request.addEventListener("error", reject);
  request.send(body);
});

const sentence = (box, request) => {
  if (request.getResponseHeader("content-type")?.includes("json")) return JSON.parse(request.responseText).detail;
  return request.status === 413 ? box.dataset.tooLarge : box.dataset.failed;
};

const add = async (box, area, file) => {
  const item = row(box, file);
  if (file.size > Number(box.dataset.most)) { refuse(item, box.dataset.tooLarge); return; }
  try {
    const request = await post(box, file, part => { $("progress", item).value = part; });
    if (request.status !== 201) { refuse(item, sentence(box, request)); return; }
    const fields = nodesOf(request.responseText, "file-added").find(one => one.nodeType === Node.ELEMENT_NODE);
    item.replaceWith(fields);
    insertInto(area, fields.dataset.markdown);
    say(box.dataset.added);
  } catch { refuse(item, box.dataset.failed); }
};

// One after the other, so that the text names them in the order in which they were chosen.
const addAll = async (box, area, files) => { for (const file of files) await add(box, area, file); };

for (const box of $$("fieldset[data-files]")) {
  const form = box.closest("form");
  const areas = $$("textarea", form);
  let last = areas.find(area => area.name === box.dataset.into) ?? areas[0];
  // A summary or a disclosure is shown as plain words: a picture in it would be lost.
  const placeOf = area => ("plain" in area.dataset ? last : area);
  for (const area of areas) {
    area.addEventListener("focus", () => { last = placeOf(area); });
    area.addEventListener("paste", event => {
      const files = [...event.clipboardData?.files ?? []];
      // Office programs put a picture of the words beside the words.
      if (!files.length || event.clipboardData.types.includes("text/plain")) return;
      event.preventDefault();
      addAll(box, placeOf(area), files);
    });
    area.addEventListener("dragover", event => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      area.closest("[data-editor]")?.classList.add("dropping");
    });
    area.addEventListener("dragleave", () => area.closest("[data-editor]")?.classList.remove("dropping"));
    area.addEventListener("drop", event => {
      const files = [...event.dataTransfer?.files ?? []];
      if (!files.length) return;
      event.preventDefault();
      area.closest("[data-editor]")?.classList.remove("dropping");
      addAll(box, placeOf(area), files);
    });
  }
  const input = $("input[type=file]", box);
  const chosen = () => {
    const files = [...input.files];
    input.value = "";
    addAll(box, last, files);
  };
  input.addEventListener("change", chosen);
  for (const editor of $$("[data-editor]", form)) {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.title = word("file");
    button.setAttribute("aria-label", word("file"));
    button.append(icon("file"));
    button.addEventListener("click", () => { last = $("textarea", editor); input.click(); });
    $(".bar .words", editor)?.before(button);
  }
  // What was thrown away here is taken out of the texts here, too: nothing else of the form has to be sent.
  box.addEventListener("click", event => {
    const drop = event.target.closest("button[name=drop_file]");
    if (!drop) return;
    event.preventDefault();
    const item = drop.closest("[data-file]");
    const name = new RegExp(`\\n*!?\\[(?:\\\\.|[^\\]\\\\])*\\]\\(/files/${item.dataset.file}/[^)\\s]*\\)\\n*`, "g");
    for (const area of areas) {
      if (!name.test(area.value)) continue;
      area.value = area.value.replace(name, "\n\n").trim();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    fetch(`/api/v1/uploads/${item.dataset.file}`, { method: "DELETE" }).catch(() => { /* It is purged when nothing names it. */ });
    item.remove();
    say(word("removed"));
    input.focus();
  });
}
