import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readMail } from "@crm/core/messaging/inbound-mail/parsed-mail.rules.ts";

/**
 * `npm run mail-corpus -- FOLDER`: reads the mails of a checkout of https://github.com/sisimai/set-of-emails and counts those whose kind is that of their
 * file name: `arf-` and `rfc3834-` are complaints and automatic replies, `is-not-` are no bounces, all others are bounces.
 */
const [folder = "."] = process.argv.slice(2);

const findExpectedKind = (name: string): string =>
  /^(?:arf|rfc3834)-/.test(name) ? "auto_reply" : name.startsWith("is-not-") ? "message" : "bounce";

const files = readdirSync(join(folder, "maildir"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name))
  .sort();
const wrong: string[] = [];
for (const file of files) {
  const { kind, kind_because, subject } = readMail(readFileSync(file));
  if (kind !== findExpectedKind(basename(file)))
    wrong.push(`${file.slice(folder.length)}: ${kind} (${kind_because}): ${subject.slice(0, 60)}`);
}
for (const line of wrong) console.log(line);
console.log(`${files.length - wrong.length} of ${files.length} mails are what they are`);
