import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CAMPAIGN_MEMBER } from "@crm/core/engagement/campaign/campaign.kind.ts";
import { memberSteps } from "@crm/core/engagement/campaign/campaign-status.rules.ts";
import { type MemberRecord, Members } from "@crm/core/engagement/campaign/member.entity.ts";
import { Member } from "@crm/core/engagement/campaign/member.ts";
import { Membership } from "@crm/core/engagement/campaign/membership.ts";
import { CampaignPerformance } from "@crm/core/engagement/campaign/performance.ts";
import { CampaignResponse } from "@crm/core/engagement/campaign/response.ts";
import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { Tenant } from "@crm/core/platform/tenant/tenant.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { tenantKey } from "@crm/core/storage/table/key.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { openBulkTable } from "../scripts/load/bulk-table.ts";
import { signUp } from "../test/support/app.ts";
import { buildRecordItems } from "./bulk-load.ts";
import { measureReadUnits } from "./core.ts";
import { boundMisses, compare, formatTable, type Section } from "./stats.ts";

/** Lists, figures and additions of a campaign: they must take the same time with many members as with few. */
export interface CampaignOptions {
  rounds: number;
  runs: number;
  /** Members of the campaigns, from few to many. */
  counts: readonly number[];
}

const MAX_RATIO = 1.2;
/** One of this many members is inactive. */
const INACTIVE_PART = 20;

interface Store {
  app: App;
  context: Context;
  campaign: string;
  count: number;
  /** Persons who are no members yet. */
  strangers: string[];
  /** A member who is one of the many. */
  member: string;
  responses: number;
}

interface MeasuredAccess {
  name: string;
  run(store: Store): Promise<unknown>;
  /** Runs of one round. Each addition needs a person, who is created before. */
  runs?: number;
  /** No index has this filter: the list reads up to 5,000 rows to count them, so its cost is limited but not the same. */
  isCountedByRows?: true;
}

const accesses: readonly MeasuredAccess[] = [
  { name: "members: all, newest first", run: ({ campaign }) => Member.listByCampaign({ id: campaign }) },
  ...(["ADDED", "CONVERTED", "BOUNCED"] as const).map((status) => ({
    name: `members that are ${status}`,
    run: ({ campaign }: Store) => Member.listByCampaign({ id: campaign, status }),
  })),
  {
    name: "active members (counted by rows)",
    run: ({ campaign }) => Member.listByCampaign({ id: campaign, "is_active[eq]": true }),
    isCountedByRows: true,
  },
  { name: "performance", run: ({ campaign }) => CampaignPerformance.get({ id: campaign }) },
  { name: "campaigns compared", run: () => CampaignPerformance.compare({ status: "IN_PROGRESS" }) },
  { name: "one member", run: ({ member }) => Member.get({ id: member }) },
  {
    name: "a response of a member",
    run: (store) =>
      CampaignResponse.report({
        id: store.campaign,
        member_id: store.member,
        kind: "CALLED",
        source: `call ${store.responses++}`,
      }),
  },
  {
    name: "add a person",
    run: ({ campaign, strangers }) => Member.add({ id: campaign, person_id: strangers.pop() }),
    runs: 10,
  },
];

