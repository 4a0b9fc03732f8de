// Every page that a desk has beside the journey of a case: each queue with search and with nothing found, every side of a case, and all that stands in the
// navigation of each role. The pages are found by following the links of the pages themselves, so that a new one is seen without being named here.
import { Desks } from "./desk.mjs";

/** Who looks around, and what else she opens beside her navigation. */
const ROUNDS = [
  { user: "london.madoguchi", more: [["/staff/search", "search"], ["/staff/search?q=見本", "search-found"], ["/staff/search?q=zzzz", "search-none"], ["/staff/intake?kind=card", "intake-card"]], cases: ["received", "reply", "ready"] },
  { user: "yokohama.madoguchi", more: [["/staff/shipments?view=expected", "shipments-expected"]], cases: ["match", "issuer-defect"] },
  { user: "london.sekinin", more: [], cases: [] },
  { user: "hakko", more: [["/issuer/disposals", "issuer-disposals"]], cases: [] },
  { user: "kanri", more: [], cases: [] },
  { user: "kansa", more: [], cases: [] },
];
const SIDES = new Set(["settings", "users", "offices", "masters", "account"]);

export async function deskPages(world, plan, seen) {
  const desks = new Desks(world, plan, seen);
  const known = new Set();
  try {
    for (const round of ROUNDS) {
      const desk = await desks.of(round.user);
      await desk.open("/staff");
      await desk.see(`home-${round.user}`);
      await navigation(desk, known);
      for (const [path, name] of round.more) {
        await desk.open(path);
        await desk.see(name);
      }
      for (const queue of round.cases) await sides(desk, queue, known);
    }
    await queueWithNothing(await desks.of("london.madoguchi"));
    await notice(await desks.of("kanri"));
    await results(await desks.of("hakko"));
  } catch (error) {
    await desks.pictures(world.output);
    throw error;
  } finally {
    await desks.close();
  }
}

async function links(desk, selector) {
  const found = await desk.page.locator(selector).evaluateAll((all) => all.map((link) => link.href));
  return [...new Set(found.map((link) => link.split("#")[0]))];
}

/** "/en/staff/queues/match?x=1" is `queues-match`. */
function nameOf(link) {
  return new URL(link).pathname.replace(/^\/en/, "").replace(/^\/staff\/?/, "").replace(/^\//, "").replaceAll("/", "-");
}

/** Opens each link once in a run, whoever has it. */
async function visit(desk, found, known, name = nameOf) {
  for (const link of found) {
    const page = name(link);
    if (known.has(page) || SIDES.has(page)) continue;
    known.add(page);
    await desk.page.goto(link);
    await desk.see(page);
  }
}

async function navigation(desk, known) {
  await visit(desk, (await links(desk, "nav.side a")).filter((link) => !link.endsWith("/staff")), known);
}

/** The first case of a queue, every tab of it, and every change that can be made. */
async function sides(desk, queue, known) {
  await desk.open(`/staff/queues/${queue}`);
  const cases = await links(desk, 'main tbody a[href*="/staff/cases/"]');
  if (cases.length === 0) throw new Error(`the demo has no case in the queue ${queue}`);
  await desk.page.goto(cases[0]);
  await desk.see(`case-${queue}`);
  const side = (link) => `case-${new URL(link).pathname.split("/").pop()}`;
  await visit(desk, (await links(desk, "nav.tabs a")).slice(1), known, side);
  await desk.page.goto(cases[0]);
  const changes = await links(desk, 'main a[href*="/changes"]');
  if (changes.length === 0) return;
  await desk.page.goto(changes[0]);
  if (!known.has("case-changes")) await desk.see("case-changes");
  known.add("case-changes");
  await visit(desk, await links(desk, 'main a[href*="/changes/"]'), known, (link) => `case-change-${link.split("/").pop().split("?")[0]}`);
}

async function queueWithNothing(desk) {
  await desk.open("/staff/queues/received?q=zzzz");
  await desk.see("queue-none-found");
  await desk.open("/staff/queues/received?sort=-due");
  await desk.see("queue-sorted");
  await desk.open("/staff/cases/7KQ2-M4TD-9A1");
  await desk.seeMistake("case-404", 404);
}

async function notice(desk) {
  await desk.open("/admin/notices");
  await desk.hands.go('main tbody a[href*="/admin/notices/"]');
  await desk.see("notice");
  await desk.open("/admin/audit?action=nothing");
  await desk.see("audit-filtered");
}

async function results(desk) {
  await desk.open("/issuer/results");
  await desk.hands.go("main .actions button");
  await desk.seeMistake("issuer-results-mistakes");
}
