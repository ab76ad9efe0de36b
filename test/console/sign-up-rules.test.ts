import { describe, expect, it } from "vitest";
import { buildCompanySlug } from "../../packages/console/src/session/company-slug.ts";

describe("the short name of a company", () => {
  it.each([
    ["Nordsee Möwe GmbH", "nordsee-moewe-gmbh"],
    ["  Café & Çay, Ltd. ", "cafe-cay-ltd"],
    ["3M", "3m"],
    ["日本商事", "org-x1y2z3"],
    ["A", "org-x1y2z3"],
    ["", "org-x1y2z3"],
    [`${"a".repeat(62)} b`, "a".repeat(62)],
  ])("of %j", (name, slug) => {
    expect(buildCompanySlug(name, "x1y2z3")).toBe(slug);
  });
});
