import { Journeys } from "@crm/core/people/person/journey.entity.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { buildListQuery, listSchema } from "@crm/core/storage/read/list.ts";
import { pathParameters } from "@crm/core/storage/read/path-list.ts";
import { textFacet } from "@crm/core/storage/table/collection.ts";
import { describe, expect, it } from "vitest";

describe("what a list is asked for", () => {
  it("R11 names the orders that there are, where another is asked for", () => {
    const { sort } = listSchema(Leads, { paths: pathParameters() }).shape;
    const said = sort.safeParse("colour").error?.issues.map(({ message }) => message);
    expect(said).toEqual([expect.stringMatching(/^Not an order of this list: created_at, .*lead_score.*, or a path/)]);
    expect(sort.safeParse("auto_data.vin").success && sort.safeParse("lead_score").success).toBe(true);
  });

  it("is told by parameters that have the name of a filter or a range", () => {
    const input = { limit: 5, is_converted: false, min_score: 0, owner: "none", rating: undefined, other: "left alone" };
    expect(buildListQuery(Leads, input)).toMatchObject({
      limit: 5,
      sort: "created_at",
      filters: { owner: "none", is_converted: "false" },
      ranges: { min_score: 0 },
    });
    expect(Object.keys(buildListQuery(Leads, input).filters)).toEqual(["owner", "is_converted"]);
  });

  it("keeps filters in the order in which they are declared", () => {
    const input = { limit: 5, stage: "Visit", interaction_type: "visit" };
    expect(Object.entries(buildListQuery(Journeys, input).filters)).toEqual([
      ["interaction_type", "visit"],
      ["stage", textFacet("visit")],
    ]);
  });

  it("takes an empty text for none, and knows no owner where records have none", () => {
    const input = { limit: 5, stage: "", owner: "none" };
    expect(buildListQuery(Journeys, input).filters).toEqual({});
  });
});
