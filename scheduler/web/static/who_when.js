// Who and when: a session is carried to another cell, or made longer, by mouse or by keys. What that
// brings, and whether it may be, the next page says: this one only asks for it.
const STEP = 5;
const PIXELS = 8; // of a drag for five minutes
const SHORTEST = 5;
const LONGEST = 240;

function setUp(week) {
  const said = document.querySelector("[data-who-when-said]");
  const rows = () => [...week.querySelectorAll("[data-who]")].filter((each) => !each.hidden);
  const cellsOf = (row) => [...row.querySelectorAll("[data-day]")];
  const cellOf = (held) => held.closest("[data-day]");
  let carried = null; // { held, cell, minutes }

  const clear = () => week.querySelectorAll(".aim").forEach((each) => each.classList.remove("aim"));

  function say(words) {
    said.textContent = "";
    said.textContent = words;
  }

  function ask(held, cell, minutes) {
    const to = new URL(week.dataset.move, location.href);
    to.searchParams.set("session", held.dataset.session);
    to.searchParams.set("day", cell.dataset.day);
    to.searchParams.set("who", cell.closest("[data-who]").dataset.who);
    if (minutes !== Number(held.dataset.minutes)) to.searchParams.set("minutes", String(minutes));
    location.assign(to);
  }

  function tell() {
    const { cell, minutes } = carried;
    clear();
    cell.classList.add("aim");
    const name = cell.closest("[data-who]").dataset.name;
    say(`${cell.dataset.says}, with ${name}, ${minutes} minutes. Enter shows what that brings.`);
    cell.scrollIntoView({ block: "nearest" });
  }

  function putBack() {
    carried?.held.classList.remove("up");
    carried = null;
    clear();
  }

  function pickUp(held) {
    putBack();
    held.classList.add("up");
    carried = { held, cell: cellOf(held), minutes: Number(held.dataset.minutes) };
    tell();
  }

  function step(key) {
    const row = carried.cell.closest("[data-who]");
    const at = cellsOf(row).indexOf(carried.cell);
    if (key === "ArrowLeft" || key === "ArrowRight") return cellsOf(row)[at + (key === "ArrowLeft" ? -1 : 1)];
    const all = rows();
    const next = all[all.indexOf(row) + (key === "ArrowUp" ? -1 : 1)];
    return next && cellsOf(next)[at];
  }

  // --- Keys

  const acts = {
    m: (held) => pickUp(held),
    "+": (held) => longer(held, STEP),
    "=": (held) => longer(held, STEP),
    "-": (held) => longer(held, -STEP),
  };

  function longer(held, by) {
    if (carried?.held !== held) pickUp(held);
    carried.minutes = Math.min(LONGEST, Math.max(SHORTEST, carried.minutes + by));
    show(held, carried.minutes);
    tell();
  }

  function show(held, minutes) {
    const how = held.querySelector(".how");
    how.dataset.was ??= how.textContent;
    how.textContent = minutes === Number(held.dataset.minutes) ? how.dataset.was : `${minutes} min`;
  }

  week.addEventListener("keydown", (event) => {
    const held = event.target.closest?.("[data-session]");
    if (!held || event.altKey || event.ctrlKey || event.metaKey) return;
    if (acts[event.key]) acts[event.key](held);
    else if (carried && event.key.startsWith("Arrow")) {
      carried.cell = step(event.key) ?? carried.cell;
      tell();
    } else if (carried && event.key === "Enter") ask(carried.held, carried.cell, carried.minutes);
    else if (carried && event.key === "Escape") {
      show(carried.held, Number(carried.held.dataset.minutes));
      putBack();
      say("Put back.");
    } else return;
    event.preventDefault();
  });

  // --- Mouse

  for (const held of week.querySelectorAll("[data-session]")) {
    held.draggable = true;
    for (const link of held.querySelectorAll("a")) link.draggable = false;
    const grip = document.createElement("span");
    grip.className = "grip";
    held.append(grip);
    held.addEventListener("dragstart", (event) => {
      event.dataTransfer.setData("text/plain", "");
      event.dataTransfer.effectAllowed = "move";
      pickUp(held);
    });
    held.addEventListener("dragend", putBack);
    grip.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      held.draggable = false;
      const begin = event.clientY;
      const was = Number(held.dataset.minutes);
      let minutes = was;
      grip.setPointerCapture(event.pointerId);
      grip.onpointermove = (moved) => {
        const by = Math.round((moved.clientY - begin) / PIXELS) * STEP;
        minutes = Math.min(LONGEST, Math.max(SHORTEST, was + by));
        show(held, minutes);
      };
      grip.onpointerup = () => {
        grip.onpointermove = grip.onpointerup = null;
        held.draggable = true;
        if (minutes !== was) ask(held, cellOf(held), minutes);
      };
    });
  }

  week.addEventListener("dragover", (event) => {
    const cell = event.target.closest?.("[data-day]");
    if (!carried || !cell) return;
    event.preventDefault();
    if (cell === carried.cell) return;
    carried.cell = cell;
    clear();
    cell.classList.add("aim");
  });
  week.addEventListener("drop", (event) => {
    if (!carried) return;
    event.preventDefault();
    const { held, cell, minutes } = carried;
    if (cell !== cellOf(held)) ask(held, cell, minutes);
  });

  for (const help of document.querySelectorAll("[data-who-when-help]")) help.hidden = false;
}

for (const week of document.querySelectorAll("[data-who-when]")) setUp(week);
