import { readMail } from "@crm/core/inbound-mail/mail.rules.ts";
import { describe, expect, it } from "vitest";
import { TO, told } from "./raw.ts";
import { answers } from "./shapes-answers.ts";
import { charsets } from "./shapes-charsets.ts";
import { files } from "./shapes-files.ts";
import { kinds } from "./shapes-kinds.ts";
import { structures } from "./shapes-structure.ts";

describe.each([
  ["charsets", charsets],
  ["structures", structures],
  ["files", files],
  ["answers", answers],
  ["kinds", kinds],
])("%s", (_group, shapes) => {
  it.each(shapes.map((shape) => [shape.name, shape] as const))("%s", (_name, { raw, is }) => {
    expect(told(readMail(raw, [TO]))).toMatchObject(is);
  });
});
