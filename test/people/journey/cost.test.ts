import { Journey } from "@crm/core/people/person/journey.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCampaign, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { measureLeastUnits } from "../../support/request-units.ts";
import { createPerson, runInTenant } from "../person/support.ts";

/** Measures what a page of each list reads, before and after a person has twenty times as many steps. */
const meter: Meter = { read: 0, write: 0, commands: 0 };
let app: App;
let tenant: Tenant;
let shortJourneyPerson: string;
let longJourneyPerson: string;
let rareCampaign: string;
let commonCampaign: string;

beforeAll(async () => {
  app = await startTestApp({ meter });
  tenant = await signUp(app);
  for (const kind of ["stores", "brands"]) await tenant.admin.createMaster({ kind, name: "One", code: "one" });
  rareCampaign = await createCampaign(tenant.admin, "Rare");
  commonCampaign = await createCampaign(tenant.admin, "Common");
  shortJourneyPerson = (await createPerson(tenant)).person;
  longJourneyPerson = (await createPerson(tenant)).person;
});
afterAll(() => app.stop());

const interactionTypes = ["email", "sms", "call", "chat"] as const;

/** Writes `wanted` steps that match the queries below, and `others` that do not. */
async function writeSteps(person: string, matchCount: number, otherCount: number): Promise<void> {
  const common = { store_id: "one", brand_id: "one", channel_id: "email" } as const;
  await runInTenant(app, tenant, async () => {
    const rareFields = {
      ...common,
      stage: "Rare",
      campaign_id: rareCampaign,
      related_order_id: "rare",
      interaction_type: "visit",
    } as const;
    for (let n = 0; n < matchCount; n++) await Journey.create({ id: person, ...rareFields, recorded_by: tenant.userId });
    for (let n = 0; n < otherCount; n++)
      await Journey.create({
        id: person,
        stage: `Stage ${n % 3}`,
        campaign_id: commonCampaign,
        interaction_type: interactionTypes[n % 4],
      });
  });
  await app.settle();
}

const queries: Record<string, unknown>[] = [
  {},
  { stage: "rare" },
  { interaction_type: "visit" },
  { recorded_by: "me" },
  { channel_id: "email" },
  { campaign_id: "rare" },
  { store_id: "one" },
  { brand_id: "one" },
  { related_order_id: "rare" },
  { stage: "rare", interaction_type: "visit" },
  { from: new Date(0).toISOString() },
];

describe("a page", () => {
  it("costs the same, regardless of other data of the tenant and the person", async () => {
    const costs = async (person: string) => {
      const costByQuery: Record<string, { read: number; commands: number }> = {};
      for (const filter of queries) {
        const ids = { recorded_by: tenant.userId, campaign_id: rareCampaign };
        const named = Object.entries(ids).filter(([field]) => field in filter);
        const query = { limit: 5, ...filter, ...Object.fromEntries(named) };
        // A query with only a time range is counted by reading, up to a limit.
        const list = () => tenant.admin.listJourneyEntries(query);
        if (!filter.from) costByQuery[JSON.stringify(filter)] = await measureLeastUnits(meter, list);
        else {
          const cursor = (await tenant.admin.listJourneyEntries(query)).meta.next_cursor;
          costByQuery["by time, behind a cursor"] = await measureLeastUnits(meter, () =>
            allowAnyInput(tenant.admin).listJourneyEntries({ ...(query as object), cursor }),
          );
        }
      }
      const ofPerson = (page: object) => tenant.admin.listPersonJourney({ id: person, limit: 5, ...page });
      costByQuery["of a person"] = await measureLeastUnits(meter, () => ofPerson({}));
      const cursor = String((await ofPerson({})).meta.next_cursor);
      costByQuery["of a person, behind a cursor"] = await measureLeastUnits(meter, () => ofPerson({ cursor }));
      expect(costByQuery["of a person, behind a cursor"].commands).toBe(costByQuery["of a person"]?.commands);
      return costByQuery;
    };
    await writeSteps(shortJourneyPerson, 8, 12);
    const small = await costs(shortJourneyPerson);
    await writeSteps(longJourneyPerson, 8, 400);
    const large = await costs(longJourneyPerson);
    for (const [query, { read, commands }] of Object.entries(large)) {
      expect([query, commands]).toEqual([query, small[query]?.commands]);
      // Units are halves of 4 KB, and row sizes differ by some bytes.
      expect([query, read <= (small[query]?.read ?? 0) + 1]).toEqual([query, true]);
    }
  });
});
