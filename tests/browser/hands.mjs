// Two ways to use a page: with a pointer, and with the keyboard alone. Both have the same verbs, so that one journey serves both.

const MOST_STOPS = 150;

/** Clicks and types. */
export class Pointer {
  constructor(page) { this.page = page; }

  async fill(name, value) { await this.page.locator(`[name="${name}"]:visible`).fill(value); }

  async choose(name, value) { await this.page.locator(`[name="${name}"][value="${value}"]`).check(); }

  async tick(name) { await this.page.locator(`[name="${name}"]`).check(); }

  async select(name, value) { await this.page.locator(`[name="${name}"]`).selectOption(value); }

  async upload(name, file) { await this.page.locator(`[name="${name}"]`).setInputFiles(file); }

  async open(selector) { await this.page.locator(selector).first().click(); }

  /** Presses a button or follows a link, and waits for the page it leads to. */
  async go(selector) {
    await Promise.all([
      this.page.waitForEvent("load"),
      this.page.locator(selector).first().click(),
    ]);
  }
}

/** Tab, arrows, Space and Enter. Fails when Tab does not reach a control. */
export class Keyboard {
  constructor(page) {
    this.page = page;
    // From now on, not when the key is pressed: the chooser may open before the browser has heard that somebody waits for it.
    page.on("filechooser", () => {});
  }

  async #reach(selector) {
    const target = await this.page.locator(selector).first().elementHandle();
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      const reached = await target.evaluate((element) => {
        const active = document.activeElement;
        const sameGroup = element.type === "radio" && active?.type === "radio" && active.name === element.name;
        return active === element || sameGroup;
      });
      if (reached) return target;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not reach ${selector} on ${this.page.url()}`);
  }

  async fill(name, value) {
    await this.#reach(`[name="${name}"]:visible`);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.insertText(value);
  }

  async choose(name, value) {
    const selector = `[name="${name}"][value="${value}"]`;
    const target = await this.#reach(selector);
    const chosen = () => target.evaluate((element) => element === document.activeElement);
    for (let step = 0; step < 40 && !(await chosen()); step += 1) await this.page.keyboard.press("ArrowDown");
    if (!(await target.isChecked())) await this.page.keyboard.press("Space");
    if (!(await target.isChecked())) throw new Error(`the keyboard cannot choose ${selector}`);
  }

  async tick(name) {
    const target = await this.#reach(`[name="${name}"]`);
    if (!(await target.isChecked())) await this.page.keyboard.press("Space");
  }

  async select(name, value) {
    const target = await this.#reach(`[name="${name}"]`);
    for (let step = 0; step < 300 && (await target.inputValue()) !== value; step += 1) {
      await this.page.keyboard.press("ArrowDown");
    }
    if ((await target.inputValue()) !== value) throw new Error(`the keyboard cannot select ${value} in ${name}`);
  }

  async upload(name, file) {
    await this.#reach(`[name="${name}"]`);
    const [chooser] = await Promise.all([this.page.waitForEvent("filechooser"), this.page.keyboard.press("Space")]);
    await chooser.setFiles(file);
  }

  async open(selector) {
    await this.#reach(selector);
    await this.page.keyboard.press("Enter");
  }

  async go(selector) {
    await this.#reach(selector);
    await Promise.all([this.page.waitForEvent("load"), this.page.keyboard.press("Enter")]);
  }
}
