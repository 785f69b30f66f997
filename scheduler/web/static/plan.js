// The plan while it is typed: lint, count, lock screen, bars, fortnight and what changes
// are asked from our own address and put in place. Nothing is saved, the focus is left
// alone, and only fields that were typed in are spoken of.
const form = document.querySelector("form[data-plan]");
const parts = ["bars", "lock", "what-changes", "fortnight", "waits"];
const touched = new Set();
let waiting = 0;
let asked = 0;

function put(fresh, id) {
  const [there, next] = [document.getElementById(id), fresh.getElementById(id)];
  if (!there || !next || there.isEqualNode(next) || there.contains(document.activeElement)) return;
  const open = [...there.querySelectorAll("details")].map((each) => each.open);
  there.replaceChildren(...document.importNode(next, true).childNodes);
  there.querySelectorAll("details").forEach((each, place) => { each.open = open[place] ?? each.open; });
}

function say(fresh, field) {
  const next = fresh.getElementById(field.id);
  if (!next) return;
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (next.hasAttribute(name)) field.setAttribute(name, next.getAttribute(name));
    else field.removeAttribute(name);
  }
  const [old, said] = [document, fresh].map((each) => each.getElementById(`${field.id}-wrong`));
  if (said && old) old.replaceChildren(...document.importNode(said, true).childNodes);
  else if (said) field.after(document.importNode(said, true));
  else old?.remove();
}

function ask() {
  const request = new XMLHttpRequest();
  const mine = ++asked;
  request.open("POST", form.dataset.plan);
  request.responseType = "document";
  request.addEventListener("load", () => {
    if (request.status !== 200 || !request.response || mine !== asked) return;
    for (const id of parts) put(request.response, id);
    for (const each of document.querySelectorAll("[data-living]")) put(request.response, each.id);
    for (const each of touched) if (!each.closest("[data-phrase]")) say(request.response, each);
  });
  const typed = new FormData(form);
  typed.delete("word_heard");
  request.send(typed);
}

form?.addEventListener("input", (event) => {
  if (event.target.name === "word_heard") return;
  if (event.target.id) touched.add(event.target);
  clearTimeout(waiting);
  waiting = setTimeout(ask, 600);
});
