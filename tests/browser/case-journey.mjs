// One case from the posted form to the shelf at the place of pickup: London, 横浜市中区 and the issuer, each at a browser of their own, and the applicant
// at hers between the hand-overs. Every page on the way is seen, also those that answer a mistake.
import { Desks } from "./desk.mjs";
import { Pointer } from "./hands.mjs";
import { journey } from "./journey.mjs";
import { mailsTo } from "./service.mjs";

const NEXT = ".actions button";
// 横浜市中区
const NAKA = "141046";
// What they write to each other, in the language of the journey.
const WORDS = {
  ja: { correction: "日付の欄です", sent: "EMSで送りました", question: "転出届はどこに出しましたか", late: "転出はいつですか", answer: "横浜市中区です" },
  en: { correction: "It is the field for the date", sent: "Sent by EMS", question: "Where did you hand in your notice of moving abroad?", late: "When did you leave Japan?", answer: "In Naka-ku, Yokohama" },
};
const words = (way) => WORDS[way.lang];
const CHECKED = ["check_name", "check_birth_date", "check_sex", "check_left_on", "check_my_number"];

export async function caseJourney(world, plan, seen, { who, ...applicant }) {
  const desks = new Desks(world, plan, seen);
  const hands = new Pointer(applicant.page);
  const nobody = async () => {};
  try {
    const reference = await journey({ ...world, page: applicant.page, hands, who, see: nobody, mistakes: false });
    const traveller = { ...applicant, hands, reference, who, home: `${world.base}${who.prefix}/a/${reference}` };
    const way = { world, desks, reference, traveller, lang: plan.lang, told: 0 };
    // What the scanner reads on the first sheet.
    way.sheet = `MNC1*${reference.replaceAll("-", "")}*A1`;
    await receivedAndCorrected(way);
    await forwarded(way);
    await asked(way);
    await agreed(way);
    await made(way);
    await shippedToPickup(way);
    await withdrawn(way);
  } catch (error) {
    await desks.pictures(world.output);
    throw error;
  } finally {
    await desks.close();
  }
}

/** Her time line, seen under this name; `turn`: it is hers. */
async function timeLine({ traveller }, name, turn) {
  await traveller.page.goto(`${traveller.home}/status`);
  const isHers = (await traveller.page.locator("#turn").count()) > 0;
  if (isHers !== turn) throw new Error(`${name}: her turn is ${isHers}`);
  await traveller.see(`status-${name}`);
}

/** One new mail at least, and it names her case. */
async function told(way, name) {
  const { world, traveller, reference } = way;
  let mails = [];
  for (let left = 200; left > 0 && mails.length <= way.told; left -= 1) {
    mails = (await mailsTo(world.base, traveller.who.email)).filter((mail) => mail.text.includes(reference));
    await new Promise((done) => { setTimeout(done, 100); });
  }
  if (mails.length <= way.told) throw new Error(`${name}: no mail came`);
  way.told = mails.length;
}

async function receivedAndCorrected(way) {
  const { desks, reference, traveller, sheet } = way;
  way.told = (await mailsTo(way.world.base, traveller.who.email)).filter((mail) => mail.text.includes(reference)).length;
  await timeLine(way, "posted", false);
  const london = await desks.of("london.madoguchi");
  await london.open("/staff/intake");
  await london.see("intake");
  await london.scan("");
  await london.seeMistake("intake-mistakes");
  await london.scan("https://example.com");
  await london.seeMistake("intake-mistakes-foreign");
  await london.scan(sheet);
  await london.see("intake-taken");
  await london.scan(sheet);
  await london.see("intake-again");
  await told(way, "received");
  await timeLine(way, "received", false);
  await london.case("received", reference);
  await london.see("case-received");
  await london.hands.go('button[name="go"][value="decide"]');
  await london.seeMistake("case-mistakes");
  await london.hands.choose("decision", "correct");
  await london.hands.tick("d09");
  await london.hands.fill("text", "123456789018");
  await london.hands.go('button[name="go"][value="decide"]');
  await london.seeMistake("case-mistakes-number");
  await london.decide("correct", (hands) => hands.fill("text", words(way).correction));
  await told(way, "correction");
  await timeLine(way, "defect", true);
  await traveller.hands.go('main a[href$="/fix"]');
  await traveller.see("fix");
  await traveller.hands.go(NEXT);
  await traveller.see("fix-mistakes");
  await traveller.hands.tick("d09");
  await traveller.hands.fill("reply", words(way).sent);
  await traveller.hands.go(NEXT);
  await traveller.see("fix-sent");
  await london.case("reply", reference);
  await london.says(words(way).sent);
  await london.see("case-reply");
  await london.open("/staff/intake");
  await london.scan(sheet);
  await london.see("intake-refiled");
  await told(way, "received again");
}

