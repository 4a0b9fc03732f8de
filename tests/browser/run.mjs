// The browser suite: `node run.mjs PROGRAM` starts PROGRAM's demo and travels through it in Chromium. Ends with 1 when a gate or a journey fails.
import { access, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { caseJourney } from "./case-journey.mjs";
import { deskPages } from "./desk-pages.mjs";
import { filedPages } from "./filed-pages.mjs";
import { Gates } from "./gates.mjs";
import { Keyboard, Pointer } from "./hands.mjs";
import { journey, traveller } from "./journey.mjs";
import { checkMarkup } from "./markup.mjs";
import { smallJourneys } from "./small-journeys.mjs";
import { startDemo } from "./service.mjs";
import { staffJourney } from "./staff-journey.mjs";
import { firstVisit, weights } from "./weights.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const output = process.env.OUTPUT ?? join(here, "output");
const BROWSERS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

async function browserPath() {
  for (const path of BROWSERS.filter(Boolean)) {
    if (await access(path).then(() => true, () => false)) return path;
  }
  throw new Error("no Chromium: install the package chromium, or name one in CHROMIUM");
}

/** A fresh visitor: a context of her own, whose console and answers are watched. */
async function visitor(browser, gates, label, { lang, javaScript }) {
  const context = await browser.newContext({
    locale: lang === "en" ? "en-GB" : "ja-JP",
    timezoneId: "Europe/London",
    viewport: { width: 1280, height: 800 },
    javaScriptEnabled: javaScript,
    reducedMotion: "reduce",
  });
  // Drawing and reading back the sheets takes seconds in a program that is not optimised, on a machine that does other work.
  context.setDefaultTimeout(Number(process.env.PATIENCE ?? 60_000));
  const page = await context.newPage();
  const answers = { html: "", status: 0 };
  page.on("console", (message) => {
    // Chromium logs every answer that is not a success; forms with mistakes answer 422.
    const isStatus = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isStatus) gates.report("console", label, message.text());
  });
  page.on("pageerror", (error) => gates.report("console", label, error.message));
  page.on("request", (request) => {
    const isOwn = /^(data|blob):/.test(request.url()) || new URL(request.url()).hostname === "127.0.0.1";
    if (!isOwn) gates.report("third party", label, request.url());
  });
  page.on("response", (response) => {
    if (response.status() >= 500) gates.report("status", label, `${response.status()} ${response.url()}`);
    const isPage = response.request().resourceType() === "document" && response.status() < 300 || response.status() >= 400;
    if (isPage && response.request().resourceType() === "document") {
      answers.status = response.status();
      answers.html = response.text().catch(() => "");
    }
  });
  return { context, page, answers };
}

const JOURNEYS = [
  { label: "ja, pointer, JavaScript, every mistake", lang: "ja", javaScript: true, hands: Pointer, mistakes: true, gates: true },
  { label: "en, pointer, JavaScript, every mistake", lang: "en", javaScript: true, hands: Pointer, mistakes: true, gates: true },
  { label: "ja, pointer, no JavaScript", lang: "ja", javaScript: false, hands: Pointer, mistakes: true },
  { label: "en, pointer, no JavaScript", lang: "en", javaScript: false, hands: Pointer, mistakes: false },
  { label: "ja, keyboard alone, JavaScript", lang: "ja", javaScript: true, hands: Keyboard, mistakes: false },
  { label: "en, keyboard alone, no JavaScript", lang: "en", javaScript: false, hands: Keyboard, mistakes: false },
  { label: "ja, staff, JavaScript", lang: "ja", javaScript: true, staff: true, gates: true },
  { label: "en, staff, JavaScript", lang: "en", javaScript: true, staff: true, gates: true },
  { label: "ja, a case through the offices, JavaScript", lang: "ja", javaScript: true, offices: true, gates: true },
  { label: "en, a case through the offices, JavaScript", lang: "en", javaScript: true, offices: true, gates: true },
  { label: "en, a case through the offices, no JavaScript", lang: "en", javaScript: false, offices: true },
  { label: "ja, every page of the desks, JavaScript", lang: "ja", javaScript: true, desks: true, gates: true },
  { label: "en, every page of the desks, JavaScript", lang: "en", javaScript: true, desks: true, gates: true },
  { label: "every status in both languages, JavaScript", lang: "ja", javaScript: true, filed: true, gates: true },
];

