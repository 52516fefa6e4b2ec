// pages.mjs REPORT VIEW SHOTS - opens the report of a run (a file; -: none) and its view (an address) in Chromium, clicks
// through them as a user would, and leaves screenshots in a folder. Prints one JSON object of what it saw; what is wrong
// ends it with exit code 1. Whatever a page asks of another host, or complains of, is a fault.
import fs from "node:fs";
import path from "node:path";
import puppeteer from "puppeteer-core";

const [report, view, shots] = process.argv.slice(2);
const faults = [];
const seen = {};
const browser = await puppeteer.launch({executablePath: process.env.CHROMIUM || "/usr/bin/chromium", headless: true,
                                        args: ["--no-sandbox", "--disable-gpu", "--force-prefers-reduced-motion"]});

function need(condition, what) {
  if (!condition) faults.push(what);
}

async function open(address) {
  const page = await browser.newPage();
  await page.setViewport({width: 1280, height: 900});
  page.setDefaultTimeout(600000); // the machine may be shared: nothing here is about time
  page.on("pageerror", error => faults.push(`${address}: ${error.message}`));
  page.on("console", message => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load")) faults.push(`${address}: ${message.text()}`);
  });
  page.on("response", answer => { // a partial file may have taken its final name between list and file
    if (answer.status() >= 400 && !answer.url().endsWith(".partial.h5")) faults.push(`${answer.status()} ${answer.url()}`);
  });
  page.on("request", request => {
    const url = request.url();
    if (!/^(file|data|blob):/.test(url) && !url.startsWith("http://127.0.0.1:")) faults.push(`asks for ${url}`);
  });
  return page;
}

const pause = ms => new Promise(done => setTimeout(done, ms));

// ---- the report ----

if (report !== "-") {
  const page = await open(report);
  await page.goto("file://" + path.resolve(report), {waitUntil: "load"});
  await page.waitForSelector("#summary li, #summary p");
  await page.screenshot({path: path.join(shots, "report_top.png")});
  seen.sections = await page.$$eval("section h2", all => all.map(h => h.textContent));
  for (const name of ["In words", "Measures", "Drug and block", "Firing", "Maps", "From BDNF to spines", "Provenance"]) {
    need(seen.sections.includes(name), `the report has no section ${name}`);
  }
  seen.words = await page.$$eval("#summary li", all => all.map(li => li.textContent));
  for (const id of await page.$$eval("section", all => all.map(s => s.id))) {
    await page.$eval("#" + id, section => section.scrollIntoView());
    await pause(150);
  }
  await page.$eval("#maps", section => section.scrollIntoView());
  await page.waitForSelector("#maps .maps svg rect");
  const fills = () => page.$$eval("#maps .maps svg:first-child rect", all => all.map(r => r.getAttribute("fill")).join());
  const before = await fills();
  await page.$eval("#maps input[type=range]", slider => {
    slider.value = slider.min;
    slider.dispatchEvent(new Event("input"));
  });
  need(before !== await fills(), "the map does not follow its slider");
  await page.screenshot({path: path.join(shots, "report_maps.png")});
  await page.$eval("#firing", section => section.scrollIntoView());
  await page.waitForSelector("#firing svg path");
  seen.spikes = await page.$$eval("#firing figure.wide svg path", all => all.reduce((n, p) => n + (p.getAttribute("d").match(/M/g) || []).length, 0));
  need(seen.spikes > 0, "the raster is empty");
  await page.screenshot({path: path.join(shots, "report_firing.png")});
  await page.$eval("#slow", section => section.scrollIntoView());
  await pause(200);
  const curve = () => page.$eval("#slow figure svg", svg => svg.querySelectorAll("path")[0].getAttribute("d"));
  const first = await curve();
  await page.select("#slow figure .bar select[aria-label='span of time']", "2");
  need(first !== await curve(), "the span of time changes nothing");
  await page.screenshot({path: path.join(shots, "report_slow.png")});
  need((await page.$$eval("figure svg", all => all.filter(svg => /NaN|Infinity/.test(svg.outerHTML)).length)) === 0, "a picture holds NaN");
  const client = await page.createCDPSession();
  await client.send("Browser.setDownloadBehavior", {behavior: "allow", downloadPath: path.resolve(shots)});
  for (const [button, ending] of [["SVG", ".svg"], ["PNG", ".png"]]) {
    await page.$$eval("#slow figure .saves button", (all, text) => all.find(b => b.textContent === text).click(), button);
    for (let k = 0; k < 50 && !fs.readdirSync(shots).some(f => f.startsWith("slow_") && f.endsWith(ending)); k++) await pause(100);
    need(fs.readdirSync(shots).some(f => f.startsWith("slow_") && f.endsWith(ending)), `no ${button} was saved`);
  }
  await page.type("#measures input[type=search]", "spines_end");
  seen.measures = await page.$$eval("#measures tbody tr", all => all.map(row => row.textContent));
  need(seen.measures.length > 0 && seen.measures.every(text => text.includes("spines_end")), "the filter of measures does not filter");
}