/** Makes a shipment of this case alone; another counts it. Answers its number. */
async function send({ reference }, maker, counter, kind, name) {
  await maker.open("/staff/shipments");
  await maker.see(`shipments-${name}`);
  await maker.hands.go(`main a[href*="/shipments/new"][href*="${kind}"]`);
  await maker.see(`shipment-new-${name}`);
  const items = maker.page.locator("#items label");
  const mine = maker.page.locator("#items label", { hasText: reference }).locator("input");
  for (const item of await items.all()) await item.locator("input").uncheck();
  await maker.hands.go(NEXT);
  await maker.seeMistake(`shipment-new-mistakes-${name}`);
  await mine.check();
  await maker.hands.fill("tracking", "EE123456789GB");
  await maker.hands.go(NEXT);
  await maker.see(`shipment-draft-${name}`);
  const number = maker.page.url().split("/").pop();
  await sheetOf(maker, number);
  await counter.open(`/staff/shipments/${number}`);
  await counter.see(`shipment-count-${name}`);
  await counter.hands.fill("count2", "2");
  await counter.hands.go('button[value="send"]');
  await counter.seeMistake(`shipment-count-mistakes-${name}`);
  await counter.hands.fill("count2", "1");
  await counter.hands.go('button[value="send"]');
  await counter.see(`shipment-sent-${name}`);
  return number;
}

/** The list to lay into the bag is a PDF. */
async function sheetOf(desk, number) {
  const answer = await desk.context.request.get(desk.at(`/staff/shipments/${number}.pdf`));
  const bytes = await answer.body();
  if (answer.status() !== 200 || bytes.subarray(0, 5).toString() !== "%PDF-") throw new Error(`the list of ${number} is no PDF`);
}

/** Opens the bag of a shipment, and leaves the intake page open. */
async function openBag(desk, number, name) {
  await desk.open("/staff/shipments?view=expected");
  await desk.see(`shipments-expected-${name}`);
  await desk.follow(number);
  await desk.see(`shipment-expected-${name}`);
  await desk.hands.go('button[value="receive"]');
  await desk.see(`bag-${name}`);
}

async function closeBag(desk, count, name) {
  await desk.hands.fill("counted", String(count + 1));
  await desk.hands.go('form[action$="/close"] button');
  await desk.seeMistake(`bag-mistakes-${name}`);
  await desk.hands.fill("counted", String(count));
  await desk.hands.go('form[action$="/close"] button');
  await desk.see(`bag-closed-${name}`);
}

async function forwarded(way) {
  const { desks, sheet } = way;
  const [maker, counter] = [await desks.of("london.madoguchi"), await desks.of("london.shonin")];
  const number = await send(way, maker, counter, "form", "forms");
  await told(way, "forwarded");
  await timeLine(way, "forwarded", false);
  const naka = await desks.of("yokohama.madoguchi");
  await openBag(naka, number, "forms");
  await naka.scan(sheet);
  await naka.see("bag-scanned-forms");
  await closeBag(naka, 1, "forms");
  await timeLine(way, "at-register", false);
}

async function asked(way) {
  const { desks, reference, traveller } = way;
  const naka = await desks.of("yokohama.madoguchi");
  await naka.open(`/staff/queues/match?q=${reference}`);
  await naka.see("queue-match");
  await naka.follow(reference);
  await naka.hands.go('button[name="go"][value="claim"]');
  await naka.see("case-claimed");
  const other = await desks.of("yokohama.shonin");
  await other.case("match", reference);
  await other.see("case-looked-at");
  await naka.decide("ask", (hands) => hands.fill("text", words(way).question));
  // The colleague's page is from before the question.
  await other.decide("ask", (hands) => hands.fill("text", words(way).late));
  await other.seeMistake("case-stale", 409);
  await told(way, "question");
  await timeLine(way, "inquiry", true);
  await traveller.hands.go('main a[href$="/fix"]');
  await traveller.see("fix-question");
  await traveller.hands.fill("reply", words(way).answer);
  await traveller.hands.go(NEXT);
  await traveller.see("fix-question-sent");
}

async function agreed(way) {
  const { desks, reference } = way;
  const naka = await desks.of("yokohama.madoguchi");
  await naka.case("match", reference);
  await naka.says(words(way).answer);
  await naka.see("case-match");
  await naka.hands.choose("decision", "confirm");
  await naka.hands.go('button[name="go"][value="decide"]');
  await naka.seeMistake("case-check-mistakes");
  for (const item of CHECKED) await naka.hands.choose(item, "agrees");
  await naka.decide("confirm");
  const second = await desks.of("yokohama.shonin");
  await second.open("/staff/approvals");
  await second.see("approvals");
  await second.follow(reference);
  await second.see("approval");
  await second.hands.go('button[value="return"]');
  await second.seeMistake("approval-mistakes");
  await second.hands.go('button[value="approve"]');
  await second.see("approvals-approved");
  await naka.open("/staff/release");
  await naka.see("release");
  await naka.hands.go(NEXT);
  await naka.see("released");
  await told(way, "at the issuer");
  await timeLine(way, "at-issuer", false);
}

