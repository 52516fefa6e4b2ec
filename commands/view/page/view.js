// view.js - opens the result files of a directory by h5wasm, draws their plots by uPlot, and looks for news while a run
// goes on. Addresses are relative: they stay behind the token.
"use strict";

const COLOURS = ["#000000", "#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a8a00"];
const DASHES = [[], [8, 4], [2, 4], [10, 4, 2, 4], [5, 3], [14, 5], [1, 3], [4, 4, 1, 4]];
const EVERY_MS = 2000;

const by = id => document.getElementById(id);
const state = {files: [], chosen: new Set(), open: new Map(), group: null, signal: null, frame: 0, window: 0, stretch: -1};

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (typeof value === "boolean") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const short = value => typeof value === "bigint" ? String(value) : !Number.isFinite(value) ? String(value) : String(+value.toPrecision(5));

// ---- files ----

// A file that is being written may be met in the middle of a flush: the next look opens it.
async function openFile(file) {
  const known = state.open.get(file.name);
  const stamp = `${file.bytes}/${file.updated}/${file.saved}/${file.state}`;
  if (known && known.stamp === stamp) return;
  const answer = await fetch("file/" + file.name, {cache: "no-store"});
  if (!answer.ok) return;
  const {FS} = await h5wasm.ready;
  const inside = file.name.replace("/", "_");
  if (known) known.file.close();
  state.open.delete(file.name);
  FS.writeFile(inside, new Uint8Array(await answer.arrayBuffer()));
  try {
    state.open.set(file.name, {file: new h5wasm.File(inside, "r"), stamp});
  } catch (error) {
    by("state").textContent = `${file.name}: not whole at the moment`;
  }
}

function showFiles() {
  by("files").replaceChildren(...state.files.map(file => element("label", {},
    element("input", {type: "checkbox", checked: state.chosen.has(file.name), "data-name": file.name, onchange: event => {
      if (event.target.checked) state.chosen.add(file.name);
      else state.chosen.delete(file.name);
      look(true);
    }}), ` ${file.name.replace(/(\.partial)?\.h5$/, "")} `, element("span", {class: "faint"}, file.state),
    file.fraction < 1 ? element("progress", {max: 1, value: file.fraction}) : "")));
  const first = state.files[0];
  if (first && first.title) {
    by("title").textContent = first.title;
    document.title = first.title + " – Spinule";
  }
}

// What is looked at: all arms of a run; of a batch, the first run.
function chooseFirst() {
  const run = name => name.includes("/") ? name.split("/")[0] : "";
  for (const file of state.files) if (run(file.name) === run(state.files[0].name)) state.chosen.add(file.name);
}

let looking = false;
async function look(force) {
  if (looking) return;
  looking = true;
  try {
    const answer = await fetch("files", {cache: "no-store"});
    if (!answer.ok) throw new Error(await answer.text());
    const before = JSON.stringify(state.files);
    state.files = (await answer.json()).files;
    const names = new Set(state.files.map(file => file.name));
    for (const name of [...state.chosen]) {
      if (names.has(name)) continue;
      state.chosen.delete(name); // a partial file has taken its final name
      const whole = name.replace(".partial.h5", ".h5");
      if (names.has(whole)) state.chosen.add(whole);
    }
    if (state.chosen.size === 0 && state.files.length) chooseFirst();
    if (force || before !== JSON.stringify(state.files)) {
      showFiles();
      for (const file of state.files) if (state.chosen.has(file.name)) await openFile(file);
      showGroups();
      draw();
      showOpened();
    }
    by("state").textContent = state.files.some(file => file.state === "running") ? "running" : "at rest";
  } catch (error) {
    by("state").textContent = "no answer: is `spinule view` still running?";
  } finally {
    looking = false;
  }
}

// ---- groups that are plots ----

const attribute = (item, name) => {
  const found = item.attrs[name];
  return found === undefined ? undefined : found.value;
};
const asList = value => value === undefined ? [] : Array.isArray(value) ? value : [value];

function plotsOf(file) {
  const found = [];
  const walk = (path, depth) => {
    const item = file.get(path || "/");
    if (attribute(item, "signal") !== undefined) found.push(path);
    else if (depth < 3) {
      for (const key of item.keys()) {
        if (["spikes", "nodes", "provenance"].includes(key) && depth === 0) continue;
        if (file.get(`${path}/${key}`) instanceof h5wasm.Group) walk(`${path}/${key}`, depth + 1);
      }
    }
  };
  walk("", 0);
  return found;
}

const openChosen = () => [...state.chosen].filter(name => state.open.has(name)).map(name => [name, state.open.get(name).file]);

