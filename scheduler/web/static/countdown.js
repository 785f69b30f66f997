// Everything that runs with the clock: what is left, bars, the big clock, undo.
const { now } = globalThis.quietline;
const two = (figure) => String(figure).padStart(2, "0");

function written(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  const [hours, rest] = [Math.floor(whole / 3600), whole % 3600];
  const [minutes, second] = [Math.floor(rest / 60), rest % 60];
  return hours ? `${hours}:${two(minutes)}:${two(second)}` : `${minutes}:${two(second)}`;
}

function over(place) {
  if (place.dataset.over) return;
  place.dataset.over = "yes";
  if (place.dataset.then === "hide") place.hidden = true;
  if (place.dataset.then === "stop") place.classList.add("spent");
  if (place.dataset.then === "reload") location.reload();
}

function tick(place) {
  const seconds = (Date.parse(place.dataset.until) - now()) / 1000;
  const left = place.querySelector("[data-left]") ?? place;
  const words = written(seconds);
  if (left.textContent !== words) left.textContent = words;
  const bar = place.querySelector("progress");
  if (bar) bar.value = Math.max(0, Number(place.dataset.total) - seconds);
  if (place.dataset.amber && now() >= Date.parse(place.dataset.amber)) place.classList.add("amber");
  if (seconds <= 0) over(place);
}

// The wall time at `datetime` is what the server wrote, so no zone is needed here.
function clock(place) {
  if (!place.dataset.from) {
    const [, hour, minute, half] = /(\d+):(\d+)(?:\s(am|pm))?/.exec(place.textContent);
    const hours = half ? (Number(hour) % 12) + (half === "pm" ? 12 : 0) : Number(hour);
    const seconds = Math.floor(Date.parse(place.dateTime) / 1000) % 60;
    place.dataset.from = String(hours * 3600 + Number(minute) * 60 + seconds);
  }
  const gone = Math.floor((now() - Date.parse(place.dateTime)) / 1000);
  const day = (Number(place.dataset.from) + gone + 86400) % 86400;
  const [hour, minute, second] = [Math.floor(day / 3600), Math.floor((day % 3600) / 60), day % 60];
  const shown = place.dataset.clock === "12" ? hour % 12 || 12 : two(hour);
  place.textContent = `${shown}:${two(minute)}:${two(second)}`;
}

function all() {
  for (const place of document.querySelectorAll("[data-until]")) tick(place);
  for (const place of document.querySelectorAll("[data-clock]")) clock(place);
}

if (document.querySelector("[data-until], [data-clock]")) {
  all();
  setInterval(all, 250);
}
