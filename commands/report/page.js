// page.js - draws a report from the object and the numbers that stand in the page. Every text of a result goes in as
// text, never as markup.
"use strict";

// ---- data ----

const data = JSON.parse(document.getElementById("data").textContent);
const numbers = (() => {
  const text = atob(document.getElementById("numbers").textContent.trim());
  const bytes = new Uint8Array(text.length);
  for (let k = 0; k < text.length; k++) bytes[k] = text.charCodeAt(k);
  return new Float32Array(bytes.buffer, 0, bytes.length >> 2);
})();
const take = ([first, count]) => numbers.subarray(first, first + count);

// Okabe & Ito's colours, told apart by the colour-blind; dashes and marks tell arms apart in black and white.
const COLOURS = ["#000000", "#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a8a00"];
const DASHES = ["", "7 3", "2 3", "9 3 2 3", "5 2", "12 4", "1 2", "4 4 1 4"];
const look = k => ({colour: COLOURS[k % COLOURS.length], dash: DASHES[(k + (k >= COLOURS.length)) % DASHES.length]});

// ---- elements ----

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in made && typeof value === "boolean") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";
function drawn(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const main = document.getElementById("main");
function section(id, title) {
  const made = element("section", {id}, element("h2", {}, title));
  main.append(made);
  document.getElementById("contents").append(element("a", {href: "#" + id}, title));
  return made;
}

function choose(options, chosen, change, label) {
  const made = element("select", {"aria-label": label, onchange: event => change(+event.target.value)});
  options.forEach((text, k) => made.append(element("option", {value: k, selected: k === chosen}, text)));
  return made;
}

// ---- numbers in words ----

function short(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e5)) return value.toExponential(1);
  return String(+value.toPrecision(3));
}

function ticks(low, high, wanted = 5) {
  const span = high - low;
  if (!(span > 0)) return [low];
  const raw = span / wanted, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find(k => k * power >= raw) * power;
  const made = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * span; k++) made.push(+(k * step).toPrecision(12));
  return made;
}

function logTicks(low, high) {
  const made = [];
  for (let k = Math.floor(Math.log10(low)); k <= Math.ceil(Math.log10(high)); k++) {
    if (10 ** k >= low * 0.999 && 10 ** k <= high * 1.001) made.push(10 ** k);
  }
  return made.length > 1 ? made : ticks(low, high);
}

// ---- saving ----