function showGroups() {
  const files = openChosen();
  if (!files.length) return;
  const plots = plotsOf(files[0][1]);
  if (!plots.includes(state.group)) state.group = plots.find(path => path.startsWith("/summary/")) || plots[0] || null;
  by("groups").replaceChildren(...plots.map(path => element("button", {type: "button", "aria-current": String(path === state.group),
    "data-path": path, onclick: () => {
      state.group = path;
      state.signal = null;
      showGroups();
      draw();
    }}, path.slice(1))));
}

// ---- drawing ----

function read(file, path) {
  try {
    const item = file.get(path);
    return item ? {values: Float64Array.from(item.value, Number), shape: item.shape, unit: attribute(item, "units") || "",
                   label: attribute(item, "long_name") || path.split("/").pop()} : null;
  } catch (error) {
    return null;
  }
}

function draw() {
  const files = openChosen(), place = by("plot");
  if (!files.length || !state.group) {
    place.replaceChildren(element("p", {}, "There is nothing to draw yet."));
    return;
  }
  const group = files[0][1].get(state.group);
  const signals = [...asList(attribute(group, "signal")), ...asList(attribute(group, "auxiliary_signals"))];
  const axes = asList(attribute(group, "axes"));
  if (!signals.includes(state.signal)) state.signal = signals[0];
  const choice = element("select", {"aria-label": "signal", id: "signal", onchange: event => { state.signal = event.target.value; draw(); }},
                         ...signals.map(name => element("option", {selected: name === state.signal}, name)));
  const bar = element("div", {class: "bar"}, element("strong", {}, state.group.slice(1)), choice);
  const body = element("div");
  place.replaceChildren(bar, body);
  const found = files.map(([name, file]) => ({name: name.replace(/(\.partial)?\.h5$/, ""), signal: read(file, `${state.group}/${state.signal}`),
    axes: axes.map(axis => read(file, `${state.group}/${axis}`))})).filter(f => f.signal && f.axes.every(Boolean));
  if (!found.some(f => f.signal.shape[0] > 0)) {
    body.append(element("p", {class: "faint"}, "Nothing yet: rows come with the first checkpoint, after a window of spikes."));
    return;
  }
  if (axes.length === 3) drawMaps(found, bar, body);
  else drawCurves(found, axes.length, bar, body);
}

// Stretches of a curve between gaps, as [first, last] positions: windows of seconds in a course of days, each of which is
// thinner than a pixel where all is shown.
function stretchesOf(x, values) {
  const found = [];
  for (let k = 0, open = false; k < x.length; k++) {
    const there = Number.isFinite(x[k]) && Number.isFinite(values[k]);
    if (there && open) found[found.length - 1][1] = x[k];
    else if (there) found.push([x[k], x[k]]);
    open = there;
  }
  return found;
}

// A choice of one stretch, or all; gives the one that is chosen.
function chooseStretch(found, bar) {
  const axis = found[0].axes[0], stretches = stretchesOf(axis.values, found[0].signal.values);
  if (stretches.length < 2) return null;
  const name = (from, k) => element("option", {value: k, selected: k === state.stretch}, `window ${k + 1}: ${short(from)} ${axis.unit}`);
  if (state.stretch >= stretches.length) state.stretch = stretches.length - 1;
  bar.append(element("select", {"aria-label": "stretch", id: "stretch", onchange: event => { state.stretch = Number(event.target.value); draw(); }},
                     element("option", {value: -1, selected: state.stretch < 0}, "all windows"), ...stretches.map(([from], k) => name(from, k))));
  return state.stretch < 0 ? null : stretches[state.stretch];
}

// Rows of a spectrum: one window; a curve: all of it, or one stretch. Files with other positions are joined by uPlot.
function drawCurves(found, rank, bar, body) {
  const stretch = rank === 1 ? chooseStretch(found, bar) : null;
  if (rank === 2) {
    const windows = found[0].signal.shape[0];
    state.window = Math.min(state.window, windows - 1);
    bar.append(element("label", {}, "window ", element("input", {type: "number", min: 1, max: windows, value: state.window + 1,
      onchange: event => { state.window = Math.max(0, Math.min(windows - 1, event.target.value - 1)); draw(); }})));
  }
  const tables = found.map(f => {
    const x = f.axes[rank - 1].values, from = rank === 2 ? state.window * x.length : 0;
    const rows = [...x.keys()].filter(k => Number.isFinite(x[k]) && (!stretch || (x[k] >= stretch[0] && x[k] <= stretch[1])));
    return [rows.map(k => x[k]), rows.map(k => { const v = f.signal.values[from + k]; return Number.isFinite(v) ? v : null; })];
  });
  const axis = found[0].axes[rank - 1], apart = rank === 1 && !stretch && by("stretch") !== null;
  const series = found.map((f, k) => ({label: f.name, stroke: COLOURS[k % COLOURS.length], dash: DASHES[k % DASHES.length], width: 1.5,
                                       spanGaps: false, points: {show: apart || tables[k][0].length < 60}}));
  body.append(element("p", {}, found[0].signal.label));
  new uPlot({width: Math.max(400, body.clientWidth || 800), height: 400, scales: {x: {time: false}},
             axes: [{label: axis.label}, {label: (found[0].signal.unit || "1").replace(/\bu(?=[mM])/, "µ"), size: 70}],
             series: [{label: axis.unit || "x"}, ...series]}, uPlot.join(tables), body);
  body.append(element("p", {class: "faint"}, "Draw over a stretch to see it larger; a double click shows all."));
}

