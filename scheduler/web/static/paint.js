// Hours painted over their drawing, by pointer or keyboard. The typed lines stay the one
// source: a stroke rewrites the lines it touches and leaves the others as they were typed.
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const [DAY, STEP] = [1440, 30];
const CELLS = DAY / STEP;
const LINE = /^(\S+)\s+(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)$/;

// --- Lines as windows and back; what cannot be read here stands as it is ---

function daysOf(text) {
  const days = new Set();
  for (const part of text.replaceAll("–", "-").split(",")) {
    const [first, last] = part.split("-").map((each) => DAYS.findIndex((day) => each.length > 2 && each.slice(0, 3).toLowerCase() === day.toLowerCase()));
    if (first < 0 || last < 0) return null;
    for (let step = 0; step <= ((last ?? first) - first + 7) % 7; step++) days.add((first + step) % 7);
  }
  return [...days].sort();
}

function lineOf(raw) {
  const found = LINE.exec(raw.trim());
  const days = found && daysOf(found[1]);
  if (!days) return { raw, days: [] };
  const [hour, minute, endHour, endMinute] = found.slice(2).map(Number);
  const [start, end] = [hour * 60 + minute, endHour * 60 + endMinute];
  if (Math.max(minute, endMinute) > 59 || start >= DAY || end > DAY || start === end) return { raw, days: [] };
  return { raw, days, start, end: end > start ? end : end + DAY };
}

const linesOf = (text) => text.split("\n").map(lineOf);
const windowsOf = (lines) => lines.flatMap((line) => line.days.map((day) => ({ day, start: line.start, end: line.end, line })));
const clock = (minutes) => [Math.floor(minutes / 60), minutes % 60].map((each) => String(each).padStart(2, "0")).join(":");
const hours = (start, end) => `${clock(start)}-${clock(end > DAY ? end - DAY : end)}`;

function namesOf(days) {
  const runs = [];
  for (const day of [...days].sort()) {
    if (runs.length && day === runs.at(-1).at(-1) + 1) runs.at(-1).push(day);
    else runs.push([day]);
  }
  return runs.map((run) => (run.length > 2 ? `${DAYS[run[0]]}-${DAYS[run.at(-1)]}` : run.map((day) => DAYS[day]).join(","))).join(",");
}

function written(lines, windows) {
  const kept = lines.filter((line) => line.raw.trim()).map((line) => ({ ...line, left: windows.filter((each) => each.line === line).map((each) => each.day) }));
  for (const each of windows.filter((one) => !one.line)) {
    const same = kept.find((line) => line.start === each.start && line.end === each.end && line.left.length);
    if (same) same.left.push(each.day);
    else kept.push({ start: each.start, end: each.end, days: [], left: [each.day], fresh: true });
  }
  return kept.filter((line) => line.left.length || (!line.fresh && !line.days.length)).map((line) => {
    const left = [...new Set(line.left)].sort();
    return !line.fresh && String(left) === String(line.days) ? line.raw : `${namesOf(left)} ${hours(line.start, line.end)}`;
  }).join("\n");
}

// --- One stroke on one day; a window belongs to the day it starts on, past midnight too ---

const less = (pieces, from, to) => pieces.flatMap(([start, end]) => (to <= start || from >= end ? [[start, end]] : [[start, from], [to, end]].filter(([a, b]) => a < b)));

function cleared(windows, day, from, to) {
  return windows.flatMap((each) => {
    const midnight = ((day - each.day + 7) % 7) * DAY;
    if (midnight + to <= each.start || midnight + from >= each.end) return [each];
    return less([[each.start, each.end]], midnight + from, midnight + to).map(([start, end]) => (start >= DAY ? { day: (each.day + 1) % 7, start: start - DAY, end: end - DAY } : { day: each.day, start, end }));
  });
}

