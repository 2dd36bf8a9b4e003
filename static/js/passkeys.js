// Passkeys: ask the browser for one, put what it answers into the form, and send that like any other.
const { $, $$, on, say } = globalThis.commonplace;

// The standard's own functions for this are missing in browsers that people still have.
const toBytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), one => one.charCodeAt(0));
const toText = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const readable = options => {
  const listed = list => (list ?? []).map(one => ({ ...one, id: toBytes(one.id) }));
  const made = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) {
    made.user = { ...options.user, id: toBytes(options.user.id) };
    made.excludeCredentials = listed(options.excludeCredentials);
  } else made.allowCredentials = listed(options.allowCredentials);
  return made;
};

const sendable = found => {
  const response = { transports: found.response.getTransports?.() ?? [] };
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (found.response[name]) response[name] = toText(found.response[name]);
  }
  return JSON.stringify({ id: found.id, rawId: toText(found.rawId), type: found.type, response });
};

const can = Boolean(globalThis.PublicKeyCredential && navigator.credentials);

const tell = (button, text) => {
  const place = $("[data-passkey-says]", button.parentElement);
  place.textContent = text;
  place.hidden = !text;
};

const question = async button => {
  const { options, state } = button.dataset;
  const sent = await fetch(options, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json" },
    body: JSON.stringify(state ? { state } : {}),
  });
  const told = await sent.json();
  if (!sent.ok) throw Object.assign(new Error(told.detail), { name: "Told", status: sent.status });
  return told;
};

const isHere = host => location.hostname === host || location.hostname.endsWith(`.${host}`);

const answer = async (button, more = {}) => {
  const form = button.form;
  const { options, challenge } = await question(button);
  if (!isHere(options.rpId ?? options.rp.id)) throw Object.assign(new Error(), { name: "SecurityError" });
  const wanted = { publicKey: readable(options), ...more };
  const found = await (options.rp ? navigator.credentials.create(wanted) : navigator.credentials.get(wanted));
  $("[name$=passkey]", form).value = sendable(found);
  $("[name$=challenge]", form).value = challenge;
  form.submit();
};

const sentenceOf = (error, button) => {
  const sentences = JSON.parse(button.dataset.sentences);
  if (error.name === "Told") return error.message;
  return { NotAllowedError: sentences.stopped, InvalidStateError: sentences.known, SecurityError: sentences.elsewhere, NotSupportedError: sentences.cannot }[error.name] ?? sentences.failed;
};

// While the page is read, the browser may offer passkeys in the field for the address; a click on the button ends that.
let offering;
const offer = async button => {
  if (!await PublicKeyCredential.isConditionalMediationAvailable?.()) return;
  offering = new AbortController();
  // The question is good for five minutes: before that it is asked anew, once somebody looks again.
  const timer = setTimeout(() => offering.abort("again"), 240_000);
  try {
    await answer(button, { mediation: "conditional", signal: offering.signal });
  } catch (error) {
    if (error !== "again") return;  // nothing was asked for, so nothing is told
    if (document.hidden) await new Promise(done => document.addEventListener("visibilitychange", done, { once: true }));
    offer(button);
  } finally { clearTimeout(timer); }
};

on("click", "[data-passkey]", async (event, button) => {
  tell(button, "");
  if (!can) { tell(button, JSON.parse(button.dataset.sentences).cannot); return; }
  offering?.abort();
  button.disabled = true;
  try {
    await answer(button);
  } catch (error) {
    // The page that asks for the password first keeps what was typed.
    if (error.status === 403 && button.dataset.passkey === "make") { button.form.submit(); return; }
    button.disabled = false;
    const told = sentenceOf(error, button);
    tell(button, told);
    say(told);
    button.focus();
  }
});

// Enter in the field for the name means the same as the button.
document.addEventListener("submit", event => {
  const button = $("[data-passkey=make]", event.target);
  if (button && can) { event.preventDefault(); button.click(); }
});

// A page that is come back to may still be waiting for an answer that was sent.
addEventListener("pageshow", () => { for (const button of $$("[data-passkey]")) button.disabled = false; });

const first = $("[data-passkey][data-autofill]");
if (can && first) offer(first);
document.documentElement.dataset.passkeys = can ? "can" : "cannot";  // for whoever drives the page by a program