// Cividis (Nuñez et al. 2018, doi:10.1371/journal.pone.0199239).
const CIVIDIS = [[0, 34, 78], [59, 73, 108], [112, 113, 115], [165, 156, 116], [225, 204, 85], [254, 232, 56]];
function shade(share) {
  const at = Math.min(Math.max(share, 0), 1) * (CIVIDIS.length - 1), low = Math.min(Math.floor(at), CIVIDIS.length - 2);
  return CIVIDIS[low].map((v, k) => Math.round(v + (at - low) * (CIVIDIS[low + 1][k] - v)));
}

function drawMaps(found, bar, body) {
  const frames = Math.max(...found.map(f => f.signal.shape[0]));
  state.frame = Math.min(state.frame, frames - 1);
  let low = Infinity, high = -Infinity;
  for (const f of found) for (const v of f.signal.values) if (Number.isFinite(v)) [low, high] = [Math.min(low, v), Math.max(high, v)];
  const time = element("span", {class: "faint"}), maps = element("div", {class: "maps"});
  const paint = () => {
    const at = found[0].axes[0];
    time.textContent = `${short(at.values[Math.min(state.frame, at.values.length - 1)])} ${at.unit}; ${found[0].signal.label}: ${short(low)} (dark) to ${short(high)} (light)`;
    maps.replaceChildren(...found.map(f => {
      const [n, rows, columns] = f.signal.shape, frame = Math.min(state.frame, n - 1);
      const canvas = element("canvas", {class: "map", width: columns, height: rows}), pen = canvas.getContext("2d");
      const image = pen.createImageData(columns, rows);
      for (let k = 0; k < rows * columns; k++) {
        const value = f.signal.values[frame * rows * columns + k];
        const [r, g, b] = Number.isFinite(value) ? shade((value - low) / (high - low || 1)) : [255, 255, 255];
        image.data.set([r, g, b, 255], 4 * k);
      }
      pen.putImageData(image, 0, 0);
      return element("figure", {}, element("figcaption", {}, f.name), canvas);
    }));
  };
  bar.append(element("input", {type: "range", id: "frame", min: 0, max: frames - 1, value: state.frame, "aria-label": "time",
                               oninput: event => { state.frame = +event.target.value; paint(); }}), time);
  body.append(maps);
  paint();
}

// ---- what is in a file ----

function showOpened() {
  const files = openChosen(), select = by("opened"), before = select.value;
  select.replaceChildren(...files.map(([name]) => element("option", {selected: name === before}, name)));
  if (select.value !== before || !by("tree").firstChild) showTree();
}

// A file that grows is opened again and again: what is clicked is looked up in the one that is open then.
function showTree() {
  const name = by("opened").value, file = () => state.open.get(name).file;
  if (!state.open.has(name)) return;
  const list = path => {
    const item = file().get(path || "/");
    return element("ul", {}, ...item.keys().map(key => {
      const child = `${path}/${key}`, inside = file().get(child);
      if (inside instanceof h5wasm.Group) {
        const place = element("span");
        return element("li", {}, element("button", {type: "button", "data-path": child, onclick: () => {
          if (place.firstChild) place.replaceChildren();
          else place.replaceChildren(list(child));
        }}, `▸ ${key}`), place);
      }
      return element("li", {}, element("button", {type: "button", "data-path": child, onclick: () => showValue(file(), child)}, key));
    }));
  };
  by("tree").replaceChildren(list(""));
}

function showValue(file, path) {
  const item = file.get(path);
  if (!item || item.value === undefined) {
    by("value").textContent = `${path}: elsewhere`;
    return;
  }
  const rows = Object.keys(item.attrs).filter(name => !["DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME"].includes(name))
    .map(name => `@${name} = ${asList(attribute(item, name)).join(", ")}`);
  const value = item.value;
  const list = typeof value === "string" || typeof value === "number" || typeof value === "bigint" ? [value] : Array.from(value);
  const shown = list.slice(0, 400).map(v => typeof v === "string" ? v : short(v)).join(typeof list[0] === "string" ? "\n" : "  ");
  by("value").textContent = `${path}  [${(item.shape || []).join(" × ")}]\n${rows.join("\n")}\n\n${shown}${list.length > 400 ? "\n…" : ""}`;
}

by("opened").addEventListener("change", showTree);
setInterval(() => { if (by("follow").checked) look(false); }, EVERY_MS);
look(true);
