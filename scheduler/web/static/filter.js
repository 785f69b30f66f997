// Lists that narrow while somebody types; without accents and case.
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

for (const place of document.querySelectorAll("[data-filter]")) {
  const target = document.getElementById(place.dataset.filter);
  if (!target) continue;
  const field = place.querySelector("input");
  const said = place.querySelector("[data-shown]");
  const rows = [...(target.tBodies?.[0]?.rows ?? target.children)];

  const narrow = () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    let left = 0;
    let head = null;
    for (const row of rows) {
      if (row.classList.contains("head")) {
        head = row;
        head.hidden = true;
        continue;
      }
      const text = fold(row.textContent);
      row.hidden = !words.every((word) => text.includes(word));
      if (row.hidden) continue;
      left += 1;
      if (head) head.hidden = false;
    }
    said.textContent = words.length ? `${left} shown` : "";
  };

  field.addEventListener("input", narrow);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    field.value = "";
    narrow();
    field.blur();
  });
  place.hidden = false;
  narrow();
}
