import { describeClosest, differsByOneEdit, editDistance, listClosestNames } from "@crm/core/kernel/edit-distance.ts";
import { describe, expect, it } from "vitest";

const names = ["company", "company_size_id", "insurance_type_id", "owner", "owner_id", "status", "tags", "user_id"];

/** All texts of up to three letters of an alphabet of three. */
const shortTexts = ["", ..."abc"].flatMap((a) => ["", ..."abc"].flatMap((b) => ["", ..."abc"].map((c) => a + b + c)));

describe("texts that differ by one edit", () => {
  it("are those with the edit distance one", () => {
    const wrong = shortTexts.flatMap((a) =>
      shortTexts.filter((b) => differsByOneEdit(a, b) !== (editDistance(a, b) === 1)).map((b) => [a, b]),
    );
    expect(wrong).toEqual([]);
  });
});

describe("the closest names", () => {
  it.each([
    ["compny", ["company"]],
    ["insurance_type", ["insurance_type_id"]],
    ["user", ["user_id"]],
    ["OWNER", ["owner", "owner_id"]],
    ["sttaus", ["status"]],
    ["nothing_like_it_at_all", []],
  ])("of %s are %j", (typed, expected) => expect(listClosestNames(typed, names)).toEqual(expected));

  it("are at most three, without repeats", () => {
    const alike = ["field_1", "field_1", "field_2", "field_3", "field_4"];
    expect(listClosestNames("field_x", alike)).toEqual(["field_1", "field_2", "field_3"]);
    expect(describeClosest("field_x", alike)).toBe("The closest are field_1, field_2, field_3");
    expect(describeClosest("x".repeat(10_000), alike)).toBe("");
  });
});