/** Whether a journey works at the demo's desks: those share accounts, queues and bags, and go one after another. The others travel beside them. */
const atDesk = (plan) => Boolean(plan.staff || plan.offices || plan.desks);

async function travel(browser, demo, gates, plan, number) {
  const { context, page, answers } = await visitor(browser, gates, plan.label, plan);
  const seen = [];
  const see = async (name) => {
    seen.push(name);
    if (plan.gates) await gates.inspect(page, name, plan.lang, await answers.html);
  };
  const staff = async () => staffJourney({ ...demo, page, lang: plan.lang, see, browser, gates, visitor });
  const who = traveller(plan.lang, `traveller${number}@example.com`);
  try {
    if (plan.staff) {
      await staff();
      return { seen, passed: true };
    }
    const world = { ...demo, browser, gates, visitor, output };
    const round = plan.offices ? caseJourney : plan.desks ? deskPages : plan.filed ? filedPages : null;
    if (round) {
      await round(world, plan, seen, { who, page, see });
      return { seen, passed: true };
    }
    const reference = await journey({ ...demo, page, hands: new plan.hands(page), who, see, mistakes: plan.mistakes });
    if (plan.gates) await smallJourneys({ ...demo, page, who, see, reference, browser, gates, visitor });
    return { seen, passed: true };
  } catch (error) {
    await page.screenshot({ path: join(output, `failed-${number}.png`), fullPage: true }).catch(() => {});
    gates.report("journey", plan.label, `after ${seen.at(-1)} at ${page.url()}: ${error.message.split("\n")[0]}`);
    return { seen, passed: false };
  } finally {
    await context.close();
  }
}

function summary(gates, results) {
  const groups = new Map();
  for (const finding of gates.findings) groups.set(finding.gate, [...(groups.get(finding.gate) ?? []), finding]);
  for (const [gate, findings] of groups) {
    console.log(`\n${gate}: ${findings.length}`);
    for (const { page, what } of findings.slice(0, 400)) console.log(`  ${page}: ${what}`);
    if (findings.length > 400) console.log(`  … and ${findings.length - 400} more`);
  }
  console.log("");
  for (const [label, { passed, seen }] of results) console.log(`${passed ? "passed" : "FAILED"}  ${label} (${seen.length} pages)`);
  const heaviest = gates.heaviest.sort((one, other) => other[0] - one[0]).slice(0, 3);
  console.log(`pages inspected: ${gates.pages.length}; heaviest: ${heaviest.map(([bytes, id]) => `${id} ${bytes} B`).join(", ")}`);
  console.log(gates.findings.length === 0 ? "all gates passed" : `${gates.findings.length} findings`);
}

async function main() {
  const program = process.argv[2] ?? join(here, "../../target/debug/tsubame");
  const only = process.env.JOURNEY;
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const demo = await startDemo(program);
  const gates = new Gates(output, demo.description.accounts.map((account) => account.name));
  const results = [];
  let browser;
  try {
    browser = await chromium.launch({ executablePath: await browserPath(), args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    await weights(demo, gates);
    await firstVisit(browser, demo, gates);
    const chosen = [...JOURNEYS.entries()].filter(([, plan]) => !only || plan.label.includes(only));
    await Promise.all([atDesk, (plan) => !atDesk(plan)].map(async (isOfLane) => {
      for (const [number, plan] of chosen) {
        if (isOfLane(plan)) results.push([plan.label, await travel(browser, demo, gates, plan, number)]);
      }
    }));
    await checkMarkup(gates.pages, output, gates);
  } finally {
    await browser?.close();
    await demo.stop();
  }
  summary(gates, results);
  process.exitCode = gates.findings.length === 0 ? 0 : 1;
}

await main();
