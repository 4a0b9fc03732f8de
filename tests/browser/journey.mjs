// One invented person's way from "can I apply?" to a posted form. `see(name)` is called on every page, also on the ones that answer mistakes.
import { codeFor } from "./service.mjs";

const KANAGAWA = "14";
/** Japanese names the traveller types: they stand on English pages as typed. */
export const TYPED = ["𠮷田", "燕", "ヨシダ", "ツバメ", "よしだ", "つばめ"];
const NEXT = 'button[value="next"]';

/** Everything the journey needs to know about the one who travels. */
export function traveller(lang, email) {
  return { lang, email, prefix: lang === "en" ? "/en" : "" };
}

export async function journey({ base, portrait, page, hands, who, see, mistakes }) {
  const at = (path) => `${base}${who.prefix}${path}`;
  await check({ page, hands, at, see, mistakes });
  await signIn({ base, page, hands, who, see, mistakes });
  const reference = /\/a\/([^/?]+)/.exec(page.url())[1];
  const section = (name) => page.goto(at(`/a/${reference}/${name}`));
  await see("menu");
  await hands.go(".actions a.btn");
  await person({ page, hands, see, mistakes });
  await register({ page, hands, see, mistakes });
  await contact({ page, hands, see, mistakes });
  await photo({ page, hands, see, mistakes, portrait });
  await offices({ page, hands, see, mistakes });
  await certs({ page, hands, see });
  if (mistakes) {
    await section("agent");
    await see("agent");
    await section("delete");
    await see("delete");
    await page.goto(at(`/a/${reference}`));
    await see("menu-full");
    await page.goto(at("/a"));
    await see("list");
    await section("review");
  }
  await finish({ page, hands, see, mistakes });
  return reference;
}

async function check({ page, hands, at, see, mistakes }) {
  await page.goto(at("/"));
  await see("start");
  await hands.go("a.btn.big");
  await see("check");
  if (mistakes) {
    await hands.go(NEXT);
    await see("check-mistakes");
  }
  for (const [name, value] of [["nat", "yes"], ["juminhyo", "no"], ["tenshutsu", "yes"], ["since2015", "yes"], ["card", "none"]]) {
    await hands.choose(name, value);
  }
  await hands.go(NEXT);
  await see("check-result");
  await hands.go(".actions a.btn:not(.line)");
}

async function signIn({ base, page, hands, who, see, mistakes }) {
  await see("apply");
  if (mistakes) {
    await hands.fill("email", "hanako＠");
    await hands.go(NEXT);
    await see("apply-mistakes");
  }
  await hands.fill("email", who.email);
  await hands.choose("lang", who.lang);
  await hands.tick("agree");
  await hands.go(NEXT);
  await see("verify");
  if (mistakes) {
    await hands.fill("code", "12");
    await hands.go(NEXT);
    await see("verify-mistakes");
  }
  await hands.fill("code", await codeFor(base, who.email));
  await hands.go(NEXT);
}

async function person({ hands, see, mistakes }) {
  await see("person");
  if (mistakes) {
    await hands.fill("family", "つ<script>");
    await hands.fill("dob_y", "昭和64");
    await hands.go(NEXT);
    await see("person-mistakes");
  }
  await hands.fill("family", "𠮷田");
  await hands.fill("given", "燕");
  await hands.fill("family_kana", "よしだ");
  await hands.fill("given_kana", "つばめ");
  await hands.fill("dob_y", "昭和63");
  await hands.fill("dob_m", "４");
  await hands.fill("dob_d", "27");
  await hands.choose("sex", "f");
  await hands.fill("roman", "yoshida tsubame");
  await hands.go(NEXT);
}

/** Advice stops once and may be passed over: 「このまま進む」. */
async function acceptAdvice({ page, hands, see }, name) {
  if ((await page.locator("#advice").count()) === 0) return;
  await see(name);
  await hands.go('#advice button[value="accept"]');
}

async function register({ page, hands, see, mistakes }) {
  await acceptAdvice({ page, hands, see }, "person-advice");
  await see("register");
  if (mistakes) {
    await hands.select("honseki_pref", KANAGAWA);
    await hands.fill("honseki_city", "横浜市");
    await hands.go(NEXT);
    await see("register-candidates");
  } else {
    await hands.select("honseki_pref", KANAGAWA);
  }
  await hands.fill("honseki_city", "横浜市中区");
  await hands.fill("left_y", "2021");
  await hands.fill("left_m", "4");
  await hands.fill("left_d", "1");
  await hands.fill("last_city", "東京都目黒区");
  await hands.choose("return_plan", "no");
  await hands.choose("kind", "new");
  await hands.go(NEXT);
}

async function contact({ page, hands, see, mistakes }) {
  await acceptAdvice({ page, hands, see }, "register-advice");
  await see("contact");
  if (mistakes) {
    await hands.fill("tel", "03-abc");
    await hands.fill("country", "アトランティス");
    await hands.go(NEXT);
    await see("contact-mistakes");
  }
  await hands.fill("tel", "+44 20 7946 0000");
  await hands.fill("country", "英国");
  await hands.fill("address", "12 Swallow Street\nLondon W1B 4DE");
  await hands.go(NEXT);
}

async function photo({ page, hands, see, mistakes, portrait }) {
  await acceptAdvice({ page, hands, see }, "contact-advice");
  await see("photo");
  if (mistakes) {
    await hands.go('button[value="check"]');
    await see("photo-mistakes");
  }
  await hands.upload("photo", portrait);
  await hands.go('button[value="check"]');
  await see("photo-check");
  await hands.go('button[value="larger"]');
  await hands.go('button[value="smaller"]');
  if (mistakes) {
    await hands.go('button[value="use"]');
    await see("photo-check-mistakes");
  }
  await hands.tick("taken");
  await hands.go('button[value="use"]');
}

async function offices({ page, hands, see, mistakes }) {
  await see("offices");
  if (mistakes) {
    await hands.go(NEXT);
    await see("offices-mistakes");
  }
  await hands.choose("file_at", "mission");
  await hands.go('#filing-mission button[value="list"]');
  await see("offices-list");
  await hands.choose("file_mission", await page.locator('[name="file_mission"]').first().getAttribute("value"));
  await hands.choose("pickup_at", "same");
  await hands.go(NEXT);
  await acceptAdvice({ page, hands, see }, "offices-advice");
}

async function certs({ page, hands, see }) {
  await see("certs");
  await hands.choose("insurance", "no");
  await hands.go(NEXT);
  await acceptAdvice({ page, hands, see }, "certs-advice");
}

async function finish({ page, hands, see, mistakes }) {
  await see("review");
  if (mistakes) {
    await hands.go(NEXT);
    await see("review-mistakes");
  }
  await hands.tick("correct");
  await hands.go(NEXT);
  await see("ready");
  await hands.go('a[href$="/print"]');
  await see("print");
  await page.goBack();
  await hands.go('a[href$="/sent"]');
  await see("sent");
  if (mistakes) {
    await hands.fill("sent_on_y", "2099");
    await hands.go(NEXT);
    await see("sent-mistakes");
    const today = new Date();
    await hands.fill("sent_on_y", String(today.getUTCFullYear()));
    await hands.fill("sent_on_m", String(today.getUTCMonth() + 1));
    await hands.fill("sent_on_d", String(today.getUTCDate()));
  }
  await hands.go(NEXT);
  await see("ready-posted");
}
