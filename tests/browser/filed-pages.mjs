// What an applicant sees after filing: the time line in every status the demo has a case in, and what she may do there.
import { Pointer } from "./hands.mjs";
import { codeFor, mailsTo } from "./service.mjs";

/** One invented person for each status, signed in once, at her own time line in both languages. Statuses before filing have another page. */
export async function filedPages({ base, description, browser, gates, visitor }, plan, seen) {
  const known = new Set();
  for (const one of description.cases) {
    if (known.has(one.status)) continue;
    known.add(one.status);
    const { context, page, answers } = await visitor(browser, gates, `${one.email}, ${plan.label}`, plan);
    try {
      await signIn({ base, page, email: one.email });
      for (const [lang, prefix] of [["ja", ""], ["en", "/en"]]) {
        await page.goto(`${base}${prefix}/a/${one.ref}/status`);
        seen.push(`status-of-${one.status}`);
        await gates.inspect(page, `status-of-${one.status}`, lang, await answers.html);
      }
    } finally {
      await context.close();
    }
  }
}

async function signIn({ base, page, email }) {
  const hands = new Pointer(page);
  const known = (await mailsTo(base, email)).flatMap((mail) => mail.text.match(/\b\d{6}\b/g) ?? []);
  await page.goto(`${base}/track`);
  await hands.fill("email", email);
  await hands.go('button[value="next"]');
  await hands.fill("code", await codeFor(base, email, known));
  await hands.go('button[value="next"]');
}
