// Staff alerts on every open page (N1), and the page that locks when nobody is there.
// Asking does not start the idle clock again; typing and pointing does, once a minute.
const { element } = globalThis.quietline;
const banner = document.querySelector("[data-alert]");
const watch = document.documentElement.dataset.watch;
const EVERY = 15_000;
const title = document.title;
let known = new Set();
let sounded = 0;
let failed = 0;
let active = false;
let pinged = Date.now();
let audio = null;

function tone(at, pitch) {
  const [sound, volume] = [audio.createOscillator(), audio.createGain()];
  sound.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.25, at + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
  sound.connect(volume).connect(audio.destination);
  sound.start(at);
  sound.stop(at + 0.4);
}

function sound() {
  sounded = Date.now();
  audio ??= new AudioContext();
  audio.resume().then(() => {
    for (const [place, pitch] of [660, 880, 660].entries()) tone(audio.currentTime + place * 0.4, pitch);
  }, () => {});
}

function show(ids) {
  const words = banner.querySelector("[role=alert]");
  const fresh = ids.some((id) => !known.has(id));
  known = new Set(ids);
  banner.hidden = ids.length === 0;
  document.title = ids.length ? `(${ids.length}) ${title}` : title;
  const fields = ids.map((id) => {
    const field = element("input", "", { type: "hidden", name: "alert" });
    field.value = id;
    return field;
  });
  banner.querySelector("[data-alert-ids]").replaceChildren(...fields);
  if (ids.length === 0) words.textContent = "";
  else if (fresh) words.textContent = "Quietline: please look";
  if (ids.length && (fresh || Date.now() - sounded > 60_000)) sound();
}

const ask = (address) =>
  fetch(address, { cache: "no-store", redirect: "error", headers: { "Quietline-Background": "yes" } });

async function look() {
  try {
    const answer = await ask(watch);
    failed = 0;
    if (answer.status === 403) lock();
    else if (answer.ok) show((await answer.json()).alerts);
  } catch {
    failed += 1;
  }
  lost(failed >= 2);
}

function lost(yes) {
  const there = document.getElementById("lost");
  if (!yes) return there?.remove();
  if (there) return undefined;
  const words = element("p", "", { class: "why stop", id: "lost", role: "alert" });
  words.append(element("b", "This page has lost the office machine.", { class: "m m-stop" }));
  words.append(" What you see may be old, and no alert reaches you here.");
  return document.getElementById("main").prepend(words);
}

async function stillHere() {
  if (!active || Date.now() - pinged < 60_000) return;
  active = false;
  pinged = Date.now();
  await fetch("/still-here", { cache: "no-store", redirect: "error" }).catch(() => {});
}

// The locked page is covered, not left: what was typed is still under the cover. The page
// of a session in progress stays as it is (F9).
function lock() {
  if (document.querySelector("dialog.locked") || "keeps" in document.documentElement.dataset) return;
  const dialog = element("dialog", "", { class: "locked", "aria-labelledby": "locked-head" });
  const form = element("form", "", { class: "flow", method: "post", action: "/sign-in" });
  const said = element("p", "", { class: "why stop", role: "alert" });
  said.hidden = true;
  form.append(
    element("h2", "Locked", { id: "locked-head", class: "plain" }),
    element("p", "Nothing was done here for a while. What you typed is still there."),
    said,
    labelled("Sign-in name", "name", "text", "username"),
    labelled("Password", "password", "password", "current-password"),
    element("button", "Go on", { class: "go" }),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    reopen(dialog, form, said);
  });
  dialog.append(form);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
}

function labelled(words, name, type, autocomplete) {
  const place = element("div");
  const id = `locked-${name}`;
  place.append(element("label", words, { for: id }), element("input", "", { id, name, type, autocomplete }));
  return place;
}

function reopen(dialog, form, said) {
  const sent = new URLSearchParams(new FormData(form));
  sent.set("csrf_token", document.querySelector("[name=csrf_token]").value);
  sent.set("next", "/keys");
  const request = new XMLHttpRequest();
  request.open("POST", "/sign-in");
  request.responseType = "document";
  request.addEventListener("load", () => {
    const page = request.response;
    const who = page?.documentElement.dataset.who;
    if (request.status === 200 && who && who === document.documentElement.dataset.who) {
      const token = page.querySelector("[name=csrf_token]").value;
      for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
      dialog.remove();
      return;
    }
    if (request.status === 200) return location.assign("/");
    said.textContent = page?.querySelector(".wrongs a, .why.stop b")?.textContent ?? "That was not right.";
    said.hidden = false;
    form.elements.password.value = "";
    form.elements.password.focus();
  });
  request.addEventListener("error", () => {
    said.textContent = "The office machine cannot be reached. Try again.";
    said.hidden = false;
  });
  request.send(sent);
}

if (banner && watch) {
  for (const kind of ["keydown", "pointerdown"]) {
    addEventListener(kind, () => {
      active = true;
      if (audio?.state === "suspended") audio.resume();
    }, { passive: true });
  }
  banner.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const sent = new URLSearchParams(new FormData(event.target));
    const answer = await fetch(event.target.action, { method: "POST", body: sent }).catch(() => null);
    if (answer?.ok) show([]);
    else look();
  });
  show([...banner.querySelectorAll("[name=alert]")].map((field) => field.value));
  setInterval(() => {
    look();
    stillHere();
  }, EVERY);
}
