// One of the staff at a browser of her own, and what her hands do more than once: scanning, opening a case, deciding it.
import { join } from "node:path";
import { Pointer } from "./hands.mjs";
import { signIn } from "./staff-journey.mjs";

const DECIDE = 'button[name="go"][value="decide"]';

/** Opens a browser for each account that is asked for, once, and closes all of them at the end. */
export class Desks {
  #open = new Map();

  /** `world` is the demo with browser, gates and visitor; `plan` says language, JavaScript, and whether pages are inspected. */
  constructor(world, plan, seen) {
    this.world = world;
    this.plan = plan;
    this.seen = seen;
  }

  /** The page of somebody of the staff, signed in. */
  async of(user) {
    if (!this.#open.has(user)) this.#open.set(user, await this.#signedIn(user));
    return this.#open.get(user);
  }

  async #signedIn(user) {
    const { base, description, browser, gates, visitor } = this.world;
    const { lang, label } = this.plan;
    const visit = await visitor(browser, gates, `${user}, ${label}`, this.plan);
    const desk = new Desk({ ...visit, base, lang });
    desk.see = async (name) => {
      this.seen.push(name);
      desk.is(200, name);
      await this.#look(visit, name);
    };
    desk.seeMistake = async (name, status = 422) => {
      this.seen.push(name);
      desk.is(status, name);
      await this.#look(visit, name);
    };
    const account = description.accounts.find((one) => one.user === user);
    await signIn({ page: visit.page, hands: desk.hands, at: desk.at, account });
    return desk;
  }

  async #look({ page, answers }, name) {
    if (this.plan.gates) await this.world.gates.inspect(page, name, this.plan.lang, await answers.html);
  }

  /** What everybody has before her: for who looks for a mistake. */
  async pictures(folder) {
    for (const [user, desk] of this.#open) {
      console.log(`${user} is at ${desk.page.url()}`);
      await desk.page.screenshot({ path: join(folder, `failed-${user}.png`), fullPage: true }).catch(() => {});
    }
  }

  async close() {
    for (const desk of this.#open.values()) await desk.context.close();
  }
}

/** A member of staff and her page. */
class Desk {
  constructor({ context, page, answers, base, lang }) {
    this.context = context;
    this.page = page;
    this.answers = answers;
    this.hands = new Pointer(page);
    this.at = (path) => `${base}${lang === "en" ? "/en" : ""}${path}`;
  }

  /** The last page came with this status. */
  is(status, name) {
    const came = this.answers.status;
    if (came !== status) throw new Error(`${name} answers ${came}, not ${status}`);
  }

  async open(path) { await this.page.goto(this.at(path)); }

  /** Follows the link of a row whose words contain `words`. */
  async follow(words) {
    await Promise.all([this.page.waitForEvent("load"), this.page.locator("main tbody a", { hasText: words }).first().click()]);
  }

  /** A case from one of her queues, by its number. */
  async case(queue, number) {
    await this.open(`/staff/queues/${queue}?q=${number}`);
    await this.follow(number);
  }

  /** Decides the case that is open; `fill` says the rest of the form. */
  async decide(way, fill = async () => {}) {
    await this.hands.choose("decision", way);
    await fill(this.hands);
    await this.hands.go(DECIDE);
  }

  /** Types what a scanner types into the one field. */
  async scan(code) {
    await this.hands.fill("code", code);
    await this.hands.go('form:has([name="code"][type="text"]) .actions button');
  }

  async text() { return this.page.locator("main").innerText(); }

  async says(words) {
    if (!(await this.text()).includes(words)) throw new Error(`no “${words}” on ${this.page.url()}`);
  }
}
