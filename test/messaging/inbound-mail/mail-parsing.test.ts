import { readMail } from "@crm/core/messaging/inbound-mail/parsed-mail.rules.ts";
import { describe, expect, it } from "vitest";
import { attachmentFixtures } from "./attachment-fixtures.ts";
import { charsetFixtures } from "./charset-fixtures.ts";
import { kindFixtures } from "./kind-fixtures.ts";
import { SUPPORT_ADDRESS, toComparable } from "./raw-mail.ts";
import { replyFixtures } from "./reply-fixtures.ts";
import { structureFixtures } from "./structure-fixtures.ts";
import { writerFixtures } from "./writer-fixtures.ts";

describe.each([
  ["charsets", charsetFixtures],
  ["structures", structureFixtures],
  ["files", attachmentFixtures],
  ["answers", replyFixtures],
  ["kinds", kindFixtures],
  ["writers", writerFixtures],
])("%s", (_group, shapes) => {
  it.each(shapes.map((shape) => [shape.name, shape] as const))("%s", (_name, { raw, is: expected }) => {
    expect(toComparable(readMail(raw, [SUPPORT_ADDRESS]))).toMatchObject(expected);
  });
});
