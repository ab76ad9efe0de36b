import { type CustomerRecord, Customers } from "@crm/core/accounts/customer/customer.entity.ts";
import { counterScope, entryRow, MEMBER_COUNTER, setPartition } from "@crm/core/engagement/segment/membership.ts";
import { Segment } from "@crm/core/engagement/segment/segment.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { counterKey, LIVE } from "@crm/core/storage/read/counter.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { membershipKey, NONE } from "@crm/core/storage/table/key.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { storeItems } from "./bulk-load.ts";
import type { CoreOptions } from "./core.ts";
import { buildCustomer } from "./customer-sample.ts";
import { measureFlatness, type Section } from "./stats.ts";

/** A segment with a usual number of members, compared with a hundred times as many: listing members, counting them, and changing one. */

const [FEW, MANY] = ["ten_000000000000000001", "ten_000000000000000002"];

/** Maximum time of reads with many members, relative to few. */
const MAX_READ_RATIO = 1.3;
/** The same for changes. In a table in memory, a partition is an array, in which later rows are shifted. */
const MAX_CHANGE_RATIO = 2.5;

export async function benchSegment({ rounds, runs, small, large }: CoreOptions): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    const started = performance.now();
    const little = await loadSegment(app, FEW, small);
    const largeSegment = await loadSegment(app, MANY, large);
    console.error(`wrote ${small + large} members in ${Math.round((performance.now() - started) / 1000)} s`);
    let n = 0;
    const views: readonly [string, (segment: FilledSegment) => Promise<unknown>, number?][] = [
      ["page of members", ({ id }) => Segment.listMembers({ id, limit: 20 })],
      ["segment with its number of members", ({ id }) => Segment.get({ id })],
      ["segments of a customer", ({ customers: [customer = ""] }) => Segment.listByMember({ id: customer })],
      [
        "a member removed manually and added again",
        async ({ id, customers }) => {
          const customer = customers[n++ % customers.length] as string;
          await Segment.changeMembers({ id, remove: [customer] });
          await Segment.changeMembers({ id, add: [customer] });
        },
        MAX_CHANGE_RATIO,
      ],
    ];
    const sections: Section[] = [];
    for (const [name, view, bound = MAX_READ_RATIO] of views) {
      const runView = (tenant: string, segment: FilledSegment) => inTenant(app, tenant, () => view(segment));
      const smallCase = { count: small, work: () => runView(FEW, little) };
      const largeCase = { count: large, work: () => runView(MANY, largeSegment) };
      sections.push(await measureFlatness(`${name}, by members`, { rounds, runs, bound }, { few: smallCase, many: largeCase }));
    }
    return sections;
  } finally {
    await app.stop();
  }
}

const inTenant = <T>(app: App, tenant: string, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant, "bench"), work);

interface FilledSegment {
  id: string;
  customers: readonly string[];
}

/** Creates a static segment, and writes its members into the store as if they had been added by hand. */
async function loadSegment(app: App, tenant: string, count: number): Promise<FilledSegment> {
  const { id } = await inTenant(app, tenant, () => Segment.create({ name: "All" }));
  const customers: string[] = [];
  function* items(): Generator<Item[]> {
    for (let n = 0; n < count; n++) {
      const customer = buildCustomer(n);
      if (customers.length < 1000) customers.push(customer.id);
      yield buildMemberItems(tenant, id, customer);
    }
    for (const scope of [counterScope(id), counterScope(id, NONE)])
      yield [{ ...counterKey(tenant, MEMBER_COUNTER, scope), revision: 1, [LIVE]: count }];
  }
  const portions = await inTenant(app, tenant, async () => [...items()]);
  await storeItems(app.ports, tenant, portions);
  return { id, customers };
}

function buildMemberItems(tenant: string, set: string, customer: CustomerRecord): Item[] {
  const entry = [customer.created_at, "hand", NONE] as const;
  const standing = { turn: 1, by_hand: JSON.stringify({ [set]: entry[0] }), entries: JSON.stringify({ [set]: entry }) };
  return [
    Customers.toItem(tenant, customer, JSON.stringify({ actor: "usr_000000000000000001", request: "load" })),
    { ...membershipKey(tenant, customer.id), ...standing },
    { pk: setPartition(set), sk: customer.id, row: entryRow(entry), id: customer.id, by_owner: setPartition(set, NONE) },
  ];
}
