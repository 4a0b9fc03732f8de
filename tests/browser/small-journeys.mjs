// Short ways beside the long one: texts, error pages, saving and leaving, another device, finding the application again, one more person.
import { Pointer } from "./hands.mjs";
import { codeFor, mailsTo } from "./service.mjs";

const TEXTS = ["help", "a11y", "privacy", "cookies", "sitemap", "exchange"];

export async function smallJourneys({ base, page, who, see, reference, browser, gates, visitor }) {
  const at = (path) => `${base}${who.prefix}${path}`;
  for (const text of TEXTS) {
    await page.goto(at(`/${text}`));
    await see(text);
  }
  await page.goto(at("/offices?pref=14"));
  await see("directory");
  await page.goto(at("/offices/emb-gb"));
  await see("office");
  await page.goto(at("/no-such-page"));
  await see("error-404");
  await page.goto(at("/check/result?r=10"));
  await see("check-result-no");
  await page.goto(at("/check/result?r=9"));
  await see("check-result-ask");
  if (who.lang === "ja") {
    // The demo's mailbox is one for both languages.
    await page.goto(`${base}/dev/mail`);
    await see("mailbox");
    await new Pointer(page).go('main a[href*="/dev/mail/"]');
    await see("mail");
  }
  await anotherPerson({ page, at, see });
  await onAnotherDevice({ base, at, who, reference, browser, gates, visitor });
}

/** A second person under the same address: contact and offices are copied; saving and leaving keeps a half-filled section. */
async function anotherPerson({ page, at, see }) {
  const hands = new Pointer(page);
  await page.goto(at("/a"));
  await see("list-one");
  await hands.go('form[action$="/a"] button');
  await see("menu-second");
  const reference = /\/a\/([^/?]+)/.exec(page.url())[1];
  // The back button, and the same form again: no second case.
  await page.goBack();
  await hands.go('form[action$="/a"] button');
  await see("already");
  await page.goto(at(`/a/${reference}/person`));
  await hands.fill("family", "燕");
  await hands.go('button[value="leave"]');
  await see("saved");
  await page.goto(at(`/a/${reference}/review`));
  await see("review-unfinished");
}

/** The mailbox alone opens the list; the answers also ask for the birth date. */
async function onAnotherDevice({ base, at, who, reference, browser, gates, visitor }) {
  const known = (await mailsTo(base, who.email)).map((mail) => /\b\d{6}\b/.exec(mail.text)?.[0]);
  const { context, page, answers } = await visitor(browser, gates, `another device, ${who.lang}`, { lang: who.lang, javaScript: true });
  const hands = new Pointer(page);
  const look = async (name) => gates.inspect(page, name, who.lang, await answers.html);
  try {
    await page.goto(at("/track"));
    await look("track");
    await hands.fill("email", who.email);
    await hands.go('button[value="next"]');
    const code = await codeFor(base, who.email, known);
    const mail = (await mailsTo(base, who.email)).find((one) => one.text.includes(code));
    const link = /\S+\/apply\/verify\/\S+/.exec(mail.text)[0];
    await page.goto(link);
    await look("verify-link");
    await page.goBack();
    await hands.fill("code", code);
    await hands.go('button[value="next"]');
    await page.goto(link);
    await look("error-410");
    await page.goto(at(`/a/${reference}/person`));
    await look("confirm");
    await hands.fill("dob_y", "1999");
    await hands.fill("dob_m", "1");
    await hands.fill("dob_d", "1");
    await hands.go('button[value="next"]');
    await look("confirm-mistakes");
    await hands.fill("dob_y", "1988");
    await hands.fill("dob_m", "4");
    await hands.fill("dob_d", "27");
    await hands.go('button[value="next"]');
    if ((await page.locator('[name="family"]').inputValue()) !== "𠮷田") throw new Error("the name has changed on the way");
  } finally {
    await context.close();
  }
}
