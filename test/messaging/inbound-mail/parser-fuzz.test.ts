import { readMail } from "@crm/core/messaging/inbound-mail/parsed-mail.rules.ts";
import { describe, expect, it } from "vitest";
import { createTestRandom, type Random } from "../../support/random.ts";
import { attachmentFixtures } from "./attachment-fixtures.ts";
import { charsetFixtures } from "./charset-fixtures.ts";
import { kindFixtures } from "./kind-fixtures.ts";
import { SUPPORT_ADDRESS, toComparable } from "./raw-mail.ts";
import { replyFixtures } from "./reply-fixtures.ts";
import { structureFixtures } from "./structure-fixtures.ts";

const fixtures = [...charsetFixtures, ...structureFixtures, ...attachmentFixtures, ...replyFixtures, ...kindFixtures].filter(
  ({ raw }) => raw.length < 10_000,
);
const randomBelow = (random: Random, limit: number): number => Math.floor(random() * limit);

/** Corruptions by a broken program or an attacker. */
const corruptions: readonly ((raw: Buffer, random: Random) => Buffer)[] = [
  (raw, random) => raw.subarray(0, randomBelow(random, raw.length + 1)),
  (raw, random) => raw.subarray(randomBelow(random, raw.length + 1)),
  (raw, random) => Buffer.from(raw.map((byte) => (random() < 0.02 ? randomBelow(random, 256) : byte))),
  (raw, random) => {
    const [from, to] = [randomBelow(random, raw.length), randomBelow(random, raw.length)];
    return Buffer.concat([raw.subarray(0, Math.max(from, to)), raw.subarray(Math.min(from, to))]);
  },
  (raw, random) => Buffer.concat([raw, fixtures[randomBelow(random, fixtures.length)]?.raw ?? raw]),
  (raw, random) =>
    Buffer.from(
      raw
        .toString("latin1")
        .split("\r\n")
        .toSorted(() => random() - 0.5)
        .join("\r\n"),
      "latin1",
    ),
  (raw) => Buffer.from(raw.toString("latin1").replaceAll("\r\n", "\r"), "latin1"),
  (_raw, random) => Buffer.from(Array.from({ length: randomBelow(random, 2000) }, () => randomBelow(random, 256))),
];

/** Every text in a value, at any depth. */
function* listTexts(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (value !== null && typeof value === "object") for (const child of Object.values(value)) yield* listTexts(child);
}

/** Faults in a parsed email. */
function* listFaults(mail: ReturnType<typeof readMail>): Generator<string> {
  for (const text of listTexts(toComparable(mail))) if (!text.isWellFormed() || text.includes("\0")) yield `no text: ${text}`;
  for (const { name, type } of mail.attachments) {
    if (!/^[^./\\][^/\\\r\n]*$/u.test(name)) yield `no name: ${name}`;
    if (!/^[\w.+-]+\/[\w.+-]+$/.test(type)) yield `no type: ${type}`;
  }
  const { subject, from, message_id, answer, text } = mail;
  for (const line of [subject, from?.email ?? "", from?.name ?? "", message_id ?? ""])
    if (/[\r\n]/.test(line)) yield `no line: ${line}`;
  if ((answer === "") !== (text === "")) yield "nothing new";
}

describe("any bytes", () => {
  it("parse as a mail with valid texts", () => {
    const random = createTestRandom("mails of any bytes");
    for (let turn = 0; turn < 150; turn++) {
      let raw = fixtures[randomBelow(random, fixtures.length)]?.raw ?? Buffer.alloc(0);
      for (let times = 1 + randomBelow(random, 3); times > 0; times--)
        raw = corruptions[randomBelow(random, corruptions.length)]?.(raw, random) ?? raw;
      const faults = [...listFaults(readMail(raw, [SUPPORT_ADDRESS]))];
      expect(faults, raw.toString("base64")).toEqual([]);
    }
  });
});