function filled(windows, day, from, to) {
  const before = windows.filter((each) => each.day === (day + 6) % 7 && each.end > DAY);
  const wanted = before.reduce((pieces, each) => less(pieces, 0, each.end - DAY), [[from, to]]);
  return wanted.reduce((all, [start, end]) => {
    if (all.some((each) => each.day === day && each.start <= start && each.end >= end)) return all;
    const near = all.filter((each) => each.day === day && each.start <= end && each.end >= start);
    const joined = { day, start: Math.min(start, ...near.map((each) => each.start)), end: Math.max(end, ...near.map((each) => each.end)) };
    return [...all.filter((each) => !near.includes(each)), joined];
  }, windows);
}

function stroked(text, [first, second], open) {
  const [top, bottom] = [first.day, second.day].sort((a, b) => a - b);
  const [left, right] = [first.at, second.at].sort((a, b) => a - b);
  const lines = linesOf(text);
  let windows = windowsOf(lines);
  for (let day = top; day <= bottom; day++) windows = (open ? filled : cleared)(windows, day, left * STEP, (right + 1) * STEP);
  const named = top === bottom ? DAYS[top] : `${DAYS[top]}–${DAYS[bottom]}`;
  return { text: written(lines, windows), said: `${named} ${clock(left * STEP)}–${clock((right + 1) * STEP)}` };
}

// What is open on one day, with what the day before leaves over.
function spans(text, day) {
  return windowsOf(linesOf(text)).flatMap((each) => (each.day === day ? [[each.start, Math.min(each.end, DAY)]] : each.day === (day + 6) % 7 && each.end > DAY ? [[0, each.end - DAY]] : []));
}

// --- The grid over a drawing ---

function make(tag, role, name = "") {
  const made = document.createElement(tag);
  made.setAttribute("role", role);
  made.className = name;
  return made;
}

// Placed by the five minutes, rounded outward, as the drawing below it is.
function drawing([start, end], kind) {
  const bar = document.createElement("i");
  const [a, b] = [Math.floor(start / 5) * 5, Math.ceil(end / 5) * 5];
  bar.className = `at ${kind} h${Math.floor(a / 60)} m${a % 60} e${Math.floor(b / 60)} n${b % 60}`;
  return bar;
}

