import { listRelatedColumns } from "@crm/console/records/record/related-rules.ts";
import { describe, expect, it } from "vitest";

describe("columns of related records", () => {
  it.each([
    ["leaves out the record that all rows belong to", ["customer_id", "total"], "customer_id", undefined, ["total"]],
    ["leaves out its kind", ["related_to_type", "related_to_id", "due_date"], "related_to_id", undefined, ["due_date"]],
    ["shows the chosen ones in their order", ["a", "b", "c"], "x_id", ["c", "a"], ["c", "a"]],
    ["shows as many as fit", ["a", "b", "c", "d", "e", "f", "g"], "x_id", undefined, ["a", "b", "c", "d", "e", "f"]],
  ])("%s", (_, layout, field, chosen, columns) => {
    expect(listRelatedColumns(layout, { field }, chosen)).toEqual(columns);
  });
});