export async function benchCampaigns({ rounds, runs, counts }: CampaignOptions): Promise<Section[]> {
  const directory = mkdtempSync(join(tmpdir(), "crm-campaigns-"));
  const stores: Store[] = [];
  try {
    const additions = (rounds + 1) * Math.min(runs, 10) + 1;
    for (const count of counts) {
      const started = performance.now();
      stores.push(await createStore(join(directory, String(count)), { count, additions: additions * counts.length }));
      console.error(`${count} members in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    }
    const rows: (string | number)[][] = [];
    const missed: string[] = [];
    const [few, ...others] = stores as [Store, ...Store[]];
    for (const access of accesses) {
      const run = (store: Store) => runIn(store.context, () => Tenant.runWithSettings(() => access.run(store)));
      const units: number[] = [];
      for (const store of stores)
        units.push(await measureReadUnits(store.app.ports, store.context, () => Tenant.runWithSettings(() => access.run(store))));
      const times: number[] = [];
      const ratios: number[] = [];
      for (const many of others) {
        const times_ = Math.min(runs, access.runs ?? runs);
        const { a, b, ratio } = await compare(
          rounds,
          times_,
          () => run(many),
          () => run(few),
          1,
        );
        if (times.length === 0) times.push(b);
        times.push(a);
        ratios.push(ratio);
        if (!access.isCountedByRows) missed.push(...boundMisses(ratio, MAX_RATIO, `campaigns: ${access.name} at ${many.count}`));
      }
      rows.push([access.name, ...times, ...ratios, ...units]);
    }
    const names = counts.map((count) => count.toLocaleString("en"));
    const head = [
      ...["access", ...names.map((name) => `ms at ${name}`)],
      ...names.slice(1).map((name) => `ratio at ${name}`),
      ...names.map((name) => `units at ${name}`),
    ];
    return [{ title: `A campaign with up to ${names.at(-1)} members`, text: formatTable(head, rows), missed }];
  } finally {
    for (const { app } of stores) await app.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Nothing is derived while the accesses are measured: the stored items have everything. */
const startStore = async (folder: string): Promise<App> => {
  const app = await startApp({ data: folder, logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  await app.scheduler.stop();
  return app;
};

/** Creates a tenant with a campaign. The first member is added by the verb, and the others are copies that are written into the file. */
async function createStore(folder: string, { count, additions }: { count: number; additions: number }): Promise<Store> {
  const app = await startStore(folder);
  const { id: tenant, admin } = await signUp(app);
  const input = { name: "Spring", type: "EMAIL", start_date: "2026-01-01", status: "IN_PROGRESS" };
  const { data: campaign } = await admin.createCampaign(input);
  const createPerson = async (): Promise<string> => (await admin.createPerson({ last_name: "Ito" })).data.id;
  const { data: first } = await admin.addCampaignMember({ id: campaign.id, person_id: await createPerson() });
  const model = await runIn(systemContext(app.ports, tenant, "bench"), () => Records.load(Members, first.id));
  if (!model) throw new Error("There is no member");
  const strangers: string[] = [];
  for (let n = 0; n < additions; n++) strangers.push(await createPerson());
  await app.stop();
  writeMembers(folder, tenant, model, count);
  const opened = await startStore(folder);
  const context = systemContext(opened.ports, tenant, "bench");
  return { app: opened, context, campaign: campaign.id, count, strangers, member: first.id, responses: 0 };
}

/** Writes copies of a member, each of another person, with their claims and counters. */
function writeMembers(folder: string, tenant: string, model: MemberRecord, count: number): void {
  const table = openBulkTable(folder);
  const counters = new Map<string, Item>();
  const start = Date.parse(model.created_at) - count * 1000;
  for (let n = 0; n < count; n++) {
    const member = copyMember(model, n, start + n * 1000);
    for (const item of buildRecordItems(tenant, Members, member, counters)) table.put(item);
    const pk = tenantKey(tenant, "CAMPAIGNMEMBER", member.campaign_id);
    table.put({ pk, sk: member.personal_key_id, member_id: member.id });
  }
  for (const counter of counters.values()) table.put(counter);
  table.close();
}

function copyMember(model: MemberRecord, n: number, at: number): MemberRecord {
  const person = newId(PERSON, { at });
  const added_at = new Date(at).toISOString();
  const step = n % memberSteps.length;
  const reached = (index: number): string | null => (step >= index ? added_at : null);
  return Members.applyComputed(
    Membership.withState({
      ...model,
      ...{ id: newId(CAMPAIGN_MEMBER, { owner: person, at }), personal_key_id: person, added_at },
      ...{ created_at: added_at, updated_at: added_at, sent_at: reached(1), opened_at: reached(2), clicked_at: reached(3) },
      ...{ responded_at: reached(4), converted_at: reached(5) },
      bounced_at: n % INACTIVE_PART === 0 ? added_at : null,
    }),
  );
}
