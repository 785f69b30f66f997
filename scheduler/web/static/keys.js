// One key presses what says so in `aria-keyshortcuts`; never while somebody types.
const { element, shown } = globalThis.quietline;
const SWITCH = "single keys";
const off = () => localStorage.getItem(SWITCH) === "off";

const typing = (target) =>
  target.isContentEditable ||
  (target.matches?.("input, textarea, select") &&
    !target.matches("[type=checkbox], [type=radio], [type=button], [type=submit]"));

const withKeys = () => [...document.querySelectorAll("[aria-keyshortcuts]")].filter(shown);

const keysOf = (found) => found.getAttribute("aria-keyshortcuts").split(/\s+/);

function press(found) {
  if (found.matches("input, select, textarea") || found.ariaDisabled === "true") {
    found.focus();
    found.select?.();
  } else {
    found.focus();
    found.click();
  }
}

function wordsOf(found) {
  const label = found.matches("input, select, textarea") ? found.labels?.[0] : found;
  const copy = (label ?? found).cloneNode(true);
  for (const each of copy.querySelectorAll("kbd, small, .count")) each.remove();
  return (copy.querySelector("b") ?? copy).textContent.trim().replace(/\s+/g, " ");
}

function listKeys() {
  const dialog = element("dialog", "", { "aria-labelledby": "keys-head" });
  const rows = element("dl", "", { class: "facts small" });
  const seen = new Set();
  for (const found of withKeys()) {
    for (const key of keysOf(found)) {
      if (seen.has(key)) continue;
      seen.add(key);
      const row = element("div");
      const term = element("dt");
      term.append(element("kbd", key === "Escape" ? "Esc" : key));
      row.append(term, element("dd", wordsOf(found)));
      rows.append(row);
    }
  }
  const close = element("button", "Close");
  close.addEventListener("click", () => dialog.close());
  const form = element("p", "", { class: "line" });
  form.append(close, element("a", "All about the keys", { href: "/keys" }));
  dialog.append(element("h2", "Keys on this page", { id: "keys-head", class: "plain" }), rows, form);
  dialog.classList.add("flow");
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// Out of a field, so that the keys work again; where Escape covers the page it does that alone.
function leave(field) {
  const covers = withKeys().some((each) => keysOf(each).includes("Escape"));
  if (typing(field) && !covers && !document.querySelector("dialog[open]")) field.blur();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.repeat || off()) return;
  if (event.key === "Escape") {
    leave(event.target);
    return;
  }
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const found = withKeys().find((each) => keysOf(each).includes(key));
  if (!found) return;
  event.preventDefault();
  if (key === "?") listKeys();
  else press(found);
});

for (const place of document.querySelectorAll("[data-keys-switch]")) {
  const box = place.querySelector("input");
  box.checked = !off();
  box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
  place.hidden = false;
}