function grid(place) {
  const tools = place.querySelector("[data-paint-tools]");
  const into = tools.querySelector("select");
  const status = place.querySelector("[data-paint-say]");
  const drawn = place.querySelector(".bars");
  const over = make("div", "grid", "bars cells");
  const cells = [];
  const lanes = [];
  let stroke = null;
  let at = { day: 0, at: 18 };

  over.setAttribute("aria-multiselectable", "true");
  over.setAttribute("aria-describedby", tools.querySelector("[id]").id);
  over.append(...[...drawn.children].slice(0, 2).map((each) => each.cloneNode(true)));
  for (const each of over.children) each.setAttribute("aria-hidden", "true");
  for (const name of DAYS) {
    const row = make("div", "row");
    const head = make("span", "rowheader", "vh");
    const lane = make("div", "none", "bar");
    head.textContent = name;
    const label = document.createElement("span");
    label.append(head);
    lane.append(...Array.from({ length: CELLS }, (_, place) => {
      const cell = make("span", "gridcell", `at h${Math.floor(place / 2)} m${(place % 2) * 30} e${Math.floor((place + 1) / 2)} n${((place + 1) % 2) * 30}`);
      cell.tabIndex = -1;
      cells.push(cell);
      return cell;
    }));
    lanes.push(lane);
    row.append(label, lane);
    over.append(row);
  }
  place.querySelector("[data-paint-over]").append(over);
  tools.hidden = false;
  place.classList.add("on");

  const field = () => document.getElementById(into.value);
  const textOf = (id) => document.getElementById(id).value;
  const cellOf = (of) => cells[of.day * CELLS + of.at];
  const whole = (of) => cellOf(of).getAttribute("aria-selected") === "true";

  function show() {
    over.setAttribute("aria-label", into.selectedOptions[0].textContent);
    const alone = place.classList.contains("alone");
    lanes.forEach((lane, day) => {
      lane.querySelectorAll("i").forEach((each) => each.remove());
      // The first option lies lowest.
      const drawn = [...(alone ? into.options : into.selectedOptions)].reverse();
      for (const each of drawn) lane.prepend(...spans(textOf(each.value), day).map((span) => drawing(span, each.dataset.kind ?? "")));
      const open = spans(field().value, day);
      for (let each = 0; each < CELLS; each++) {
        const [from, to] = [each * STEP, (each + 1) * STEP];
        const closed = open.reduce((pieces, [start, end]) => less(pieces, start, end), [[from, to]]);
        const part = closed.length && (closed.length > 1 || closed[0][0] > from || closed[0][1] < to);
        const cell = cells[day * CELLS + each];
        cell.setAttribute("aria-selected", String(!closed.length));
        cell.setAttribute("aria-label", `${DAYS[day]} ${clock(from)} to ${clock(to)}${part ? ", in part" : ""}`);
      }
    });
  }

  function go(to) {
    cellOf(at).tabIndex = -1;
    at = to;
    cellOf(at).tabIndex = 0;
    cellOf(at).focus({ preventScroll: true });
  }

  function write(text, said) {
    status.textContent = said;
    if (field().value === text) return;
    field().value = text;
    field().closest("details")?.setAttribute("open", "");
    field().dispatchEvent(new Event("input", { bubbles: true }));
  }

  function begin(from) {
    stroke = { text: field().value, from, open: !whole(from) };
    extend(from);
  }

  function extend(to) {
    const { text, said } = stroked(stroke.text, [stroke.from, to], stroke.open);
    write(text, `${said} ${stroke.open ? "painted" : "cleared"}`);
  }

  function takeBack() {
    if (stroke) write(stroke.text, "Taken back");
    stroke = null;
  }

  // Up and down by days, left and right by half hours, as far as there are any.
  function moved(key) {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -CELLS], End: [0, CELLS] }[key];
    const within = (figure, most) => Math.min(Math.max(figure, 0), most);
    return by && { day: within(at.day + by[0], 6), at: within(at.at + by[1], CELLS - 1) };
  }

  over.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const to = moved(event.key);
    if (to && event.shiftKey) {
      if (!stroke) begin(at);
      go(to);
      extend(to);
    } else if (to) {
      stroke = null;
      go(to);
    } else if (event.key === " " || event.key === "Enter") begin(at);
    else if (event.key === "Escape" && stroke) takeBack();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const under = (event) => {
    const box = lanes.map((lane) => lane.getBoundingClientRect());
    const day = box.findIndex((each) => event.clientY < each.bottom);
    const place = Math.floor(((event.clientX - box[0].left) / box[0].width) * CELLS);
    return { day: day < 0 ? 6 : day, at: Math.min(Math.max(place, 0), CELLS - 1) };
  };
  let painting = false;
  over.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0 || !event.target.closest(".bar")) return;
    event.preventDefault();
    over.setPointerCapture(event.pointerId);
    painting = true;
    go(under(event));
    begin(at);
  });
  over.addEventListener("pointermove", (event) => {
    const to = painting && stroke && under(event);
    if (!to || (to.day === at.day && to.at === at.at)) return;
    go(to);
    extend(to);
  });
  over.addEventListener("pointerup", () => { painting = false; });
  over.addEventListener("pointercancel", () => { painting = false; takeBack(); });

  into.addEventListener("change", () => { stroke = null; show(); });
  document.addEventListener("input", (event) => {
    if (event.target === field() && event.isTrusted) stroke = null;
    if ([...into.options].some((each) => each.value === event.target.id)) show();
  });
  cellOf(at).tabIndex = 0;
  show();
}

document.querySelectorAll("[data-paint]").forEach(grid);