function saveAs(name, blob) {
  const link = element("a", {href: URL.createObjectURL(blob), download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function svgText(svg) {
  const copy = svg.cloneNode(true);
  copy.setAttribute("xmlns", SVG);
  const box = svg.viewBox.baseVal;
  copy.setAttribute("width", box.width);
  copy.setAttribute("height", box.height);
  copy.querySelectorAll("text").forEach(text => text.setAttribute("font-family", "sans-serif"));
  copy.querySelectorAll("text").forEach(text => text.setAttribute("font-size", "11"));
  return new XMLSerializer().serializeToString(copy);
}

function savePng(svg, name) {
  const box = svg.viewBox.baseVal, picture = new Image(), canvas = document.createElement("canvas");
  canvas.width = 2 * box.width;
  canvas.height = 2 * box.height;
  picture.onload = () => {
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(blob => saveAs(name + ".png", blob));
  };
  picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svgText(svg));
}

function saves(svg, name) {
  const plain = () => name().replace(/[^\w.-]+/g, "_");
  return element("span", {class: "saves"},
    element("button", {type: "button", onclick: () =>
      saveAs(plain() + ".svg", new Blob([svgText(svg())], {type: "image/svg+xml"}))}, "SVG"), " ",
    element("button", {type: "button", onclick: () => savePng(svg(), plain())}, "PNG"));
}

// ---- curves ----

const WIDTH = 560, HEIGHT = 300, LEFT = 56, RIGHT = 12, TOP = 12, BOTTOM = 46;

// Pieces of a curve between missing values, as the d of a path.
function outline(xs, ys, x, y) {
  let path = "", pen = false;
  for (let k = 0; k < xs.length; k++) {
    if (!Number.isFinite(ys[k]) || !Number.isFinite(xs[k])) {
      pen = false;
      continue;
    }
    path += (pen ? "L" : "M") + x(xs[k]).toFixed(1) + " " + y(ys[k]).toFixed(1);
    pen = true;
  }
  return path;
}

function band(curve, x, y) {
  const top = [], bottom = [];
  curve.x.forEach((at, k) => {
    if (!Number.isFinite(curve.sd[k]) || !Number.isFinite(curve.y[k])) return;
    top.push(`${x(at).toFixed(1)} ${y(curve.y[k] + curve.sd[k]).toFixed(1)}`);
    bottom.unshift(`${x(at).toFixed(1)} ${y(curve.y[k] - curve.sd[k]).toFixed(1)}`);
  });
  return top.length > 1 ? "M" + top.concat(bottom).join("L") + "Z" : "";
}

function range(values, withZero) {
  let low = withZero ? 0 : Infinity, high = withZero ? 0 : -Infinity;
  for (const list of values) {
    for (const value of list) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (!Number.isFinite(low)) [low, high] = [0, 1];
  if (high - low < 1e-12 * Math.max(Math.abs(low), 1e-300)) [low, high] = [low - 0.5 * Math.abs(low || 1), high + 0.5 * Math.abs(high || 1)];
  const room = 0.05 * (high - low);
  return [withZero && low === 0 ? 0 : low - room, high + room];
}

// curves: [{label, x, y, sd, look}]; names: labels of x = 0, 1, 2, … instead of numbers.
function chart(curves, options) {
  const {xLabel, yLabel, names, logX, logY, from = -Infinity, to = Infinity} = options;
  const svg = drawn("svg", {viewBox: `0 0 ${WIDTH} ${HEIGHT + 16 * Math.ceil(curves.length / 2)}`, role: "img",
                            "aria-label": `${yLabel} against ${xLabel}`});
  const shown = curves.map(c => {
    const keep = [...c.x.keys()].filter(k => !Number.isFinite(c.x[k]) || (c.x[k] >= from && c.x[k] <= to && (!logX || c.x[k] > 0)));
    const pick = list => list && Float32Array.from(keep, k => list[k]);
    return {...c, x: pick(c.x), y: pick(c.y).map(v => logY && !(v > 0) ? NaN : v), sd: logY ? null : pick(c.sd)};
  });
  let [x0, x1] = names ? [-0.4, names.length - 0.6] : range(shown.map(c => c.x.filter(Number.isFinite)), false);
  if (!names) {
    const all = shown.flatMap(c => [...c.x.filter(Number.isFinite)]);
    x0 = Math.min(...all, Infinity);
    x1 = Math.max(...all, -Infinity);
    if (!(x1 > x0)) [x0, x1] = [0, 1];
  }
  let [y0, y1] = logY ? [Infinity, 0] : range(shown.flatMap(c => c.sd ? [c.y, c.y.map((v, k) => v + (c.sd[k] || 0)), c.y.map((v, k) => v - (c.sd[k] || 0))] : [c.y]), options.zero);
  if (logY) {
    for (const c of shown) for (const v of c.y) if (v > 0) [y0, y1] = [Math.min(y0, v), Math.max(y1, v)];
    if (!(y1 > 0)) [y0, y1] = [0.1, 1];
    if (y0 === y1) [y0, y1] = [y0 / 2, y1 * 2];
  }
  const fx = logX ? Math.log : v => v, fy = logY ? Math.log : v => v;
  const x = v => LEFT + (fx(v) - fx(x0)) / (fx(x1) - fx(x0)) * (WIDTH - LEFT - RIGHT);
  const y = v => HEIGHT - BOTTOM - (fy(v) - fy(y0)) / (fy(y1) - fy(y0)) * (HEIGHT - TOP - BOTTOM);
  for (const tick of logY ? logTicks(y0, y1) : ticks(y0, y1)) {
    svg.append(drawn("line", {x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick), stroke: "#e3e3e3"}),
               drawn("text", {x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end"}, short(tick)));
  }
  const marks = names ? names.map((name, k) => [k, name]) : (logX ? logTicks(x0, x1) : ticks(x0, x1, 7)).map(v => [v, short(v)]);
  for (const [at, text] of marks) {
    svg.append(drawn("line", {x1: x(at), x2: x(at), y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM + 4, stroke: "#1a1a1a"}),
               drawn("text", {x: x(at), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle"}, text));
  }
  for (const at of options.events || []) {
    if (at >= x0 && at <= x1 && !names) {
      svg.append(drawn("line", {x1: x(at), x2: x(at), y1: TOP, y2: HEIGHT - BOTTOM, stroke: "#8c8c8c", "stroke-dasharray": "1 3"}));
    }
  }
  svg.append(drawn("line", {x1: LEFT, x2: WIDTH - RIGHT, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM, stroke: "#1a1a1a"}),
             drawn("line", {x1: LEFT, x2: LEFT, y1: TOP, y2: HEIGHT - BOTTOM, stroke: "#1a1a1a"}),
             drawn("text", {x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - BOTTOM + 34, "text-anchor": "middle"}, xLabel),
             drawn("text", {x: 12, y: (TOP + HEIGHT - BOTTOM) / 2, "text-anchor": "middle",
                            ...(yLabel.length > 42 ? {textLength: HEIGHT - TOP - BOTTOM, lengthAdjust: "spacingAndGlyphs"} : {}),
                            transform: `rotate(-90 12 ${(TOP + HEIGHT - BOTTOM) / 2})`}, yLabel));
  shown.forEach((c, k) => {
    if (c.sd) svg.append(drawn("path", {d: band(c, x, y), fill: c.look.colour, "fill-opacity": 0.14}));
    svg.append(drawn("path", {d: outline(c.x, c.y, x, y), fill: "none", stroke: c.look.colour, "stroke-width": 1.6,
                              "stroke-dasharray": c.look.dash}));
    if (c.x.length <= 40) {
      c.x.forEach((at, n) => {
        if (Number.isFinite(c.y[n])) svg.append(drawn("circle", {cx: x(at), cy: y(c.y[n]), r: 2.6, fill: c.look.colour}));
      });
    }
    const legendX = LEFT + (k % 2) * (WIDTH - LEFT) / 2, legendY = HEIGHT + 16 * Math.floor(k / 2);
    svg.append(drawn("line", {x1: legendX, x2: legendX + 26, y1: legendY, y2: legendY, stroke: c.look.colour, "stroke-width": 2,
                              "stroke-dasharray": c.look.dash}),
               drawn("text", {x: legendX + 32, y: legendY + 4}, c.label));
  });
  return svg;
}

// ---- what stands where in the data ----

const unitOf = signal => signal.unit && signal.unit !== "1" ? signal.unit : "";
const labelOf = signal => signal.label || signal.name + (unitOf(signal) ? ` (${unitOf(signal)})` : "");
const HOURS = {h: 1, d: 24, s: 1 / 3600, min: 1 / 60};
const windowNames = (data.windows && data.windows.label) || [];
const doses = [...new Set(data.events.flatMap(columns => columns.time_h || []))].sort((a, b) => a - b);

// Windows are unevenly spread over hours and days: side by side they can be read.
function isOfWindows(group) {
  return group.axes.length === 1 && windowNames.length > 0 && group.axes[0].at.every(at => at[1] === windowNames.length);
}

// Plots of the same kind are told apart by their region.
const regions = new Set([...((data.populations && data.populations.region) || []), ...data.rasters.map(r => r.region)]);
function titleOf(group) {
  const last = group.path.split("/").pop();
  return regions.has(last) ? `${group.title}: ${last}` : group.title;
}

// Curves of a signal, one for each set.
function curvesOf(group, signal) {
  return data.sets.map((set, s) => {
    const found = signal.sets[s];
    if (!found) return null;
    const at = take(group.axes[0].at[s]), y = take(found.mean);
    const x = isOfWindows(group) ? Float32Array.from(at, (_, k) => k) : at;
    return {label: set.label + (found.seeds > 1 ? `, ${found.seeds} seeds` : ""), x, y, sd: found.sd ? take(found.sd) : null,
            look: look(s)};
  }).filter(curve => curve && curve.x.length > 0);
}

// Bins of 10 ms of seconds that lie hours apart: windows one behind the other, in seconds that were simulated. Days
// after the start a number of 32 bits no longer tells one bin from the next.
function together(curves) {
  return curves.map(c => {
    const x = new Float32Array(c.x.length);
    const steps = [...c.x].map((v, k) => v - c.x[k - 1]).filter(v => v > 0 && Number.isFinite(v)).sort((a, b) => a - b);
    const usual = steps.length ? steps[steps.length >> 1] : 1;
    let at = 0;
    for (let k = 0; k < x.length; k++) {
      const step = k > 0 ? c.x[k] - c.x[k - 1] : 0, rounding = 2 ** -22 * Math.abs(c.x[k]);
      at += k === 0 ? 0 : step > -rounding && step < 20 * usual + rounding ? usual : 20 * usual;
      x[k] = at;
    }
    return {...c, x};
  });
}

// ---- panels ----

const SPANS = ["all", "the first day", "three hours from the dose"];

function curvePanel(group, first) {
  const state = {signal: Math.max(0, group.signals.findIndex(s => s.name === first)), span: group.path === "/drugs" && doses.length ? 2 : 0, logY: false};
  const ofWindows = isOfWindows(group), axis = group.axes[0], dense = axis.unit === "s" && !ofWindows;
  const panel = element("figure", {class: "panel"}, element("h3", {}, titleOf(group)));
  const picture = element("div");
  const draw = () => {
    const signal = group.signals[state.signal], scale = HOURS[axis.unit] || 1;
    let curves = curvesOf(group, signal);
    const options = {yLabel: labelOf(signal), xLabel: ofWindows ? "window" : dense ? "time in windows, one behind the other (s)" :
                     `time (${axis.unit})`, names: ofWindows ? windowNames : null, logY: state.logY, zero: false,
                     events: dense ? [] : doses.map(h => h / scale)};
    if (dense) curves = together(curves);
    if (!ofWindows && !dense && state.span > 0) {
      const dose = doses.length ? doses[0] / scale : 0;
      options.from = state.span === 1 ? -Infinity : dose - 0.5 / scale;
      options.to = state.span === 1 ? dose + 24 / scale : dose + 3 / scale;
    }
    picture.replaceChildren(chart(curves, options));
  };
  const bar = element("div", {class: "bar"});
  if (group.signals.length > 1) bar.append(choose(group.signals.map(s => s.name), state.signal, k => { state.signal = k; draw(); }, "signal"));
  if (!ofWindows && !dense) bar.append(choose(SPANS, state.span, k => { state.span = k; draw(); }, "span of time"));
  bar.append(element("label", {}, element("input", {type: "checkbox", onchange: event => { state.logY = event.target.checked; draw(); }}), " log"),
             saves(() => picture.firstChild, () => group.path.slice(1) + "_" + group.signals[state.signal].name));
  panel.append(bar, picture);
  draw();
  return panel;
}

function spectrumPanel(group) {
  const state = {signal: 0, window: Math.min(1, Math.max(0, windowNames.length - 1)), logY: true};
  const panel = element("figure", {class: "panel"}, element("h3", {}, titleOf(group)));
  const picture = element("div");
  const draw = () => {
    const signal = group.signals[state.signal];
    const curves = data.sets.map((set, s) => {
      const found = signal.sets[s];
      if (!found) return null;
      const x = take(group.axes[1].at[s]), all = take(found.mean), from = state.window * x.length;
      const sds = found.sd ? take(found.sd).subarray(from, from + x.length) : null;
      return {label: set.label, x, y: all.subarray(from, from + x.length), sd: sds, look: look(s)};
    }).filter(c => c && c.y.length > 0);
    picture.replaceChildren(chart(curves, {yLabel: labelOf(signal), xLabel: `${group.axes[1].name} (${group.axes[1].unit})`,
                                           logX: true, logY: state.logY}));
  };
  panel.append(element("div", {class: "bar"},
    choose(group.signals.map(s => s.name), 0, k => { state.signal = k; draw(); }, "signal"),
    choose(windowNames.length ? windowNames : ["1"], state.window, k => { state.window = k; draw(); }, "window"),
    element("label", {}, element("input", {type: "checkbox", checked: true, onchange: event => { state.logY = event.target.checked; draw(); }}), " log"),
    saves(() => picture.firstChild, () => group.path.slice(1) + "_" + group.signals[state.signal].name)), picture);
  draw();
  return panel;
}

// Cividis (Nuñez et al. 2018, doi:10.1371/journal.pone.0199239): even in lightness, the same to the colour-blind.
const CIVIDIS = [[0, 34, 78], [18, 53, 112], [59, 73, 108], [87, 93, 109], [112, 113, 115], [138, 134, 120], [165, 156, 116],
                 [195, 179, 105], [225, 204, 85], [254, 232, 56]];
function shade(share) {
  const at = Math.min(Math.max(share, 0), 1) * (CIVIDIS.length - 1), low = Math.min(Math.floor(at), CIVIDIS.length - 2);
  return "rgb(" + CIVIDIS[low].map((v, k) => Math.round(v + (at - low) * (CIVIDIS[low + 1][k] - v))).join() + ")";
}

function mapPanel(group) {
  const state = {signal: 0, frame: Infinity}; // the last one
  const panel = element("figure", {class: "panel wide"}, element("h3", {}, group.title));
  const pictures = element("div", {class: "maps"}), slider = element("input", {type: "range", min: 0, value: 0, "aria-label": "time"});
  const time = element("span");
  let cells = [];
  const frames = () => Math.max(1, ...group.signals[state.signal].sets.map(found => found ? found.frames : 0));
  const unit = group.axes[0].unit;
  const paint = () => {
    const signal = group.signals[state.signal];
    cells.forEach(({found, rects, low, high}) => {
      const size = found.rows * found.columns, frame = Math.min(state.frame, found.frames - 1);
      const values = take(found.values).subarray(frame * size, (frame + 1) * size);
      rects.forEach((rect, k) => rect.setAttribute("fill", Number.isFinite(values[k]) ? shade((values[k] - low) / (high - low || 1)) : "#fff"));
    });
    const at = take(group.axes[0].at.find(a => a[1] > 0) || [0, 0]);
    time.textContent = at.length ? `${short(at[Math.min(state.frame, at.length - 1)])} ${unit}` : signal.name;
  };
  const draw = () => {
    const signal = group.signals[state.signal];
    const all = signal.sets.filter(Boolean).map(found => take(found.values));
    let low = Infinity, high = -Infinity;
    for (const list of all) for (const v of list) if (Number.isFinite(v)) [low, high] = [Math.min(low, v), Math.max(high, v)];
    if (!Number.isFinite(low)) [low, high] = [0, 1];
    slider.max = frames() - 1;
    slider.value = state.frame = Math.min(state.frame, frames() - 1);
    cells = [];
    pictures.replaceChildren(...data.sets.map((set, s) => {
      const found = signal.sets[s];
      if (!found) return null;
      const side = 200, edge = side / Math.max(found.rows, found.columns);
      const svg = drawn("svg", {viewBox: "0 0 250 262", role: "img", "aria-label": `${set.label}: ${signal.name}`});
      const rects = [];
      for (let k = 0; k < found.rows * found.columns; k++) {
        const rect = drawn("rect", {x: 10 + k % found.columns * edge, y: 22 + Math.floor(k / found.columns) * edge,
                                    width: edge + 0.3, height: edge + 0.3});
        rects.push(rect);
        svg.append(rect);
      }
      for (let k = 0; k < 40; k++) svg.append(drawn("rect", {x: 218, y: 22 + k * 5, width: 12, height: 5.2, fill: shade(1 - k / 39)}));
      svg.append(drawn("text", {x: 10, y: 14}, set.label), drawn("text", {x: 224, y: 16, "text-anchor": "middle"}, short(high)),
                 drawn("text", {x: 224, y: 236, "text-anchor": "middle"}, short(low)),
                 drawn("text", {x: 10, y: 240}, labelOf(signal)));
      cells.push({found, rects, low, high});
      return svg;
    }).filter(Boolean));
    paint();
  };
  slider.addEventListener("input", () => { state.frame = +slider.value; paint(); });
  const which = () => pictures.children[Math.min(state.save || 0, pictures.children.length - 1)];
  panel.append(element("div", {class: "bar"},
    choose(group.signals.map(s => s.name), 0, k => { state.signal = k; draw(); }, "signal"), slider, time,
    data.sets.length > 1 ? choose(data.sets.map(s => s.label), 0, k => { state.save = k; }, "arm that is saved") : "",
    saves(which, () => group.path.slice(1) + "_" + group.signals[state.signal].name)), pictures);
  draw();
  return panel;
}

const TYPES = {};
function typeColour(type) {
  if (!(type in TYPES)) TYPES[type] = COLOURS[Object.keys(TYPES).length % COLOURS.length];
  return TYPES[type];
}

for (const raster of data.rasters) raster.populations.forEach(population => typeColour(population.type)); // in their order

function rasterPanel(raster) {
  const state = {window: Math.min(1, raster.windows.length - 1), set: 0};
  const rows = raster.populations.reduce((sum, p) => sum + p.rows, 0);
  const panel = element("figure", {class: "panel wide"}, element("h3", {}, `Spikes in ${raster.region}: at most 40 cells of each population`));
  const pictures = element("div", {class: "panels"});
  const span = () => {
    let most = 100;
    for (const set of raster.sets) if (set[state.window]) for (const t of take(set[state.window].t)) most = Math.max(most, t);
    return 100 * Math.ceil(most / 100);
  };
  const one = s => {
    const scale = 480 / span();
    const found = raster.sets[s][state.window], high = Math.max(160, Math.min(2 * rows, 460)), line = high / Math.max(rows, 1);
    const svg = drawn("svg", {viewBox: `0 0 572 ${high + 60}`, role: "img", "aria-label": `spikes, ${data.sets[s].label}`});
    svg.append(drawn("text", {x: 70, y: 12}, data.sets[s].label));
    const t = found ? take(found.t) : [], row = found ? take(found.row) : [];
    let from = 0, label = 0;
    for (const population of raster.populations) {
      label = Math.max(label + 11, 20 + line * (from + population.rows / 2) + 4);
      const colour = typeColour(population.type);
      let path = "";
      for (let k = 0; k < t.length; k++) {
        if (row[k] < from || row[k] >= from + population.rows) continue;
        path += `M${(70 + scale * t[k]).toFixed(1)} ${(20 + line * row[k]).toFixed(1)}v${Math.max(2.4, line).toFixed(1)}`;
      }
      svg.append(drawn("path", {d: path, stroke: colour, "stroke-width": 1.3, fill: "none"}),
                 drawn("line", {x1: 66, x2: 554, y1: 20 + line * from, y2: 20 + line * from, stroke: "#cfcfcf", "stroke-width": 0.5}),
                 drawn("text", {x: 64, y: label, "text-anchor": "end"}, population.name));
      from += population.rows;
    }
    for (const tick of ticks(0, span(), 4)) svg.append(drawn("text", {x: 70 + scale * tick, y: high + 36, "text-anchor": "middle"}, String(tick)));
    svg.append(drawn("text", {x: 310, y: high + 54, "text-anchor": "middle"}, "time in the window (ms)"));
    return svg;
  };
  const draw = () => pictures.replaceChildren(...data.sets.map((_, s) => s).filter(s => raster.sets[s] && raster.sets[s].length)
    .slice(0, 8).map(one));
  panel.append(element("div", {class: "bar"}, choose(raster.windows, state.window, k => { state.window = k; draw(); }, "window"),
    choose(data.sets.slice(0, 8).map(s => s.label), 0, k => { state.set = k; }, "arm that is saved"),
    saves(() => pictures.children[Math.min(state.set, pictures.children.length - 1)], () => `spikes_${raster.region}`)), pictures);
  draw();
  return panel;
}

// ---- tables ----

function table(heads, rows, numeric = []) {
  const made = element("table");
  made.append(element("thead", {}, element("tr", {}, ...heads.map((head, k) =>
    element("th", numeric.includes(k) ? {class: "number"} : {}, head)))));
  const body = element("tbody");
  for (const row of rows) {
    body.append(element("tr", {}, ...row.map((cell, k) => element("td", numeric.includes(k) ? {class: "number"} : {}, cell))));
  }
  made.append(body);
  return made;
}

// Measures by arm: mean over runs of each set, and the ratio to the first arm at the same point.
function measureRows() {
  const {table: values, ratio} = data.measures;
  const names = Object.keys(values).filter(name => `unit of ${name}` in values &&
    !["seed", "run", "point"].includes(name) && Array.isArray(values[name]) && typeof values[name].find(v => v !== null) === "number");
  const point = values.point || values.arm.map(() => 0);
  const mean = (list, rows) => {
    const kept = rows.map(r => list[r]).filter(v => typeof v === "number");
    const m = kept.reduce((a, b) => a + b, 0) / kept.length;
    const sd = Math.sqrt(kept.reduce((a, b) => a + (b - m) ** 2, 0) / (kept.length - 1));
    return {mean: m, sd, n: kept.length};
  };
  const rowsOf = data.sets.map(set => values.arm.map((arm, r) => arm === set.arm && point[r] === set.point ? r : -1).filter(r => r >= 0));
  return names.filter(name => /^[A-Za-z0-9]+_/.test(name)).map(name => ({name, unit: values[`unit of ${name}`],
    meaning: values[`meaning of ${name}`],
    sets: rowsOf.map(rows => ({value: mean(values[name], rows), ratio: ratio[name] ? mean(ratio[name], rows) : {mean: NaN, sd: NaN}}))}));
}

function withSpread({mean, sd, n}) {
  return short(mean) + (n > 1 && Number.isFinite(sd) ? ` ± ${short(sd > 1e-9 * Math.abs(mean) ? sd : 0)}` : "");
}

function measuresSection(rows) {
  const into = section("measures", "Measures");
  const first = data.sets[0].arm;
  const heads = ["measure", "unit", ...data.sets.flatMap(set => set.arm === first ? [set.label] : [set.label, `over ${first}`])];
  const numeric = heads.map((_, k) => k).filter(k => k > 1);
  const place = element("div", {class: "scroll"});
  const fill = word => place.replaceChildren(table(heads, rows.filter(r => r.name.toLowerCase().includes(word.toLowerCase())).map(r =>
    [element("span", {title: r.meaning || ""}, r.name), r.unit === "1" ? "" : r.unit, ...data.sets.flatMap((set, s) =>
      set.arm === first ? [withSpread(r.sets[s].value)] : [withSpread(r.sets[s].value), Number.isFinite(r.sets[s].ratio.mean) ? "×" + withSpread(r.sets[s].ratio) : "–"])]), numeric));
  into.append(element("div", {class: "bar"}, element("label", {}, "show ", element("input", {type: "search", placeholder: "all, or part of a name",
    oninput: event => fill(event.target.value)}))), place);
  fill("");
}

// ---- words ----

const PHRASES = [["rate_PYR", "pyramidal cells fire"], ["rate_PV", "PV cells"], ["rate_SST", "SST cells"], ["rate_OLM", "O-LM cells"],
  ["rate_VIP", "VIP cells"], ["glutamate", "extracellular glutamate"], ["throughput", "AMPA throughput"], ["bdnf_max", "peak BDNF"],
  ["mtorc1_max", "peak mTORC1"], ["spines_day1", "spines a day later"], ["spines_end", "spines at the end"]];

function sentences(rows) {
  const said = [], regions = [...new Set(rows.map(r => r.name.split("_")[0]))], first = data.sets[0].arm;
  data.sets.forEach((set, s) => {
    if (set.arm === first || said.length >= 12) return;
    for (const region of regions) {
      const find = id => rows.find(r => r.name === `${region}_${id}`);
      const parts = PHRASES.map(([id, words]) => [words, find(id)]).filter(([, row]) => row && Number.isFinite(row.sets[s].ratio.mean))
        .map(([words, row]) => `${words} ×${withSpread(row.sets[s].ratio)}`);
      const block = find("blocked_PYR");
      const blocked = block ? `${Math.round(100 * block.sets[s].value.mean)} % of the NMDA charge of pyramidal cells is blocked; ` : "";
      if (parts.length) said.push(`${set.label} against ${first}, ${region}: ${blocked}${parts.join(", ")}.`);
    }
  });
  return said;
}

// ---- the page ----

const ORDER = [["drugs", "Drug and block", /^\/(drugs|block|pathways|occupancy|body)/],
  ["firing", "Firing", /^\/(rates|summary|spiking|clamp|state|phase)/], ["spectra", "Rhythms", /^\/(spectra|bands|coupling)/],
  ["glutamate", "Glutamate and bursts", /^\/(dialysis|electrode|bursts)/], ["maps", "Maps", /^\/maps/],
  ["slow", "From BDNF to spines", /^\/(slow|plasticity|stress)/], ["other", "More", /./]];
const FIRST = {"/block": /^PYR|_PYR$/, "/drugs": /^brain_/};

function groupPanels(group) {
  if (group.axes.length === 3) return [mapPanel(group)];
  if (group.axes.length === 2) return [spectrumPanel(group)];
  const wanted = [];
  if (group.path === "/slow") wanted.push(...group.signals.filter(s => /_(bdnf|mtorc1|proteins|spine_density)$/.test(s.name)).map(s => s.name));
  if (/^\/summary/.test(group.path)) wanted.push(...["rate", "throughput", "glutamate", "blocked"].filter(n => group.signals.some(s => s.name === n)));
  if (FIRST[group.path]) wanted.push(...group.signals.filter(s => FIRST[group.path].test(s.name)).slice(0, 2).map(s => s.name));
  if (!wanted.length) wanted.push(group.signals[0].name);
  return wanted.slice(0, 8).map(name => curvePanel(group, name));
}

// A panel is drawn when it comes near the screen, so that a page of a hundred opens at once.
function lazily(into, make) {
  const place = element("div", {class: "panel", style: "min-height:340px"});
  into.append(place);
  const watch = new IntersectionObserver(entries => {
    if (!entries.some(entry => entry.isIntersecting)) return;
    watch.disconnect();
    place.replaceWith(...make());
  }, {rootMargin: "600px"});
  watch.observe(place);
}

function drawAll() {
  const title = data.title || "Spinule";
  document.title = title + " – Spinule";
  document.getElementById("title").textContent = title;
  const about = data.provenance;
  const runs = data.sets.reduce((sum, set) => sum + set.seeds, 0);
  document.getElementById("subtitle").textContent = `${data.sets.length} arm${data.sets.length === 1 ? "" : "s"}` +
    `${data.batch ? " and points" : ""}, ${runs} result${runs === 1 ? "" : "s"}; Spinule ${about.program_version}` +
    ` (${about.git_commit}), ${about.finished || about.started}` + (data.left_out ? `; ${data.left_out} more are not shown` : "");
  const rows = data.measures ? measureRows() : [];
  const words = sentences(rows);
  const summary = section("summary", "In words");
  if (words.length) summary.append(element("ul", {}, ...words.map(text => element("li", {}, text))));
  else summary.append(element("p", {}, data.measures ? "There is one arm, and nothing to compare it with." : "The run goes on: measures come when it is complete."));
  if (data.rows.length) {
    section("effects", "Against published effects").append(table(["id", "effect", "here", "accepted", "verdict", "source"], data.rows.map(r =>
      [r.id, `${r.subject}: ${r.what}`, withSpread({mean: r.value, sd: r.sd, n: r.seeds}), `${short(r.low)} – ${short(r.high)}`,
       element("span", {class: "verdict"}, r.value === null ? "not measured" : r.passed ? "✓ pass" : "✗ fail"), r.source]), [2, 3]));
  }
  if (rows.length) measuresSection(rows);
  const left = new Set(data.groups.filter(g => g.signals.length && g.axes[0].at.some(at => at[1] > 0)));
  for (const [id, name, pattern] of ORDER) {
    const groups = [...left].filter(g => pattern.test(g.path));
    const rasters = id === "firing" ? data.rasters.filter(r => r.windows.length) : [];
    if (!groups.length && !rasters.length) continue;
    groups.forEach(g => left.delete(g));
    const panels = element("div", {class: "panels"});
    section(id, name).append(panels);
    rasters.forEach(raster => lazily(panels, () => [rasterPanel(raster)]));
    groups.forEach(group => lazily(panels, () => groupPanels(group)));
  }
  provenance(about);
}

function provenance(about) {
  const into = section("provenance", "Provenance");
  into.append(table(["", ""], Object.entries(about).filter(([, value]) => value).map(([key, value]) => [key.replace(/_/g, " "), value])));
  data.sets.forEach((set, s) => {
    const events = data.events[s], n = (events.time_h || []).length;
    into.append(element("h3", {}, `${set.label}: seeds ${data.seeds[s].join(", ")}`));
    if (n) {
      into.append(table(["time (h)", "kind", "drug", "dose (mg/kg)", "route"], events.time_h.map((h, k) =>
        [short(h), events.kind[k], events.drug[k], short((events.dose_mg_per_kg || [])[k]), events.route[k]]), [0, 3]));
    } else into.append(element("p", {}, "Nothing was given."));
  });
  into.append(element("details", {}, element("summary", {}, "Publications behind what was on"),
                      element("ul", {}, ...data.citations.map(text => element("li", {}, text)))),
              element("details", {}, element("summary", {}, "Config"), element("pre", {}, data.config)));
}

drawAll();
