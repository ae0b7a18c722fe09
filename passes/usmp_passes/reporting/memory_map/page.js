"use strict";
// The behaviour of a memory map. Texts of the program are only ever set as text, never as HTML.
const usmpMemoryMap = (() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const data = read("data");
  const buffers = data.buffers;
  const count = buffers.name.length;
  const panelCount = data.pools.length;
  const $ = (id) => document.getElementById(id);
  const INK = "#15181d";
  const DIMMED = 0.16;
  const THEMES = {
    light: { page: "#ffffff", text: "#15181d", quiet: "#5a6270", grid: "#e6e9ee", bound: "#0077bb",
      capacity: "#cc3311", curve: "#4477aa", hover: "#15181d", mark: "#0b0d10" },
    dark: { page: "#14171c", text: "#e8eaee", quiet: "#a1a9b6", grid: "#2b313b", bound: "#5db8f5",
      capacity: "#ff8a75", curve: "#7fb2e5", hover: "#ffffff", mark: "#ffffff" },
  };

  // Numbers: those beyond 2^53 are strings of digits.

  const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
  const count_text = (number) => BigInt(number).toLocaleString("en-US");
  function bytes(number) {
    number = Number(number);
    let unit = 0;
    while (number >= 1024 && unit < UNITS.length - 1) { number /= 1024; unit += 1; }
    const digits = Number.isInteger(number) ? 0 : number < 10 ? 2 : number < 100 ? 1 : 0;
    return `${number.toFixed(digits)} ${UNITS[unit]}`;
  }
  const exact_bytes = (number) =>
    Number(number) < 1024 ? `${count_text(number)} bytes`
      : `${count_text(number)} bytes (${bytes(number)})`;
  const hex = (number) => `0x${BigInt(number).toString(16)}`;
  const add = (one, other) => BigInt(one) + BigInt(other);
  const points = (first, last) =>
    first === last ? `point ${count_text(first)}`
      : `points ${count_text(first)} to ${count_text(last)}`;

  // What conflicts with what, as live ranges say; a constant does with whatever is live.

  const has_run = (at) =>
    at >= 0 && at < count && at in runs_of && runs_of[at] !== null;
  const runs_of = buffers.conflicts;
  function listed(one, other) {
    const runs = runs_of[one];
    for (let at = 0; runs !== null && at < runs.length; at += 2) {
      if (runs[at] <= other && other < runs[at] + runs[at + 1]) return true;
    }
    return false;
  }
  // The first common range of two, `null` if there is none, `undefined` if that is not known.
  function meeting(one, other) {
    const a = buffers.live[one], b = buffers.live[other];
    if (a === null || b === null) return undefined;
    for (let i = 0, j = 0; i < a.length && j < b.length;) {
      if (a[i] <= b[j + 1] && b[j] <= a[i + 1]) {
        return { first: Math.max(a[i], b[j]), last: Math.min(a[i + 1], b[j + 1]),
          one: a[i], other: b[j] };
      }
      if (a[i + 1] < b[j + 1]) i += 2; else j += 2;
    }
    return null;
  }
  function conflict(one, other) {
    const met = meeting(one, other);
    if (met !== undefined) return met !== null;
    if (has_run(one)) return listed(one, other);
    if (has_run(other)) return listed(other, one);
    return null;
  }
  function conflicts_of(one) {
    const found = [], unknown = [];
    for (let other = 0; other < count; other += 1) {
      if (other === one) continue;
      const met = conflict(one, other);
      if (met) found.push(other); else if (met === null) unknown.push(other);
    }
    return { found, unknown };
  }

  // Why: sentences of accesses and loops

  const name_of = (at) => `'${buffers.name[at]}'`;
  const role = (at) => buffers.io[at] === null ? "" : `${buffers.io[at]}, `;
  const place = (told) => {
    const where = told.length > 1 ? ` (${data.texts[told[1]]}:${told[2]})` : "";
    return `${data.texts[told[0]]}${where}`;
  };
  const is_boundary = (end) => typeof end === "string";
  function describe(end) {
    if (is_boundary(end)) return `the ${end} of the program`;
    const [function_name, access] = end;
    const where = access.length > 1 ? ` (${data.texts[access[1]]}:${access[2]})` : "";
    return `${data.texts[access[0]]} in @${data.texts[function_name]}${where}`;
  }
  const loop_of = (end) => is_boundary(end) || end.length < 3 ? null : place(end[2]);
  function beginning(at) {
    const [first] = buffers.life[at];
    if (!is_boundary(first)) return `${name_of(at)} is first accessed by ${describe(first)}`;
    return `${name_of(at)} is ${role(at)}live ${first === "start" ? "from" : "at"} ${describe(first)}`;
  }
  function extent(at) {
    const [first, last] = buffers.life[at];
    if (is_boundary(first) && first === last) {
      return `${name_of(at)} is ${role(at)}live at ${describe(first)} only`;
    }
    return `${name_of(at)} is ${role(at)}live from ${describe(first)} to ${describe(last)}`;
  }
  const until_loop_ends = (loop) => ` and on to the end of ${loop}, which contains that access but`
    + " not the allocation, so that another iteration may need it again";
  function concurrent_extent(at) {
    const [, , during, called] = buffers.life[at];
    if (during === undefined) {
      const [first, last] = buffers.life[at], loop = loop_of(last) ?? loop_of(first);
      return extent(at) + (loop === null ? "" : `, and so throughout ${loop}`);
    }
    const how = called < 0 ? "which contains its allocation"
      : `which calls @${data.texts[called]}`;
    return `${name_of(at)} is live during all of ${place(during)}, ${how}, as other iterations of`
      + " that may be anywhere in it";
  }
  function why_live(at) {
    if (buffers.constant[at]) return "It is constant and holds its data during the whole run.";
    const life = buffers.life[at];
    if (life === null) return "";
    if (life.length > 2) return `${concurrent_extent(at)}.`;
    const before = loop_of(life[0]), after = loop_of(life[1]);
    let text = extent(at);
    if (after !== null) text += until_loop_ends(after);
    text += ".";
    if (before !== null) {
      text += ` It is live from the start of ${before}, which contains that access but not the`
        + " allocation, as an iteration before may have left a value in it.";
    }
    return text;
  }
  function why(one, other) {
    for (const [at, peer] of [[one, other], [other, one]]) {
      if (buffers.constant[at]) {
        return `${name_of(at)} is constant and holds its data during the whole run, so it conflicts`
          + ` with ${name_of(peer)} wherever that is live.`;
      }
    }
    const met = meeting(one, other);
    if (buffers.life[one] === null || buffers.life[other] === null) return where_both(met);
    let [first, second] = [one, other];
    if (met && met.one > met.other) [first, second] = [other, one];
    let text = `${name_of(first)} and ${name_of(second)} conflict: `;
    if (buffers.life[first].length > 2 || buffers.life[second].length > 2) {
      text += `${concurrent_extent(first)}, and ${concurrent_extent(second)}.`;
    } else {
      const [start] = buffers.life[second];
      text += `${beginning(second)}${is_boundary(start) ? "," : ""} while ${name_of(first)} is live.`
        + ` ${extent(first)}`;
      const after = loop_of(buffers.life[first][1]), before = loop_of(start);
      if (after !== null) text += until_loop_ends(after);
      text += ".";
      if (before !== null) {
        text += ` ${name_of(second)} is live from the start of ${before}, which contains that access`
          + " but not the allocation, as an iteration before may have left a value in it.";
      }
    }
    return text + (met ? ` ${where_both(met)}` : "");
  }
  const where_both = (met) =>
    met ? `Both are live at program ${points(met.first, met.last)}.` : "";

  // The plots

  let models = null;
  let selected = null, hovered = null, function_shown = null, hits = null, dark = false;
  const model = (name) => models.get_model_by_name(name);
  const panel_of = (at) => buffers.pool[at];
  const rectangles = (panel) => model(`rectangles${panel}`).data;
  const rectangles_of = new Map();
  data.pools.forEach((pool, panel) => pool.rectangles.forEach((at, index) => {
    if (!rectangles_of.has(at)) rectangles_of.set(at, []);
    rectangles_of.get(at).push([panel, index]);
  }));

  function hit(panel, x, y) {
    const { left, right, bottom, top } = rectangles(panel);
    let best = -1;
    for (let at = 0; at < left.length; at += 1) {
      if (left[at] <= x && x < right[at] && bottom[at] <= y && y < top[at]) {
        // What is drawn as a whole lies behind the rest.
        if (best < 0 || !buffers.whole[data.pools[panel].rectangles[at]]) best = at;
      }
    }
    return best;
  }

  const element = (tag, text = null, kind = "") => {
    const made = document.createElement(tag);
    if (text !== null) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };

  // Labels: names in the rectangles that have room for them

  const measure = document.createElement("canvas").getContext("2d");
  const widths = new Map();
  function width_of(text) {
    let width = widths.get(text);
    if (width === undefined) {
      measure.font = "11px system-ui, sans-serif";
      width = measure.measureText(text).width;
      widths.set(text, width);
    }
    return width;
  }
  const CROWDED = 1500;
  const LINE = 13;
  function label(panel) {
    const plot = model(`panel${panel}`);
    const across = plot.x_range, up = plot.y_range;
    const sx = plot.inner_width / (across.end - across.start);
    const sy = plot.inner_height / (up.end - up.start);
    if (!(sx > 0 && sy > 0)) return;
    const shown = rectangles(panel);
    const made = { x: [], y: [], text: [], angle: [], alpha: [] };
    const placed = [];
    let visible = 0;
    const order = [];
    for (let at = 0; at < shown.left.length; at += 1) {
      const left = Math.max(shown.left[at], across.start);
      const right = Math.min(shown.right[at], across.end);
      const bottom = Math.max(shown.bottom[at], up.start);
      const top = Math.min(shown.top[at], up.end);
      if (left >= right || bottom >= top) continue;
      visible += 1;
      const width = (right - left) * sx, height = (top - bottom) * sy;
      if (Math.min(width, height) < LINE || Math.max(width, height) < 20) continue;
      order.push({ at, left, right, bottom, top, width, height });
    }
    order.sort((a, b) => b.width * b.height - a.width * a.height);
    for (const box of order.slice(0, CROWDED)) {
      const name = buffers.name[data.pools[panel].rectangles[box.at]];
      const needed = width_of(name) + 8;
      let angle = 0;
      if (needed > box.width) {
        if (needed > box.height) continue;
        angle = Math.PI / 2;
      }
      const x = (box.left + box.right) / 2, y = (box.bottom + box.top) / 2;
      const half_width = (angle ? LINE : needed) / 2 / sx, half_height = (angle ? needed : LINE) / 2 / sy;
      const text_box = [x - half_width, x + half_width, y - half_height, y + half_height];
      const is_free = placed.every((other) => other[1] <= text_box[0] || text_box[1] <= other[0]
        || other[3] <= text_box[2] || text_box[3] <= other[2]);
      if (!is_free) continue;
      placed.push(text_box);
      made.x.push(x);
      made.y.push(y);
      made.text.push(name);
      made.angle.push(angle);
      made.alpha.push(shown.alpha[box.at] < 1 ? 0 : 1);
    }
    model(`labels${panel}`).data = made;
    const theme = THEMES[dark ? "dark" : "light"];
    const quad = model(`quad${panel}`);
    const is_crowded = visible > CROWDED;
    // Lines cost more than areas, and hide what is as narrow as they are.
    quad.line_color = { value: is_crowded ? null : theme.page };
  }
  // The curve in the range that is shown, with one step a pixel at most, as high as the highest.
  function draw_curve() {
    const plot = model(`panel${panelCount}`);
    const [at, live] = data.curve;
    const { start, end } = plot.x_range;
    const first = Math.max(0, steps_until(at, start) - 1), after = steps_until(at, end);
    const point = [start], height = [level(data.curve, start)];
    const pixel = after - first > plot.inner_width ? (end - start) / plot.inner_width : 0;
    for (let step = first; step < after; step += 1) {
      if (at[step] <= start) continue;
      const last = point.length - 1;
      if (last > 0 && at[step] < point[last] + pixel) {
        height[last] = Math.max(height[last], Number(live[step]));
      } else {
        point.push(at[step]);
        height.push(Number(live[step]));
      }
    }
    point.push(end);
    height.push(height[height.length - 1]);
    model("curve").data = { point, live: height };
  }
  let waiting = false;
  function schedule_drawing() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      for (let panel = 0; panel < panelCount; panel += 1) label(panel);
      draw_curve();
    });
  }

  // What stands out

  function emphasized() {
    if (hits !== null) return hits;
    if (selected !== null) return new Set([selected, ...conflicts_of(selected).found]);
    if (function_shown !== null) {
      return new Set(buffers.function.flatMap((f, at) => f === function_shown ? [at] : []));
    }
    return null;
  }
  function dim() {
    const kept = emphasized();
    for (let panel = 0; panel < panelCount; panel += 1) {
      const source = model(`rectangles${panel}`);
      const alpha = Float64Array.from(data.pools[panel].rectangles,
        (at) => kept === null || kept.has(at) ? 1 : DIMMED);
      source.data = { ...source.data, alpha };
    }
    mark();
    schedule_drawing();
  }
  function mark() {
    const theme = THEMES[dark ? "dark" : "light"];
    for (let panel = 0; panel < panelCount; panel += 1) {
      const made = { left: [], right: [], bottom: [], top: [], color: [], width: [] };
      const shown = rectangles(panel);
      const outline = (at, width) => {
        for (const [of_panel, index] of rectangles_of.get(at) ?? []) {
          if (of_panel !== panel) continue;
          for (const side of ["left", "right", "bottom", "top"]) made[side].push(shown[side][index]);
          made.color.push(theme.mark);
          made.width.push(width);
        }
      };
      if (hovered !== null && hovered !== selected) outline(hovered, 1.5);
      if (selected !== null) outline(selected, 3);
      model(`marks${panel}`).data = made;
    }
  }

  // The tooltip

  const pointer_at = { x: 0, y: 0 };
  document.addEventListener("pointermove", (event) => {
    pointer_at.x = event.clientX;
    pointer_at.y = event.clientY;
    if (!$("tip").hidden) move_tip();
  }, { capture: true, passive: true });
  function move_tip() {
    const tip = $("tip");
    const { width, height } = tip.getBoundingClientRect();
    const beyond_right = pointer_at.x + 16 + width > innerWidth - 8;
    const left = beyond_right ? pointer_at.x - 16 - width : pointer_at.x + 16;
    const top = Math.min(pointer_at.y + 16, innerHeight - height - 8);
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${Math.max(8, top)}px`;
  }
  function show_tip(lines) {
    const tip = $("tip");
    tip.replaceChildren(...lines);
    tip.hidden = lines.length === 0;
    if (lines.length) move_tip();
  }
  function range_text(panel, index) {
    const shown = rectangles(panel);
    const at = data.pools[panel].rectangles[index];
    if (buffers.whole[at]) return "live now and then, not drawn singly";
    const range = points(shown.left[index], shown.right[index] - 1);
    return `live at program ${range}`;
  }
  function tip_lines(panel, index) {
    const at = data.pools[panel].rectangles[index];
    const shown = rectangles(panel);
    const lines = [
      element("strong", buffers.name[at], "clamp"),
      element("div", `in @${data.functions[buffers.function[at]]}`, "clamp"),
      element("div", exact_bytes(buffers.size[at])),
      element("div", `at offset ${count_text(buffers.offset[at])} of @${data.pools[panel].name}`, "clamp"),
      element("div", range_text(panel, index)),
    ];
    if (buffers.slices[at] && !buffers.whole[at]) {
      const [, size, stride] = buffers.slices[at];
      const slice = Math.round((shown.bottom[index] - Number(buffers.offset[at])) / Number(stride));
      lines.splice(3, 1, element("div", `slice ${slice + 1} of ${buffers.slices[at][0]}, `
        + `${exact_bytes(size)}, at offset ${count_text(shown.bottom[index])}`));
    }
    if (buffers.io[at] !== null) lines.push(element("div", `${buffers.io[at]} of the program`));
    if (buffers.constant[at]) lines.push(element("div", "constant"));
    return lines;
  }
  function steps_until(at, x) {
    let low = 0, high = at.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at[middle] <= x) low = middle + 1; else high = middle;
    }
    return low;
  }
  function level([at, live], x) {
    const steps = steps_until(at, x);
    return steps === 0 ? 0 : live[steps - 1];
  }
  function curve_lines(x) {
    const point = Math.max(0, Math.min(Math.floor(x), data.length - 1));
    const lines = [
      element("strong", `Program point ${count_text(point)}`),
      element("div", `${exact_bytes(level(data.curve, point))} live`),
    ];
    if (panelCount > 1) {
      for (const pool of data.pools.slice(0, 8)) {
        lines.push(element("div", `@${pool.name}: ${bytes(level(pool.curve, point))}`, "clamp"));
      }
    }
    return lines;
  }
  function hover(at) {
    if (hovered === at) return;
    hovered = at;
    mark();
  }

  // What the plots tell

  function pointer(event, panel, x, y) {
    if (event === "mouseleave") {
      show_tip([]);
      hover(null);
      return;
    }
    if (panel >= panelCount) {
      if (event === "mousemove") show_tip(curve_lines(x));
      return;
    }
    const index = hit(panel, x, y);
    const at = index < 0 ? null : data.pools[panel].rectangles[index];
    if (event === "mousemove") {
      show_tip(index < 0 ? [] : tip_lines(panel, index));
      hover(at);
    } else if (event === "tap") {
      select(at);
    } else if (event === "doubletap") {
      // Two quick clicks on different things are told as one double click on the second.
      if (at !== null && at === selected) zoom_to(at); else select(at);
    }
  }

  // Zooming

  function set_range(range, start, end, low, high) {
    const span = Math.min(Math.max(end - start, 1), high - low);
    start = Math.max(low, Math.min(start, high - span));
    range.setv({ start, end: start + span });
  }
  const full = new Map();
  function limits(range) {
    if (!full.has(range.id)) full.set(range.id, range.bounds);
    return full.get(range.id);
  }
  const all_ranges = () => {
    const across = model("panel0") ?? model(`panel${panelCount}`);
    const ups = Array.from({ length: panelCount }, (_, panel) => model(`panel${panel}`).y_range);
    return [across.x_range, ...ups];
  };
  function zoom(factor) {
    for (const range of all_ranges()) {
      const middle = (range.start + range.end) / 2, half = (range.end - range.start) / 2 * factor;
      set_range(range, middle - half, middle + half, ...limits(range));
    }
  }
  function show_all() {
    for (const range of [...all_ranges(), model(`panel${panelCount}`).y_range]) {
      const [low, high] = limits(range);
      range.setv({ start: low, end: high });
    }
  }
  function zoom_to(at) {
    const own = rectangles_of.get(at);
    if (own === undefined) return;
    const panel = panel_of(at), plot = model(`panel${panel}`), shown = rectangles(panel);
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const [, index] of own) {
      left = Math.min(left, shown.left[index]);
      right = Math.max(right, shown.right[index]);
      bottom = Math.min(bottom, shown.bottom[index]);
      top = Math.max(top, shown.top[index]);
    }
    const wide = right - left, high = top - bottom;
    set_range(plot.x_range, left - wide, right + wide, ...limits(plot.x_range));
    set_range(plot.y_range, bottom - high, top + high, ...limits(plot.y_range));
  }
  // Whether all of a buffer's rectangles are too small to see, or out of sight.
  function is_lost(at) {
    const own = rectangles_of.get(at) ?? [];
    const plot = model(`panel${panel_of(at)}`), shown = rectangles(panel_of(at));
    const across = plot.x_range, up = plot.y_range;
    const sx = plot.inner_width / (across.end - across.start);
    const sy = plot.inner_height / (up.end - up.start);
    return own.every(([, index]) =>
      (Math.min(shown.right[index], across.end) - Math.max(shown.left[index], across.start)) * sx < 5
      || (Math.min(shown.top[index], up.end) - Math.max(shown.bottom[index], up.start)) * sy < 5);
  }

  // The details of a buffer

  const SHOWN_AT_ONCE = 100;
  function growing_list(items, make, kind) {
    const list = element("ul", null, kind);
    let shown = 0;
    const more = () => {
      for (const item of items.slice(shown, shown + SHOWN_AT_ONCE)) list.append(make(item));
      shown = Math.min(shown + SHOWN_AT_ONCE, items.length);
      if (shown < items.length) {
        const row = element("li"), button = element("button", null, "more");
        button.type = "button";
        button.textContent = `Show more: ${count_text(items.length - shown)} are left`;
        button.addEventListener("click", () => { row.remove(); more(); });
        row.append(button);
        list.append(row);
      }
    };
    more();
    return list;
  }
  const swatch = (at) => {
    const made = element("span", null, "swatch");
    made.style.background = data.colours[at];
    return made;
  };
  function conflict_item(one, other) {
    const item = element("li"), button = element("button");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    const name = element("span", buffers.name[other], "name");
    name.title = buffers.name[other].slice(0, 200);
    button.append(swatch(buffers.function[other]), name,
      element("span", bytes(buffers.size[other]), "bytes"));
    let told = null;
    button.addEventListener("click", () => {
      if (told === null) {
        told = element("div", why(one, other), "why");
        item.append(told);
      } else {
        told.hidden = !told.hidden;
      }
      button.setAttribute("aria-expanded", String(!told.hidden));
    });
    button.addEventListener("mouseenter", () => hover(other));
    button.addEventListener("mouseleave", () => hover(null));
    button.addEventListener("dblclick", () => select(other, true));
    item.append(button);
    return item;
  }
  function ranges_text(at) {
    const live = buffers.live[at];
    if (live === null) return "more ranges than are listed";
    if (live.length === 0) return "never accessed";
    const told = [];
    for (let i = 0; i < Math.min(live.length, 16); i += 2) {
      told.push(live[i] === live[i + 1] ? count_text(live[i])
        : `${count_text(live[i])}\u2013${count_text(live[i + 1])}`);
    }
    const rest = live.length / 2 - told.length;
    return told.join(", ") + (rest > 0 ? ` and ${count_text(rest)} more` : "");
  }
  function facts_of(at) {
    const end = add(buffers.offset[at], buffers.size[at]);
    const facts = [
      ["function", `@${data.functions[buffers.function[at]]}`],
      ["size", exact_bytes(buffers.size[at])],
      ["pool", `@${data.pools[buffers.pool[at]].name}`],
      ["offset", `${count_text(buffers.offset[at])} (${hex(buffers.offset[at])})`],
      ["ends at", `${count_text(end)} (${hex(end)})`],
      ["alignment", `${count_text(buffers.alignment[at])}`],
      ["live at", ranges_text(at)],
    ];
    if (buffers.slices[at]) {
      const [slices, size] = buffers.slices[at];
      facts.push(["slices", `${count_text(slices)} of ${exact_bytes(size)}`]);
    }
    if (buffers.io[at] !== null) facts.push(["is", `${buffers.io[at]} of the program`]);
    if (buffers.constant[at]) facts.push(["is", "constant"]);
    if (buffers.traffic[at] !== null) facts.push(["traffic", `${exact_bytes(buffers.traffic[at])} a run`]);
    if (buffers.saved[at] !== null) {
      facts.push(["if gone", Number(buffers.saved[at]) === 0 ? "the lower bound stays"
        : `the lower bound is ${bytes(buffers.saved[at])} less`]);
    }
    if (buffers.location[at] !== null) facts.push(["allocated", buffers.location[at]]);
    return facts;
  }
  function show_details(at) {
    const details = $("details");
    if (at === null) {
      details.replaceChildren(element("p",
        "Click a buffer to see where it is, when it is live, and what it conflicts with.", "quiet"));
      return;
    }
    const list = element("dl");
    for (const [term, text] of facts_of(at)) {
      list.append(element("dt", term), element("dd", text, text.length > 200 ? "long" : ""));
    }
    const parts = [element("h2", buffers.name[at], "long"), list];
    const reason = why_live(at);
    if (reason) parts.push(element("p", reason, "why"));
    const { found, unknown } = conflicts_of(at);
    const near = found.filter((other) => buffers.pool[other] === buffers.pool[at]);
    const far = found.filter((other) => buffers.pool[other] !== buffers.pool[at]);
    const make = (other) => conflict_item(at, other);
    const title = `Conflicts in this pool (${count_text(near.length)})`;
    parts.push(element("h3", near.length ? `${title}: click for why` : title));
    parts.push(growing_list(near, make, "conflicts"));
    if (far.length) {
      parts.push(element("h3", `Live at the same time in other pools (${count_text(far.length)})`));
      parts.push(growing_list(far, make, "conflicts"));
    }
    if (unknown.length) {
      parts.push(element("p", `With ${count_text(unknown.length)} more buffers that is not known here: `
        + "usmp-explain tells.", "quiet"));
    }
    details.replaceChildren(...parts);
    details.parentElement.scrollTop = 0;
  }
  function select(at, shows = false) {
    selected = at;
    hits = null;
    function_shown = null;
    show_details(at);
    list_functions();
    dim();
    if (shows && at !== null && is_lost(at)) zoom_to(at);
  }

  // Search

  const MOST_FOUND = 50;
  const lower_names = buffers.name.map((name) => name.toLowerCase());
  const lower_functions = data.functions.map((name) => `@${name.toLowerCase()}`);
  let found = [], chosen = 0;
  function search(text) {
    const wanted = text.trim().toLowerCase();
    found = [];
    if (wanted) {
      for (let at = 0; at < count; at += 1) {
        if (lower_names[at].includes(wanted)
          || (wanted.startsWith("@") && lower_functions[buffers.function[at]].includes(wanted))) {
          found.push(at);
        }
      }
      const rank = (at) => lower_names[at] === wanted ? 0 : lower_names[at].startsWith(wanted) ? 1 : 2;
      found.sort((a, b) => rank(a) - rank(b) || a - b);
    }
    chosen = 0;
    hits = wanted ? new Set(found) : null;
    list_found(wanted !== "");
    dim();
  }
  function list_found(is_open) {
    const list = $("found");
    const items = found.slice(0, MOST_FOUND).map((at, index) => {
      const item = element("li", null, "hit");
      item.setAttribute("aria-selected", String(index === chosen));
      item.append(element("span", buffers.name[at], "name"),
        element("span", `@${data.functions[buffers.function[at]]}`, "name bytes"));
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(at); });
      return item;
    });
    if (!found.length) items.push(element("li", "There is no such buffer.", "quiet"));
    if (found.length > MOST_FOUND) {
      items.push(element("li", `and ${count_text(found.length - MOST_FOUND)} more`, "quiet"));
    }
    list.replaceChildren(...items);
    list.hidden = !is_open;
  }
  function choose(at) {
    $("found").hidden = true;
    $("search").value = buffers.name[at].slice(0, 200);
    select(at, true);
  }
  function search_key(event) {
    if (event.key === "Enter" && found.length) {
      choose(found[chosen]);
    } else if (event.key === "Escape") {
      $("search").value = "";
      search("");
      $("search").blur();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const last = Math.min(found.length, MOST_FOUND) - 1;
      chosen = Math.max(0, Math.min(last, chosen + (event.key === "ArrowDown" ? 1 : -1)));
      list_found(true);
      $("found").children[chosen]?.scrollIntoView({ block: "nearest" });
    } else {
      return;
    }
    event.preventDefault();
  }

  // Functions, and what is not in the map

  let function_list = null;
  function list_functions() {
    if (function_list === null) {
      const sizes = new Array(data.functions.length).fill(0n);
      for (let at = 0; at < count; at += 1) sizes[buffers.function[at]] += BigInt(buffers.size[at]);
      function_list = growing_list([...data.functions.keys()], (at) => {
        const item = element("li"), button = element("button");
        button.type = "button";
        button.dataset.function = at;
        button.title = `Show the buffers of @${data.functions[at].slice(0, 200)}`;
        button.append(swatch(at), element("span", `@${data.functions[at]}`, "name"),
          element("span", bytes(sizes[at]), "bytes"));
        button.addEventListener("click", () => {
          const again = function_shown === at;
          select(null);
          function_shown = again ? null : at;
          list_functions();
          dim();
        });
        item.append(button);
        return item;
      }, "");
      $("functions").replaceWith(function_list);
      function_list.id = "functions";
    }
    for (const button of function_list.querySelectorAll("button[data-function]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.function) === function_shown));
    }
  }
  function list_others() {
    const parts = [];
    if (data.notPlanned.length) {
      parts.push(element("h2", `Not planned (${count_text(data.notPlanned.length)})`));
      parts.push(growing_list(data.notPlanned,
        ([name, reason]) => element("li", `${name}: ${reason}`), "quiet"));
    }
    if (data.unplaced.length) {
      parts.push(element("h2", `Without a place (${count_text(data.unplaced.length)})`));
      parts.push(growing_list(data.unplaced, (name) => element("li", name), "quiet"));
    }
    $("others").replaceChildren(...parts);
  }

  // Light and dark

  const prefers_dark = matchMedia("(prefers-color-scheme: dark)");
  function remembered() {
    try { return localStorage.getItem("usmp-memory-map-theme"); } catch { return null; }
  }
  function remember(theme) {
    try { localStorage.setItem("usmp-memory-map-theme", theme); } catch { /* not kept then */ }
  }
  function use_theme(is_dark) {
    dark = is_dark;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    $("theme").textContent = dark ? "Light" : "Dark";
    if (models === null) return;
    const theme = THEMES[dark ? "dark" : "light"];
    for (let panel = 0; panel <= panelCount; panel += 1) {
      const plot = model(`panel${panel}`);
      plot.setv({ background_fill_color: theme.page, outline_line_color: theme.grid });
      for (const axis of [...plot.left, ...plot.below]) {
        axis.setv({ axis_line_color: theme.quiet, major_tick_line_color: theme.quiet,
          major_label_text_color: theme.quiet, axis_label_text_color: theme.quiet });
      }
      for (const item of plot.center) {
        if ("grid_line_color" in item.properties) item.grid_line_color = theme.grid;
      }
      for (const [name, colour] of [["size", theme.text], ["bound", theme.bound],
        ["capacity", theme.capacity]]) {
        const line = model(`${name}${panel}`);
        if (line) line.line_color = colour;
      }
    }
    model("pressure").line_color = theme.bound;
    mark();
    schedule_drawing();
  }

  async function start() {
    use_theme(remembered() === null ? prefers_dark.matches : remembered() === "dark");
    const ids = Object.fromEntries(data.roots.map((root, at) => [root, `plot${at}`]));
    await Bokeh.embed.embed_items({ map: read("plots") },
      [{ docid: "map", roots: ids, root_ids: data.roots }]);
    models = Bokeh.documents[Bokeh.documents.length - 1];
    use_theme(dark);
    for (const range of all_ranges()) {
      limits(range);
      range.properties.start.change.connect(schedule_drawing);
      range.properties.end.change.connect(schedule_drawing);
    }
    limits(model(`panel${panelCount}`).y_range);
    for (let panel = 0; panel <= panelCount; panel += 1) {
      const plot = model(`panel${panel}`);
      plot.properties.inner_width.change.connect(schedule_drawing);
      plot.properties.inner_height.change.connect(schedule_drawing);
    }
    list_functions();
    list_others();
    schedule_drawing();
    $("search").addEventListener("input", (event) => search(event.target.value));
    $("search").addEventListener("keydown", search_key);
    $("search").addEventListener("blur", () => { $("found").hidden = true; });
    $("zoom-in").addEventListener("click", () => zoom(0.5));
    $("zoom-out").addEventListener("click", () => zoom(2));
    $("fit").addEventListener("click", show_all);
    $("theme").addEventListener("click", () => {
      use_theme(!dark);
      remember(dark ? "dark" : "light");
    });
    prefers_dark.addEventListener("change", (event) => {
      if (remembered() === null) use_theme(event.matches);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && event.target === document.body) select(null);
      if (event.key === "/" && event.target === document.body) {
        event.preventDefault();
        $("search").focus();
      }
    });
    document.documentElement.dataset.ready = "true";
  }
  function count_text_of_tick(tick) {
    return Number.isInteger(tick) ? tick.toLocaleString("en-US") : "";
  }
  // What tests look at.
  function state() {
    return {
      selected: selected === null ? null : buffers.name[selected],
      labels: Array.from({ length: panelCount }, (_, panel) => model(`labels${panel}`).data.text),
      dark,
    };
  }
  return { bytes, count: count_text_of_tick, pointer, start, state, why };
})();
window.usmpMemoryMap = usmpMemoryMap;
usmpMemoryMap.start();
