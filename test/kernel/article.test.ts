import { id } from "@crm/core/kernel/schema.ts";
import { withArticle } from "@crm/core/kernel/text.ts";
import { UPLOAD } from "@crm/core/platform/upload/upload.kind.ts";
import { expect, it } from "vitest";

it.each([
  ["upload", "an upload"],
  ["user", "a user"],
  ["unit", "a unit"],
  ["opportunity", "an opportunity"],
  ["inbound mail", "an inbound mail"],
  ["sms number", "an sms number"],
  ["sla policy", "an sla policy"],
  ["lead", "a lead"],
])("%s becomes %s", (noun, phrase) => {
  expect(withArticle(noun)).toBe(phrase);
});

it("the error for an id of another kind names the expected kind", () => {
  expect(id(UPLOAD).safeParse("x").error?.issues[0]?.message).toBe("Must be the id of an upload");
});
