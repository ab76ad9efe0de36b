import { readMail } from "@crm/core/inbound-mail/mail.rules.ts";
import { describe, expect, it } from "vitest";
import { chanceOf, type Random } from "../chance.ts";
import { TO, told } from "./raw.ts";
import { answers } from "./shapes-answers.ts";
import { charsets } from "./shapes-charsets.ts";
import { files } from "./shapes-files.ts";
import { kinds } from "./shapes-kinds.ts";
import { structures } from "./shapes-structure.ts";

const shapes = [...charsets, ...structures, ...files, ...answers, ...kinds].filter(({ raw }) => raw.length < 10_000);
const below = (random: Random, most: number): number => Math.floor(random() * most);

/** What a broken program, or somebody who means harm, makes of a mail. */
const harms: readonly ((raw: Buffer, random: Random) => Buffer)[] = [
  (raw, random) => raw.subarray(0, below(random, raw.length + 1)),
  (raw, random) => raw.subarray(below(random, raw.length + 1)),
  (raw, random) => Buffer.from(raw.map((byte) => (random() < 0.02 ? below(random, 256) : byte))),
  (raw, random) => {
    const [at, to] = [below(random, raw.length), below(random, raw.length)];
    return Buffer.concat([raw.subarray(0, Math.max(at, to)), raw.subarray(Math.min(at, to))]);
  },
  (raw, random) => Buffer.concat([raw, shapes[below(random, shapes.length)]?.raw ?? raw]),
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
  (_raw, random) => Buffer.from(Array.from({ length: below(random, 2000) }, () => below(random, 256))),
];

/** Every text in it, however deep. */
function* textsOf(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (value !== null && typeof value === "object") for (const each of Object.values(value)) yield* textsOf(each);
}

/** What is wrong with what was read of a mail. */
function* faultsOf(mail: ReturnType<typeof readMail>): Generator<string> {
  for (const text of textsOf(told(mail))) if (!text.isWellFormed() || text.includes("\0")) yield `no text: ${text}`;
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
  it("are a mail, whose texts are such", () => {
    const random = chanceOf("mails of any bytes");
    for (let turn = 0; turn < 150; turn++) {
      let raw = shapes[below(random, shapes.length)]?.raw ?? Buffer.alloc(0);
      for (let times = 1 + below(random, 3); times > 0; times--) raw = harms[below(random, harms.length)]?.(raw, random) ?? raw;
      const faults = [...faultsOf(readMail(raw, [TO]))];
      expect(faults, raw.toString("base64")).toEqual([]);
    }
  });
});
