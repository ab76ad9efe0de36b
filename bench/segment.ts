import { CUSTOMER } from "@crm/core/customer/customer.domain.ts";
import { type CustomerRecord, Customers } from "@crm/core/customer/customer.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { Segment } from "@crm/core/segment/segment.ts";
import { COUNTED, entryRow, partitionOf, scopeOf } from "@crm/core/segment/standing.ts";
import { counterKey, LIVE } from "@crm/core/storage/read/counter.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { NONE, standingKey } from "@crm/core/storage/table/key.ts";
import { type App, startApp } from "@crm/local/app.ts";
import type { CoreOptions } from "./core.ts";
import { store } from "./load.ts";
import { compare, over, type Section, table } from "./stats.ts";

/** A segment, of as many members as most have and of a hundred times as many: its members, their number, and a change of one. */

const [FEW, MANY] = ["ten_000000000000000001", "ten_000000000000000002"];

export async function benchSegment({ rounds, runs, small, large }: CoreOptions): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    const started = performance.now();
    const few = await segmentOf(app, FEW, small);
    const many = await segmentOf(app, MANY, large);
    console.error(`wrote ${small + large} members in ${Math.round((performance.now() - started) / 1000)} s`);
    let n = 0;
    const views: readonly [string, (of: Filled) => Promise<unknown>][] = [
      ["page of members", ({ id }) => Segment.listMembers({ id, limit: 20 })],
      ["segment with its number of members", ({ id }) => Segment.get({ id })],
      ["segments of a customer", ({ customers: [customer = ""] }) => Segment.listOf({ id: customer })],
      [
        "a member taken out by hand, and added again",
        async ({ id, customers }) => {
          const customer = customers[n++ % customers.length] as string;
          await Segment.changeMembers({ id, remove: [customer] });
          await Segment.changeMembers({ id, add: [customer] });
        },
      ],
    ];
    const sections: Section[] = [];
    for (const [name, view] of views) {
      const of = (tenant: string, filled: Filled) => inTenant(app, tenant, () => view(filled));
      const measured = await compare(
        rounds,
        runs,
        () => of(MANY, many),
        () => of(FEW, few),
      );
      const [less, more] = [small, large].map((count) => count.toLocaleString("en"));
      const title = `${name}, of ${more} members against ${less}`;
      const head = [`ms at ${less}`, `ms at ${more}`, "ratio"];
      const text = `${table(head, [[measured.b, measured.a, measured.ratio]])}\n\nBy round: ${measured.rounds.map((round) => round.toFixed(2)).join(", ")}`;
      sections.push({ title, text, missed: over(measured.ratio, 1.3, title) });
    }
    return sections;
  } finally {
    await app.stop();
  }
}

const inTenant = <T>(app: App, tenant: string, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant, "bench"), work);

interface Filled {
  id: string;
  customers: readonly string[];
}

/** A static segment whose members are written into the store as if they had been added by hand. */
async function segmentOf(app: App, tenant: string, count: number): Promise<Filled> {
  const { id } = await inTenant(app, tenant, () => Segment.create({ name: "All" }));
  const customers: string[] = [];
  function* items(): Generator<Item[]> {
    for (let n = 0; n < count; n++) {
      const at = Date.UTC(2026, 0, 1) + n * 1000;
      const customer = customerOf(n, at);
      if (customers.length < 1000) customers.push(customer.id);
      yield memberItems(tenant, id, customer);
    }
    for (const scope of [scopeOf(id), scopeOf(id, NONE)])
      yield [{ ...counterKey(tenant, COUNTED, scope), revision: 1, [LIVE]: count }];
  }
  const portions = await inTenant(app, tenant, async () => [...items()]);
  await store(app.ports, tenant, portions);
  return { id, customers };
}

function memberItems(tenant: string, set: string, customer: CustomerRecord): Item[] {
  const entry = [customer.created_at, "hand", NONE] as const;
  const standing = { turn: 1, by_hand: JSON.stringify({ [set]: entry[0] }), entries: JSON.stringify({ [set]: entry }) };
  return [
    Customers.toItem(tenant, customer, JSON.stringify({ actor: "usr_000000000000000001", request: "load" })),
    { ...standingKey(tenant, customer.id), ...standing },
    { pk: partitionOf(set), sk: customer.id, row: entryRow(entry), id: customer.id, by_owner: partitionOf(set, NONE) },
  ];
}

function customerOf(n: number, at: number): CustomerRecord {
  const created_at = new Date(at).toISOString();
  return {
    ...Object.fromEntries(Customers.fields.map((field) => [field, null])),
    id: newId(CUSTOMER, { at }),
    version: 1,
    created_at,
    created_by: "usr_000000000000000001",
    updated_at: created_at,
    updated_by: "usr_000000000000000001",
    deleted_at: null,
    customer_number: `C-2026-${String(n).padStart(6, "0")}`,
    customer_type: "business",
    name: `Customer ${n}`,
    status: "ACTIVE",
    lifecycle_stage: "CUSTOMER",
    currency: "USD",
    tags: [],
  } as unknown as CustomerRecord;
}
