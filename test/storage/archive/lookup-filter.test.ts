import { LookupFilter } from "@crm/core/storage/read/lookup-filter.ts";
import { expect, it } from "vitest";

it("a lookup filter finds each of its values, and few others", () => {
  for (const count of [1, 30, 700]) {
    const values = Array.from({ length: count }, (_, index) => `customer_id=cus_${index}`);
    const filter = LookupFilter.build(values);
    expect(values.every((value) => LookupFilter.mayContain(filter, value))).toBe(true);
    const others = Array.from({ length: 1000 }, (_, index) => `lead_id=led_${index}`);
    expect(others.filter((value) => LookupFilter.mayContain(filter, value)).length).toBeLessThan(30);
    expect(filter.length).toBeLessThan(8 + count * 1.3);
  }
  expect(LookupFilter.mayContain(undefined, "any")).toBe(true);
});
