// opens.mjs REPORT SHOTS - how long Chromium takes to open a report: from the call to the first picture of words and
// measures on the screen, and the time of the page's own thread in it. Prints one JSON object; leaves a screenshot.
import path from "node:path";
import puppeteer from "puppeteer-core";

const [report, shots] = process.argv.slice(2);
const browser = await puppeteer.launch({executablePath: process.env.CHROMIUM || "/usr/bin/chromium", headless: true,
                                        args: ["--no-sandbox", "--disable-gpu"]});
const page = await browser.newPage();
await page.setViewport({width: 1280, height: 900});
const begun = performance.now();
await page.goto("file://" + path.resolve(report), {waitUntil: "load"});
await page.waitForSelector("#summary li, #summary p");
const opens_s = (performance.now() - begun) / 1000;
const {TaskDuration} = await page.metrics();
await page.screenshot({path: path.join(shots, "large.png")});
await browser.close();
console.log(JSON.stringify({opens_s, task_s: TaskDuration}));
