import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { countRows } from "@crm/core/storage/read/partition-query.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { measureUnits } from "../../support/request-units.ts";

/** Long enough that each record takes more than one read unit. */
const longText = "x".repeat(255);
const COUNT = 40;

const meter: Meter = { read: 0, write: 0, commands: 0 };
let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp({ meter });
  tenant = await signUp(app);
  for (let n = 0; n < COUNT; n++) {
    const next_contact_date =
      n % 4 === 0
        ? `2030-01-${String(n + 1)
            .padStart(2, "0")
            .slice(-2)}T00:00:00Z`
        : null;
    const tags = Array.from({ length: 10 }, (_, index) => `${index}`.padEnd(50, "x"));
    const date = n < 28 ? next_contact_date : null;
    await tenant.admin.createLead({ ...newLead({ company: longText, next_contact_date: date, tags }) });
  }
  await app.settle();
});
afterAll(() => app.stop());

const countUpTo = (limit: number, partition: Parameters<typeof countRows>[1][number]): Promise<number> =>
  runIn(systemContext(app.ports, tenant.id, "test"), () => countRows(Leads, [partition], limit));

const allLeads = { index: "by_time" as const, facets: { life: "live" } };

describe("rows without a counter", () => {
  it("are counted by reading them", async () => {
    expect(await countUpTo(100, allLeads)).toBe(COUNT);
    expect(await countUpTo(100, { index: "by_date", facets: {}, to: "2030-01-09T00:00:00.000Z.9" })).toBe(3);
    expect(await countUpTo(100, { index: "by_rank", facets: {}, from: "001" })).toBe(0);
  });

  it("are counted up to a limit, and not read beyond it", async () => {
    const boundedUnits = await measureUnits(meter, async () => expect(await countUpTo(5, allLeads)).toBe(5));
    const fullUnits = await measureUnits(meter, async () => expect(await countUpTo(COUNT, allLeads)).toBe(COUNT));
    expect(boundedUnits.read).toBeLessThan(fullUnits.read / 2);
  });
});