async function made(way) {
  const { desks, reference } = way;
  const issuer = await desks.of("hakko");
  await issuer.open("/issuer/batches");
  await issuer.see("batches");
  await issuer.hands.go(NEXT);
  await issuer.see("batch");
  // Others were released with it.
  for (const good of await issuer.page.locator('tr input[value="ok"]').all()) await good.check();
  await issuer.hands.go('button[value="made"]');
  await issuer.see("batch-made");
  const toNaka = `main tbody a[href*="${NAKA}"]`;
  const isWaiting = async () => {
    await issuer.open("/issuer/shipments");
    return (await issuer.page.locator(toNaka).count()) > 0;
  };
  for (let left = 60; left > 0 && !(await isWaiting()); left -= 1) await issuer.page.waitForTimeout(500);
  await issuer.see("issuer-shipments");
  const before = await bags(issuer);
  await issuer.hands.go(toNaka);
  await issuer.see("issuer-bag");
  const cards = await issuer.page.locator("tbody tr .ref").allInnerTexts();
  await issuer.hands.go(NEXT);
  await issuer.seeMistake("issuer-bag-mistakes");
  await issuer.hands.fill("count", String(cards.length));
  await issuer.hands.go(NEXT);
  await issuer.see("issuer-bag-sent");
  // The answer is applied a moment later, as one that comes over the interface is.
  const isNew = (one) => !before.includes(one);
  let sent = await bags(issuer);
  for (let left = 60; left > 0 && !sent.some(isNew); left -= 1) {
    await issuer.page.waitForTimeout(500);
    await issuer.open("/issuer/shipments");
    sent = await bags(issuer);
  }
  await issuer.see("issuer-shipments-sent");
  const number = sent.find(isNew);
  const naka = await desks.of("yokohama.madoguchi");
  await arrives(naka, number, cards, "cards");
  await timeLine(way, "made", false);
}

/** The numbers of the issuer's shipments. */
const bags = (issuer) => issuer.page.locator("tbody .ref").allInnerTexts();

/** A bag of cards comes into a house: each on its shelf. */
async function arrives(desk, number, cards, name) {
  const isListed = async () => {
    await desk.open("/staff/shipments?view=expected");
    return (await desk.page.locator("main a", { hasText: number }).count()) > 0;
  };
  for (let left = 60; left > 0 && !(await isListed()); left -= 1) await desk.page.waitForTimeout(500);
  await openBag(desk, number, name);
  for (const card of cards) {
    const shelf = desk.page.locator('[name="shelf"]:visible');
    if ((await shelf.count()) > 0) await shelf.fill("B-12");
    await desk.scan(card);
  }
  await desk.see(`bag-scanned-${name}`);
  await closeBag(desk, cards.length, name);
}

async function shippedToPickup(way) {
  const { desks, reference, traveller } = way;
  const [maker, counter] = [await desks.of("yokohama.madoguchi"), await desks.of("yokohama.shonin")];
  const number = await send(way, maker, counter, "card", "to-pickup");
  await told(way, "shipped");
  await timeLine(way, "shipped", false);
  const london = await desks.of("london.madoguchi");
  await arrives(london, number, [reference], "to-pickup");
  await timeLine(way, "arrived", false);
  await london.case("ready", reference);
  await london.see("case-arrived");
  await london.decide("call");
  await told(way, "ready");
  await timeLine(way, "ready", true);
  for (const page of ["notices", "access-log"]) {
    await traveller.page.goto(`${traveller.home}/${page}`);
    await traveller.see(page);
  }
}

/** She does not want it any more: the card that lies in London is to be destroyed there, by two people. */
async function withdrawn(way) {
  const { desks, reference } = way;
  const london = await desks.of("london.madoguchi");
  await london.open(`/staff/cases/${reference}/changes/withdrawal`);
  await london.hands.go("main form .actions button");
  await london.seeMistake("case-change-withdrawal-mistakes");
  await london.hands.tick("sure");
  await london.hands.go("main form .actions button");
  await told(way, "withdrawn");
  await timeLine(way, "withdrawn", false);
  await london.open("/staff/disposals");
  await london.see("disposals");
  await london.follow(reference);
  await london.see("disposal");
  await london.open("/staff/tasks");
  await london.see("tasks-destroy");
}
