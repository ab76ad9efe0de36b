import { BatchWriteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { loadRecords } from "@crm/core/storage/read/change-list.ts";
import { findColumnRows } from "@crm/core/storage/read/column-page.ts";
import { buildListQuery } from "@crm/core/storage/read/list.ts";
import { recordSortKey } from "@crm/core/storage/read/list-order.ts";
import { resolveListOwners } from "@crm/core/storage/read/list-page.ts";
import { queryPartitions } from "@crm/core/storage/read/partition-query.ts";
import { buildConditions } from "@crm/core/storage/read/query-plan.ts";
import { listTenants } from "@crm/core/storage/read/tenants.ts";
import { maintain } from "@crm/core/storage/scheduler/column-writer.ts";
import type { BaseRecord } from "@crm/core/storage/table/collection.ts";
import { loadCollectionByName } from "@crm/core/storage/table/collection-registry.ts";
import { send, tableName } from "@crm/core/storage/table/database.ts";
import { noteWrite } from "@crm/core/storage/table/recent-writes.ts";
import { describe, expect, it } from "vitest";
import { startDemoApp } from "../../support/demo-snapshot.ts";
import { createSeededRandom, type Random, seed } from "../../support/random.ts";
import { type AnyCollection, buildCases, computePlainly, readValue } from "./list-cases.ts";

/**
 * `npm run equality`: lists of many records equal a plain computation. `CRM_EQUALITY_ROWS` is the number of leads; other kinds have a tenth. The records
 * have the values of the demo's records, mixed field by field.
 */
const ROWS = Number(process.env.CRM_EQUALITY_ROWS ?? 0);
const kinds = ["lead", "customer", "contact", "opportunity", "ticket", "activity"];
/** Pages of one list. */
const PAGES = 3;

/** Returns records whose fields have the values of other records, each of another one. */
function mixRecords(collection: AnyCollection, samples: readonly BaseRecord[], count: number, random: Random): BaseRecord[] {
  const pick = (): BaseRecord => samples[Math.floor(random() * samples.length)] as BaseRecord;
  const fields = Object.keys(samples[0] as BaseRecord).filter((field) => !["id", "version", "deleted_at"].includes(field));
  return Array.from({ length: count }, (_, index) => {
    const mixed = Object.fromEntries(fields.map((field) => [field, readValue(pick(), field)]));
    const created_at = new Date(Date.UTC(2024, 0, 1) + index * 60_000).toISOString();
    const id = newId(collection.kind, { at: Date.parse(created_at) });
    return collection.applyComputed({ ...pick(), ...mixed, created_at, id, version: 1, deleted_at: null });
  }).sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function writeRecords(collection: AnyCollection, tenant: string, records: readonly BaseRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += 25) {
    const requests = records
      .slice(from, from + 25)
      .map((record) => ({ PutRequest: { Item: collection.toItem(tenant, record, "{}") } }));
    await send(new BatchWriteCommand({ RequestItems: { [tableName()]: requests } }));
  }
}

describe.runIf(ROWS > 0)("lists of many records from columns", () => {
  it("equal a plain computation, also while records change between pages", { timeout: 3_600_000 }, async () => {
    const app = await startDemoApp();
    const [tenant = ""] = await runIn(systemContext(app.ports, undefined, "test", ["tenants"]), listTenants);
    const context = systemContext(app.ports, tenant, "test");
    const random = createSeededRandom(seed);
    const faults: string[] = [];
    let cases = 0;
    const compare = async (collection: AnyCollection, records: BaseRecord[]): Promise<void> => {
      const positions = new Map(records.map(({ id }, index) => [id, index]));
      for (const { input } of buildCases(collection, records).filter(({ viewer }) => viewer === "all")) {
        cases++;
        const query = buildListQuery(collection, { limit: 100, ...input });
        const owners = await resolveListOwners(collection, query);
        const conditions = buildConditions(collection, query, owners, undefined);
        const rules = { owners, matches: (record: BaseRecord) => conditions.every(({ matches }) => matches(record)) };
        const plain = await computePlainly(collection, query, records);
        const limit = Math.max(1, Math.ceil(plain.length / PAGES));
        const changed = new Set<string>();
        const found: string[] = [];
        for (let after: string | undefined; ; ) {
          const search = await findColumnRows(collection, query, rules, { after, limit });
          if (!search) throw new Error(`${collection.name} has no columns`);
          if (changed.size === 0 && search.total !== plain.length)
            faults.push(`${describeCase(collection, input)}: total ${search.total} of ${plain.length}`);
          found.push(...search.found.map(({ id }) => id));
          after = search.found.at(-1)?.key;
          if (search.found.length < limit || after === undefined) break;
          // Every tenth list meets a change between its pages.
          if (cases % 10 === 0 && changed.size === 0) {
            const index = Math.floor(random() * records.length);
            const [before, other] = [records[index] as BaseRecord, records[Math.floor(random() * records.length)] as BaseRecord];
            const next = collection.applyComputed({
              ...other,
              id: before.id,
              created_at: before.created_at,
              version: before.version + 1,
            });
            await send(new PutCommand({ TableName: tableName(), Item: collection.toItem(tenant, next, "{}") }));
            records[positions.get(before.id) as number] = next;
            noteWrite(before.id, next.version);
            changed.add(before.id);
          }
        }
        const unchanged = (ids: readonly string[]): string => JSON.stringify(ids.filter((id) => !changed.has(id)));
        if (unchanged(found) !== unchanged(plain))
          faults.push(`${describeCase(collection, input)}: ${found.length} of ${plain.length} rows`);
        const keys = records.length > 0 ? recordSortKey(collection, query, records[0] as BaseRecord) : undefined;
        if (keys !== undefined && keys.length > 600)
          faults.push(`${describeCase(collection, input)}: key of ${keys.length} characters`);
      }
    };
    await runIn(context, async () => {
      for (const name of kinds) {
        const collection = await loadCollectionByName(name);
        const started = performance.now();
        const ids: string[] = [];
        const reading = { order: "asc", after: undefined, chunk: 1000 } as const;
        for await (const { key } of queryPartitions(collection, collection.allPartitions("live"), reading)) ids.push(key);
        const samples = await loadRecords(collection, ids);
        const more = mixRecords(collection, samples, name === "lead" ? ROWS : Math.ceil(ROWS / 10), random);
        await writeRecords(collection, tenant, more);
        const records = [...samples, ...more].sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(
          await maintain(collection, Number.POSITIVE_INFINITY, { minRows: 0, segmentRows: Math.ceil(records.length / 3) }),
        ).toBe(true);
        const written = performance.now();
        const before = cases;
        await compare(collection, records);
        const seconds = (from: number, to: number): number => Math.round((to - from) / 1000);
        console.log(
          `${name}: ${records.length} records, ${cases - before} lists, ${seconds(started, written)} s to write, ${seconds(written, performance.now())} s to compare`,
        );
      }
    });
    await app.stop();
    expect(faults).toEqual([]);
  });
});

const describeCase = ({ name }: AnyCollection, input: object): string => `${name} ${JSON.stringify(input)}`;
