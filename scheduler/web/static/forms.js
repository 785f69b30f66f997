// Small courtesies of forms: the weekday beside a date, and a bar when it takes a while.
const { element } = globalThis.quietline;
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });

for (const place of document.querySelectorAll("[data-weekday]")) {
  const field = document.getElementById(place.dataset.weekday);
  field?.addEventListener("input", () => {
    place.textContent = field.valueAsDate ? weekday.format(field.valueAsDate).replace(",", "") : "";
  });
}

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const after = event.submitter ?? event.target;
  setTimeout(() => {
    if (!event.defaultPrevented) after.after(element("progress", "", { "aria-label": "Working" }));
  }, 900);
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
