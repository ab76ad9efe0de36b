import { Journeys } from "@crm/core/people/person/journey.entity.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { buildListQuery, listSchema } from "@crm/core/storage/read/list.ts";
import { pathParameters } from "@crm/core/storage/read/path-list.ts";
import { textFacet } from "@crm/core/storage/table/collection.ts";
import { describe, expect, it } from "vitest";

describe("the parameters of a list", () => {
  it("R11 name the available sort orders if an unknown one is requested", () => {
    const { sort } = listSchema(Leads, { paths: pathParameters() }).shape;
    const messages = sort.safeParse("colour").error?.issues.map(({ message }) => message);
    expect(messages).toEqual([
      expect.stringMatching(/^Must be an order of this list: created_at, .*lead_score.*, or a custom field or path/),
    ]);
    expect(sort.safeParse("auto_data.vin").success && sort.safeParse("lead_score").success).toBe(true);
  });

  it("include those with the name of a filter or a range", () => {
    const input = { limit: 5, is_converted: false, min_score: 0, owner: "none", rating: undefined, other: "left alone" };
    expect(buildListQuery(Leads, input)).toMatchObject({
      limit: 5,
      sort: "created_at",
      filters: { owner: "none", is_converted: "false" },
      ranges: { min_score: 0 },
    });
    expect(Object.keys(buildListQuery(Leads, input).filters)).toEqual(["owner", "is_converted"]);
  });

  it("keep filters in the order of their declaration", () => {
    const input = { limit: 5, stage: "Visit", interaction_type: "visit" };
    expect(Object.entries(buildListQuery(Journeys, input).filters)).toEqual([
      ["interaction_type", "visit"],
      ["stage", textFacet("visit")],
    ]);
  });

  it("treat an empty text as no filter, and know no owner for records without owners", () => {
    const input = { limit: 5, stage: "", owner: "none" };
    expect(buildListQuery(Journeys, input).filters).toEqual({});
  });
});
