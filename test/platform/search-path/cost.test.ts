import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { type LeadRecord, Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { LEAD } from "@crm/core/sales/lead/lead.kind.ts";
import { splitIntoChunks } from "@crm/core/storage/table/database.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { describe, expect, it } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { measureLeastUnits, type RequestUnits } from "../../support/request-units.ts";
import { createReadyPaths } from "./support.ts";

/** Creates leads that differ only by a number. */
async function loadLeads(app: App, tenant: Tenant, count: number): Promise<LeadRecord[]> {
  const { data } = await tenant.admin.createLead(newLead({ lead_status_id: "contacted" }));
  return runIn(systemContext(app.ports, tenant.id, "load"), async () => {
    const first = (await Records.load(Leads, data.id)) as LeadRecord;
    const leads = Array.from(
      { length: count },
      (_, n): LeadRecord => ({
        ...first,
        id: newId(LEAD, { owner: first.personal_key_id }),
        lead_score: n % 100,
        metadata: { region: "north", n, few: n % 400 },
      }),
    );
    // Each transaction also writes the person's visibility item.
    for (const chunk of splitIntoChunks(leads, 99)) {
      const tx = transaction();
      for (const lead of chunk) tx.create(Leads, lead);
      await tx.commit(undefined);
    }
    return leads;
  });
}

/** The cost of lists for a number of records: filtered by a field or a path, and sorted by a field or a path. */
async function measureCosts(count: number): Promise<Record<string, RequestUnits>> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const app = await startTestApp({ meter });
  try {
    const tenant = await signUp(app);
    const leads = await loadLeads(app, tenant, count);
    await createReadyPaths(
      app,
      tenant,
      { entity: "lead", path: "metadata.region" },
      { entity: "lead", path: "metadata.few", type: "number" },
      { entity: "lead", path: "metadata.n", type: "number", sort: true },
    );
    const north = { paths: { "metadata.region": "north" } };
    const lists = {
      filter: { status: "contacted" },
      path: north,
      order: { sort: "lead_score" },
      "order of a path": { sort: "metadata.n" },
      "owner and filter": { status: "contacted", owner: tenant.userId },
      "owner and path": { ...north, owner: tenant.userId },
    };
    const result: Record<string, RequestUnits> = {};
    for (const [name, input] of Object.entries(lists)) {
      result[name] = await measureLeastUnits(meter, () => tenant.admin.listLeads({ limit: 20, ...input }));
    }
    const highest = (isMatch: (lead: LeadRecord) => boolean) =>
      leads
        .filter(isMatch)
        .map(({ id }) => id)
        .reverse()
        .slice(0, 20);
    // Too many matches to sort in memory, so the list is read in the requested order.
    const sortedPage = await tenant.admin.listLeads({ ...north, sort: "metadata.n", limit: 20 });
    expect(sortedPage.data.map(({ id }) => id)).toEqual(highest(() => true));
    const rare = await tenant.admin.listLeads({ paths: { "metadata.region": "north", "metadata.few": "3" }, limit: 20 });
    expect(rare.data.map(({ id }) => id)).toEqual(highest(({ metadata }) => metadata?.few === 3));
    expect(rare.meta.total).toBe(leads.filter(({ metadata }) => metadata?.few === 3).length);
    const total = await tenant.admin.listLeads({ ...north, limit: 1 });
    expect(total.meta.total).toBe(count);
    const ownedPage = await tenant.admin.listLeads({ ...north, owner: tenant.userId, limit: 1 });
    expect([ownedPage.meta.total, ownedPage.meta.total_is_lower_bound]).toEqual(count > 1000 ? [1000, true] : [count, undefined]);
    return result;
  } finally {
    await app.stop();
  }
}

describe("a list filtered by a path", async () => {
  const smallCosts = await measureCosts(10);
  const largeCosts = await measureCosts(2000);

  it("costs as much as one with a standard filter", () => {
    for (const costs of [smallCosts, largeCosts]) {
      // Path keys are longer, which may cost half a unit for each page, but no more commands.
      for (const [path, usual] of [
        [costs.path, costs.filter],
        [costs["order of a path"], costs.order],
      ]) {
        expect(path?.commands).toBe(usual?.commands);
        expect(path?.read).toBeLessThanOrEqual((usual?.read ?? 0) + 0.5);
      }
    }
  });

  it("costs the same for any number of records", () => {
    expect(largeCosts.path?.commands).toBe(smallCosts.path?.commands);
    expect(largeCosts.path?.read).toBeLessThan(12);
  });

  it("costs at most a count of a thousand more with an owner", () => {
    expect(largeCosts["owner and path"]?.commands).toBe(smallCosts["owner and path"]?.commands ?? 0);
    expect(largeCosts["owner and path"]?.read).toBeLessThan(150);
  });
});
