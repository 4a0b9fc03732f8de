// The staff's side: an administrator lets a colleague in, who sets up her telephone; every page of accounts and of the door, with the mistakes people make.
import { createHmac } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { Pointer } from "./hands.mjs";

const PASSPHRASE = "quiet harbour under snow";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** What a telephone with this secret shows now (RFC 6238). */
export function codeOf(secret) {
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", key).update(step).digest();
  const offset = mac[19] & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const STEP = 30_000;
const USED = new Map();

/** A code that was not used: each works once, so a second sign-in of an account waits for the next, also when two people sign in at once. */
async function freshCode({ user, totp_secret: secret }) {
  const step = Math.max(Math.floor(Date.now() / STEP), (USED.get(user) ?? 0) + 1);
  USED.set(user, step);
  if (step * STEP > Date.now()) await wait(step * STEP - Date.now() + 100);
  return codeOf(secret);
}

/** Signs an account of the demo in. */
export async function signIn({ page, hands, at, account, see = async () => {} }) {
  await page.goto(at("/staff/login"));
  await hands.fill("user", account.user);
  await hands.fill("password", account.password);
  await hands.go('button[value="next"]');
  await see("staff-code");
  await hands.fill("code", await freshCode(account));
  await hands.go('button[value="next"]');
}

export async function staffJourney({ base, description, page, lang, see, browser, gates, visitor }) {
  const at = (path) => `${base}${lang === "en" ? "/en" : ""}${path}`;
  const hands = new Pointer(page);
  const of = (user) => description.accounts.find((account) => account.user === user);
  // The administrator for Japanese, the clerk of the desk for English: one sign-in for each account.
  if (lang === "en") return clerk({ page, hands, at, see, account: of("london.madoguchi") });
  await page.goto(at("/staff/login"));
  await see("staff-login");
  await hands.fill("password", "typed");
  await hands.open("button[data-reveals]");
  if (await page.locator("#password").getAttribute("type") !== "text") throw new Error("the password is not shown");
  await hands.open("button[data-reveals]");
  await hands.fill("password", "");
  await hands.go('button[value="next"]');
  await see("staff-login-mistakes");
  await signIn({ page, hands, at, account: of("kanri"), see });
  await see("staff-home");
  for (const [path, name] of [["/admin/offices?pref=14", "admin-offices"], ["/admin/offices/emb-gb", "office-settings"], ["/admin/masters", "masters"], ["/admin/masters/missions", "master-upload"]]) {
    await page.goto(at(path));
    await see(name);
  }
  await page.goto(at("/admin/users"));
  await see("users");
  await page.goto(at("/admin/users/new"));
  await see("user-new");
  await hands.go('button[value="next"]');
  await see("user-new-mistakes");
  await newColleague({ page, hands, see, at, browser, gates, visitor, lang });
  for (const [path, name] of [["/staff/account", "account"], ["/staff/account/password", "password"], ["/staff/confirm", "confirm-again"]]) {
    await page.goto(at(path));
    await see(name);
  }
  await hands.go('button[value="next"]');
  await see("confirm-again-mistakes");
  await page.goto(at("/staff/account/recovery-codes"));
  await see("recovery-codes");
}

async function newColleague({ page, hands, see, at, browser, gates, visitor, lang }) {
  for (const [name, text] of [["user", "kakuu"], ["name", "架空 翼"], ["email", "kakuu@office.example"], ["office", "emb-fr"], ["trained_y", "2026"], ["trained_m", "4"], ["trained_d", "1"]]) {
    await hands.fill(name, text);
  }
  await hands.tick("role_consular");
  await hands.go('button[value="next"]');
  await see("user-invitation");
  await hands.go("main form button");
  await see("user-invitation-link");
  const link = await page.locator("#link").innerText();
  const user = await page.goto(at("/admin/users")).then(() => page.locator('a:text("kakuu")').getAttribute("href"));
  for (const [path, name] of [["", "user"], ["/deactivation", "user-deactivation"], ["/second-factor", "user-second-factor"]]) {
    await page.goto(`${new URL(at("/")).origin}${user}${path}`);
    await see(name);
  }
  const other = await visitor(browser, gates, `a new colleague, ${lang}`, { lang, javaScript: true });
  const theirs = new Pointer(other.page);
  const look = async (name) => gates.inspect(other.page, name, lang, await other.answers.html);
  try {
    await other.page.goto(link);
    await look("invitation");
    await theirs.go('button[value="next"]');
    await look("invitation-mistakes");
    await theirs.fill("new", PASSPHRASE);
    await theirs.fill("repeat", PASSPHRASE);
    await theirs.go('button[value="next"]');
    await look("second-factor");
    const secret = (await other.page.locator(".ref").first().innerText()).replaceAll(/\s/g, "");
    await theirs.fill("code", codeOf(secret));
    await theirs.go('button[value="next"]');
    await look("recovery-codes-new");
    await theirs.go("main .btn");
    await look("staff-home-new");
  } finally {
    await other.context.close();
  }
}

async function clerk({ page, hands, at, see, account }) {
  await page.goto(at("/staff/login"));
  await see("staff-login");
  await signIn({ page, hands, at, account, see });
  await see("staff-home");
  await page.goto(at("/admin/users"));
  await see("staff-stop");
  await page.goto(at("/staff/nothing"));
  await see("staff-404");
  for (const [path, name] of [["/staff/account", "account"], ["/staff/account/password", "password"], ["/staff/confirm", "confirm-again"]]) {
    await page.goto(at(path));
    await see(name);
  }
  await hands.go("header form button");
  await see("staff-login-after");
}
