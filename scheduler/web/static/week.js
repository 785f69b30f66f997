// Arrow keys in a week: up and down within a day, left and right to the nearest start.
const lanesOf = (week) => [...week.querySelectorAll(".lane")].map((lane) => [...lane.querySelectorAll(".slot")]);

const middle = (slot) => {
  const box = slot.getBoundingClientRect();
  return box.top + box.height / 2;
};

function nearest(slots, to) {
  return slots.reduce((best, each) =>
    Math.abs(middle(each) - middle(to)) < Math.abs(middle(best) - middle(to)) ? each : best);
}

function neighbour(week, slot, key) {
  const lanes = lanesOf(week);
  const day = lanes.findIndex((lane) => lane.includes(slot));
  const place = lanes[day].indexOf(slot);
  if (key === "ArrowUp") return lanes[day][place - 1];
  if (key === "ArrowDown") return lanes[day][place + 1];
  const onward = key === "ArrowRight" ? lanes.slice(day + 1) : lanes.slice(0, day).reverse();
  const next = onward.find((lane) => lane.length);
  return next && nearest(next, slot);
}

for (const week of document.querySelectorAll("[data-week]")) {
  week.addEventListener("keydown", (event) => {
    const slot = event.target.closest?.(".slot");
    if (!slot || !event.key.startsWith("Arrow") || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = neighbour(week, slot, event.key);
    event.preventDefault();
    next?.focus();
  });
}
