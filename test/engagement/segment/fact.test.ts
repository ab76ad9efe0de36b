import { type FactContext, listReasons, parseFact, withFacts } from "@crm/core/engagement/segment/fact.rules.ts";
import { parseSortableNumber, toSortableNumber } from "@crm/core/kernel/sort-key.ts";
import type { FilterExpression } from "@crm/core/storage/read/where-clause.ts";
import type { BaseRecord } from "@crm/core/storage/table/collection.ts";
import { describe, expect, it } from "vitest";
import { partOf } from "../../support/part-of.ts";

/** Facts that filters can use besides fields, and the explanation of a match. */

const factContext: FactContext = {
  today: "2026-03-30",
  timezone: "Europe/Berlin",
  days: [
    { day: "2026-03-30", all: 2, types: { phone: 1 } },
    { day: "2026-03-24", all: 1, types: {} },
    { day: "2026-03-23", all: 4, types: { phone: 4 } },
  ],
  quintiles: null,
};
const addresses = [{ city: "Hamburg", country: "DE" }, { city: null, country: "DE" }, { city: "Kiel" }];
const record = { id: "x", addresses, last_contact_date: "2026-03-28T23:30:00.000Z", customer_since: "2026-04-01", tier: "GOLD" };

it.each([
  ["interactions.7d", 3],
  ["interactions.8d", 7],
  ["interactions.phone.7d", 1],
  ["interactions.email.365d", 0],
  // In Berlin it was the 29th, the day on which daylight saving time began.
  ["days_since.last_contact_date", 1],
  ["days_since.customer_since", -2],
  ["days_since.next_contact_date", null],
  ["monetary_score", null],
  ["address.city", ["Hamburg", "Kiel"]],
  ["address.country", ["DE"]],
  ["address.state", []],
])("%s is %s", (name, value) => {
  expect(withFacts(partOf<BaseRecord>(record), [name], factContext)).toMatchObject({ [name]: value });
});

it.each([
  "interactions.0d",
  "interactions.366d",
  "interactions.a.b.7d",
  "interactions.7",
  "days_since.",
  "address.street",
  "tier",
])("%s is not a fact", (name) => {
  expect(parseFact(name)).toBeUndefined();
});

describe("reasons", () => {
  const tier = (value: string): FilterExpression => ({ field: "tier", type: "choice", operator: "eq", value });
  const number = (operator: "gte" | "lt", value: string): FilterExpression => ({
    field: "interactions.7d",
    type: "integer",
    operator,
    value: toSortableNumber(value) as string,
  });

  it("are the conditions that hold, with the values as they were entered", () => {
    const condition = { and: [number("gte", "2"), { or: [{ and: [tier("GOLD"), number("lt", "2")] }, tier("GOLD")] }] };
    expect(listReasons(withFacts(partOf<BaseRecord>(record), ["interactions.7d"], factContext), condition)).toEqual([
      { field: "interactions.7d", operator: "gte", asked: "2", value: 3 },
      { field: "tier", operator: "eq", asked: "GOLD", value: "GOLD" },
    ]);
  });

  it.each(["0", "1", "-1", "10", "1200", "-1200.5", "0.05", "-0.001", "12.34", "100000000000000000000"])("say %s", (number) => {
    expect(parseSortableNumber(toSortableNumber(number) as string)).toBe(number);
  });
});
