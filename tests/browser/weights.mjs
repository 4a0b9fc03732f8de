// What a first visit costs: sizes of style and script, number of requests, bytes (gates G10 and G11).
import { gzipSync } from "node:zlib";

const KB = 1024;
const LIMITS = { "site.css": [24 * KB, 7 * KB], "app.js": [8 * KB, 3 * KB] };
const FIRST_VISIT_BYTES = 40 * KB;
const FIRST_VISIT_REQUESTS = 6;

/** Style and script, raw and compressed. */
export async function weights({ base }, gates) {
  const html = await (await fetch(`${base}/`)).text();
  for (const [name, [raw, packed]] of Object.entries(LIMITS)) {
    const address = new RegExp(`/static/[0-9a-f]+/${name.replace(".", "\\.")}`).exec(html)?.[0];
    if (!address) {
      gates.report("G10 weight", name, "the start page does not load it");
      continue;
    }
    const body = Buffer.from(await (await fetch(base + address)).arrayBuffer());
    const small = gzipSync(body, { level: 9 }).length;
    if (body.length > raw) gates.report("G10 weight", name, `${body.length} bytes, at most ${raw}`);
    if (small > packed) gates.report("G10 weight", name, `${small} bytes compressed, at most ${packed}`);
    console.log(`${name}: ${body.length} B, ${small} B compressed`);
  }
}

/** The start page with an empty cache. */
export async function firstVisit(browser, { base }, gates) {
  const context = await browser.newContext();
  const page = await context.newPage();
  let requests = 0;
  let bytes = 0;
  const bodies = [];
  page.on("response", (response) => {
    requests += 1;
    bodies.push(response.body().then((body) => { bytes += body.length; }, () => {}));
  });
  await page.goto(`${base}/`, { waitUntil: "networkidle" });
  await Promise.all(bodies);
  if (requests > FIRST_VISIT_REQUESTS) gates.report("G11 first visit", "start", `${requests} requests, at most ${FIRST_VISIT_REQUESTS}`);
  if (bytes > FIRST_VISIT_BYTES) gates.report("G11 first visit", "start", `${bytes} bytes, at most ${FIRST_VISIT_BYTES}`);
  console.log(`first visit: ${requests} requests, ${bytes} B`);
  await context.close();
}
