// The HTML of every page, read by two checkers: the Nu HTML checker (errors and warnings) and html-validate.
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { HtmlValidate } from "html-validate";

const require = createRequire(import.meta.url);

const RULES = {
  extends: ["html-validate:recommended"],
  rules: {
    "no-inline-style": "error",
    // Lines are askama's; a space at their end is no fault of a page.
    "no-trailing-whitespace": "off",
    // Attributes of HTML are written as HTML writes them.
    "void-style": ["error", { style: "omit" }],
    "long-title": "off",
  },
};

/** Checks `pages` ({id, html}); every finding goes to `gates`. */
export async function checkMarkup(pages, output, gates) {
  const folder = join(output, "html");
  await mkdir(folder, { recursive: true });
  for (const { id, html } of pages) await writeFile(join(folder, `${id}.html`), html);
  await nu(folder, gates);
  const checker = new HtmlValidate(RULES);
  for (const { id, html } of pages) {
    const report = await checker.validateString(html);
    for (const message of report.results.flatMap((result) => result.messages)) {
      gates.report("G3 html-validate", id, `${message.ruleId} (line ${message.line}): ${message.message}`);
    }
  }
}

function nu(folder, gates) {
  const jar = require.resolve("vnu-jar/build/dist/vnu.jar");
  const options = ["-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", folder];
  return new Promise((resolve, reject) => {
    execFile("java", options, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
      if (error) return reject(new Error(`the Nu HTML checker: ${error.message}`, { cause: error }));
      for (const message of JSON.parse(stdout).messages) {
        const id = message.url?.split("/").pop() ?? "";
        gates.report("G2 Nu", id, `${message.subType ?? message.type} (line ${message.lastLine}): ${message.message}`);
      }
      return resolve();
    });
  });
}
