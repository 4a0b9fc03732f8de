// The service under test: the built program's demo on a free port, with a folder that goes away, and its mailbox.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const START_SECONDS = 30;
const MAIL_SECONDS = 20;

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts `tsubame demo`; `stop()` ends it and removes its folder. */
export async function startDemo(program) {
  const folder = await mkdtemp(join(tmpdir(), "tsubame-browser-"));
  const address = `127.0.0.1:${await freePort()}`;
  const environment = { PATH: process.env.PATH, HOME: process.env.HOME, TSUBAME_LISTEN: address };
  const child = spawn(program, ["demo", "--data", folder], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => { log += text; });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    await Promise.race([ended, wait(10_000).then(() => child.kill("SIGKILL"))]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until(START_SECONDS, async () => {
      if (child.exitCode !== null) throw new Error(`the demo ended at once:\n${log}`);
      const answer = await fetch(`http://${address}/readyz`).catch(() => null);
      return answer?.ok;
    });
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${log}`, { cause: error });
  }
  const description = JSON.parse(await readFile(join(folder, "demo.json"), "utf8"));
  return { base: description.base_url, portrait: join(folder, "portrait.jpg"), description, stop, log: () => log };
}

async function until(seconds, condition) {
  for (let left = seconds * 10; left > 0; left -= 1) {
    const found = await condition();
    if (found) return found;
    await wait(100);
  }
  throw new Error(`nothing after ${seconds} s`);
}

/** Every mail to `address`, the latest first. */
export async function mailsTo(base, address) {
  const mails = await (await fetch(`${base}/dev/mail.json`)).json();
  return mails.filter((mail) => mail.to.includes(address));
}

/** The six digits of the latest code mail to `address` that is not one of `known`. */
export function codeFor(base, address, known = []) {
  return until(MAIL_SECONDS, async () => {
    const mails = await mailsTo(base, address);
    const codes = mails.map((mail) => /\b\d{6}\b/.exec(mail.text)?.[0]).filter(Boolean);
    return codes.find((code) => !known.includes(code));
  });
}
