// What every page passes, in both languages: the gates of a page that anybody can use. Each finding is one line: gate, page, what.
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as inPage from "./in-page.mjs";
import { TYPED } from "./journey.mjs";

const require = createRequire(import.meta.url);
const AXE = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const HTML_BYTES = 8 * 1024;
// Pages that may be heavier, and why.
const HEAVIER = [
  [/^case-change/, 28 * 1024, "every office abroad, in a list"],
  [/^(case|approval)/, 24 * 1024, "every reason that can be named, beside the record, as with a queue"],
  [/^(queue|search-found|shipment|bag|admin-audit)/, 16 * 1024, "25 rows"],
  [/mistakes|candidates|advice/, 12 * 1024, "every mistake is said twice: in the summary and beside its field"],
  [/^directory/, 10 * 1024, "47 prefectures, and the offices of one by name"],
  [/^register/, 9 * 1024, "47 prefectures in a list"],
  [/^check/, 9 * 1024, "fourteen questions on one page"],
  [/^admin-offices/, 12 * 1024, "47 prefectures and the offices of one, beside the links of the administration"],
  [/^office(-settings|[.]|$)/, 24 * 1024, "everything an office says, in both languages, on one page for its manager"],
  [/^second-factor/, 14 * 1024, "the symbol is part of the page: it holds a secret and is stored nowhere"],
  [/^exchange/, 24 * 1024, "the whole interface: columns, calls, answers and examples of each"],
  [/^(review|ready)/, 10 * 1024, "every answer on one page"],
];
// Pages that tell of a stop, by their names.
const MEANT = { "staff-stop": 403, "case-stale": 409 };
const MOST_STOPS = 120;
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 320, height: 640 };
// 1280 × 1024 at 400 % zoom is a window of 320 × 256.
const ZOOMED = { width: 320, height: 256 };

export class Gates {
  /** `output` receives pictures and the HTML of each page; `names` are of the staff, and stand as they are on every page. */
  constructor(output, names) {
    this.names = names;
    this.output = output;
    this.findings = [];
    this.pages = [];
    this.heaviest = [];
  }

  report(gate, page, what) { this.findings.push({ gate, page, what }); }

  /** Inspects the page that is open now. Leaves it as it was. */
  async inspect(page, name, lang, html) {
    const id = `${name}.${lang}`;
    this.pages.push({ id, html });
    this.#weight(id, html);
    await this.#status(page, id, name);
    for (const what of await page.evaluate(inPage.brokenPictures)) this.report("pictures", id, what);
    await this.#language(page, id, lang);
    for (const [label, size] of [["1280", WIDE], ["320", NARROW]]) {
      await page.setViewportSize(size);
      await this.#axe(page, `${id} ${label}`);
      await this.#targets(page, `${id} ${label}`);
      await this.#picture(page, `${lang}-${label}`, name);
    }
    await this.#overflow(page, id);
    await page.setViewportSize(NARROW);
    await this.#keyboard(page, `${id} 320`);
    await page.setViewportSize(WIDE);
    await this.#keyboard(page, `${id} 1280`);
    for (const what of await page.evaluate(inPage.controlsWithoutName)) this.report("labels", id, what);
  }

  #weight(id, html) {
    const bytes = Buffer.byteLength(html);
    this.heaviest.push([bytes, id]);
    const most = HEAVIER.find(([pages]) => pages.test(id))?.[1] ?? HTML_BYTES;
    if (bytes > most) this.report("G9 weight", id, `${bytes} bytes of HTML, at most ${most}`);
  }

  /** A page that says "not found" passes every other gate: only mistakes answer 422, pages named by a number answer that number, and the few of MEANT theirs. */
  async #status(page, id, name) {
    const status = await page.evaluate(() => performance.getEntriesByType("navigation")[0].responseStatus);
    const isMeant = status < 400 || status === 422 || name.endsWith(String(status)) || MEANT[name] === status;
    if (!isMeant) this.report("status", id, `the page answered ${status}`);
  }

  async #language(page, id, lang) {
    const declared = await page.getAttribute("html", "lang");
    if (declared !== lang) this.report("G13 language", id, `the page says ${declared}`);
    if (lang !== "en") return;
    for (const text of await page.evaluate(inPage.japaneseOutsideItsLanguage, [...TYPED, ...this.names])) this.report("G13 language", id, text);
  }

  async #axe(page, id) {
    const result = await page.evaluate(async ([source, tags]) => {
      // The page's policy refuses script elements from outside; this is the test's own context.
      if (!globalThis.axe) (0, eval)(source);
      return globalThis.axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
    }, [AXE, AXE_TAGS]);
    if (result.passes.length < 10) this.report("G1 axe", id, `only ${result.passes.length} rules applied`);
    for (const violation of result.violations) {
      for (const node of violation.nodes) this.report("G1 axe", id, `${violation.id}: ${node.html.slice(0, 160)}`);
    }
  }

  async #targets(page, id) {
    for (const what of await page.evaluate(inPage.smallTargets)) this.report("G6 targets", id, what);
  }

  async #picture(page, folder, name) {
    const path = join(this.output, folder);
    await mkdir(path, { recursive: true });
    await page.screenshot({ path: join(path, `${name}.png`), fullPage: true });
  }

  async #overflow(page, id) {
    const cases = [
      ["320 px", NARROW, ""],
      ["400 % zoom", ZOOMED, ""],
      ["text spacing at 320 px", NARROW, "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"],
      ["200 % text at 1280 px", WIDE, "html { font-size: 200% !important }"],
    ];
    for (const [label, size, css] of cases) {
      await page.setViewportSize(size);
      const over = await page.evaluate(inPage.overflowWith, css);
      if (over.pixels > 0) this.report("G5 overflow", id, `${label}: ${over.pixels} px, widest ${over.widest}`);
    }
  }

  async #keyboard(page, id) {
    await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
    const seen = new Set();
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      await page.keyboard.press("Tab");
      const focus = await page.evaluate(inPage.describeFocus);
      if (!focus || seen.has(focus.path)) return;
      seen.add(focus.path);
      if (!focus.outlined) this.report("G7 focus", id, `no visible outline: ${focus.what}`);
      if (!focus.inView) this.report("G7 focus", id, `out of view: ${focus.what}`);
      if (focus.covered) this.report("G7 focus", id, `covered by ${focus.covered}: ${focus.what}`);
    }
    this.report("G7 focus", id, `more than ${MOST_STOPS} stops: a trap`);
  }
}