// ---- the view ----

if (view) {
  const live = await open(view);
  await live.goto(view, {waitUntil: "load"});
  await live.waitForSelector("#plot canvas");
  seen.files = await live.$$eval("#files label", all => all.map(label => label.textContent.trim()));
  seen.plots = await live.$$eval("#groups button", all => all.map(button => button.textContent));
  if (process.env.GROWS) need((await live.$eval("#state", e => e.textContent)) === "running", "curves came only after the run");
  await live.screenshot({path: path.join(shots, "view_windows.png")});
  await live.click("#groups button[data-path='/rates']");
  await live.waitForSelector("#signal option");
  const orange = () => live.$eval("#plot canvas", canvas => { // pixels of the second curve: nothing else has its colour
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let k = 0; k < data.length; k += 4) n += data[k] > 180 && data[k + 1] > 60 && data[k + 1] < 130 && data[k + 2] < 60 && data[k + 3] > 200;
    return n;
  });
  await pause(300);
  await live.screenshot({path: path.join(shots, "view_rates.png")});
  if (!process.env.GROWS) { // windows of a fraction of a second in a day
    need(await orange() > 40, "rates of all windows cannot be seen");
    seen.stretches = await live.$$eval("#stretch option", all => all.map(o => o.textContent));
    await live.select("#stretch", "0");
    await pause(300);
    need(await orange() > 40, "rates of one window cannot be seen");
    await live.screenshot({path: path.join(shots, "view_rates_window.png")});
  }
  await live.click("#groups button[data-path='/slow']");
  await live.waitForSelector("#signal option");
  await live.select("#signal", (await live.$$eval("#signal option", all => all.map(o => o.value))).find(name => name.endsWith("mtorc1")));
  await pause(300);
  await live.screenshot({path: path.join(shots, "view_slow.png")});
  const map = seen.plots.find(name => name.startsWith("maps/"));
  await live.click(`#groups button[data-path='/${map}']`);
  await live.waitForSelector("#frame");
  await live.$eval("#frame", slider => { slider.value = slider.max; slider.dispatchEvent(new Event("input")); });
  await live.waitForSelector("canvas.map");
  await live.screenshot({path: path.join(shots, "view_maps.png")});
  await live.click("#tree button[data-path='/provenance']");
  await live.click("#tree button[data-path='/provenance/seed']");
  seen.seed = (await live.$eval("#value", pre => pre.textContent)).trim().split("\n").pop();
  if (process.env.GROWS) { // a run goes on: the file grows, and the page with it
    const state = () => live.$eval("#files", all => all.textContent + [...all.querySelectorAll("progress")].map(p => p.value));
    const was = await state();
    for (let k = 0; k < 6000 && await state() === was; k++) await pause(100);
    need(await state() !== was, "the view does not follow the run");
  }
}

await browser.close();
console.log(JSON.stringify({seen, faults}, null, 1));
process.exit(faults.length ? 1 : 0);
