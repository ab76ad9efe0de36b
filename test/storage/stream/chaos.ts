import { unmarshall } from "@aws-sdk/util-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { type LeadRecord, Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { Scoring } from "@crm/core/sales/lead/scoring.ts";
import { buildCounts, Counter } from "@crm/core/storage/read/counter.ts";
import { buildSearchWords } from "@crm/core/storage/read/search.ts";
import { AuditTrail } from "@crm/core/storage/stream/audit-trail.ts";
import type { CounterSums } from "@crm/core/storage/table/collection.ts";
import { streamHandler } from "@crm/functions/stream/index.ts";
import type { App } from "@crm/local/app.ts";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { addUser, newLead, signUp, type Tenant } from "../../support/app.ts";
import type { Random } from "../../support/random.ts";
import { listStoredItems } from "../../support/stored-items.ts";

/** The number of injected stream faults, for the report. */
export interface StreamFaults {
  duplicates: number;
  delays: number;
  kills: number;
}

/**
 * The real consumer with an unreliable stream: batches are delivered to two consumers at once, records are held back and arrive after
 * their successors, and the consumer dies after part of a batch, which is then delivered again.
 */
export function createFaultyStream(random: Random): {
  stream: (ports: Ports) => (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  flush: () => Promise<void>;
  mischief: StreamFaults;
} {
  const held: DynamoDBRecord[] = [];
  const mischief: StreamFaults = { duplicates: 0, delays: 0, kills: 0 };
  let real: ((event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>) | undefined;
  return {
    mischief,
    stream: (ports) => {
      const handler = streamHandler(ports);
      real = handler;
      return async (event) => {
        const now = event.Records.filter(() => random() > 0.05);
        const late = event.Records.filter((record) => !now.includes(record));
        if (random() < 0.15 && now.length > 1) {
          mischief.kills++;
          await handler({ Records: now.slice(0, Math.ceil(now.length / 2)) });
          throw new Error("The consumer was killed");
        }
        const times = random() < 0.3 ? 2 : 1;
        if (times === 2) mischief.duplicates++;
        // Two deliveries are concurrent, as by two independent consumers.
        const answers = await Promise.all(Array.from({ length: times }, () => handler({ Records: now })));
        const answer = answers.find(({ batchItemFailures }) => batchItemFailures.length > 0) ?? answers[0];
        if (!answer || answer.batchItemFailures.length > 0) return { batchItemFailures: [failFirst(event)] };
        held.push(...late);
        mischief.delays += late.length;
        if (held.length > 20) await handler({ Records: held.splice(0, held.length).reverse() });
        return answer;
      };
    },
    flush: async () => {
      await real?.({ Records: held.splice(0, held.length).reverse() });
    },
  };
}

const failFirst = ({ Records: [first] }: DynamoDBStreamEvent) => ({ itemIdentifier: first?.dynamodb?.SequenceNumber ?? "" });

const pick = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;

/** Random changes through the API, some concurrent on the same record; search paths are declared and removed meanwhile. */
export async function changeAtRandom(app: App, count: number, random: Random): Promise<Tenant> {
  const tenant = await signUp(app);
  const declarePath = (path: string, sort = false) => tenant.admin.createSearchPath({ entity: "lead", path, sort });
  await declarePath("metadata.region", true);
  const { data: dropped } = await declarePath("metadata.list[]");
  const owners = [
    tenant.userId,
    null,
    ...(await Promise.all([1, 2, 3].map(async () => (await addUser(app, tenant, "SALES_REP")).id))),
  ];
  const live: string[] = [];
  const deleted: string[] = [];
  const as = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "chaos"), work);
  const names = ["Grace", "Ada", "Edsger", "Barbara", "Alan", "Ünal", "Jean-Luc", "O'Neill"];
  const statuses = ["new", "contacted", "qualified", "disqualified"];
  const metadata = () => ({
    region: pick(random, [null, "North", "south", "ÜNAL"]),
    list: Array.from({ length: Math.floor(random() * 4) }, () => Math.floor(random() * 9)),
  });
  const act = async (): Promise<void> => {
    const dice = random();
    const id = live.length > 0 ? pick(random, live) : undefined;
    if (!id || dice < 0.3) {
      const typed = {
        first_name: pick(random, names),
        lead_source_id: pick(random, ["web", "referral", null]),
        lead_status_id: pick(random, statuses),
        metadata: metadata(),
      };
      live.push((await as(() => Lead.create({ ...newLead(typed), owner_id: pick(random, owners) }))).id);
    } else if (dice < 0.45)
      await as(() =>
        Lead.update({
          id,
          first_name: pick(random, names),
          company: pick(random, [null, "Acme", "Initech"]),
          metadata: metadata(),
        }),
      );
    else if (dice < 0.6) await as(() => Lead.setStatus({ id, lead_status_id: pick(random, statuses) }));
    else if (dice < 0.75) await as(() => Lead.assign({ id, owner_id: pick(random, owners) }));
    else if (dice < 0.88) await as(() => Scoring.setByHand({ id, lead_score: Math.floor(random() * 101) }));
    else if (dice < 0.96 || deleted.length === 0) {
      live.splice(live.indexOf(id), 1);
      await as(() => Lead.remove({ id }));
      deleted.push(id);
    } else {
      const back = deleted.splice(Math.floor(random() * deleted.length), 1)[0] as string;
      await as(() => Lead.restore({ id: back }));
      live.push(back);
    }
  };
  for (let done = 0; done < count; done += 4) {
    if (Math.floor(done / 4) === Math.floor(count / 8)) {
      await tenant.admin.deleteSearchPath({ id: dropped.id });
      await declarePath("metadata.list[]");
    }
    const results = await Promise.allSettled([act(), act(), act(), act()]);
    for (const result of results) {
      // With two concurrent actions on one record, one may find it already deleted or restored.
      if (result.status === "rejected" && !["NOT_FOUND", "CONFLICT"].includes((result.reason as { code?: string }).code ?? ""))
        throw result.reason;
    }
  }
  return tenant;
}

type Item = Record<string, unknown>;

/** Every item of a tenant. */
export const dumpItems = (app: App, tenant: string): Item[] =>
  listStoredItems(app)
    .filter(({ pk }) => pk?.S?.startsWith(`T#${tenant}#`))
    .map((item) => unmarshall(item));

export interface DerivedState {
  counters: Record<string, Record<string, number>>;
  words: string[];
  auditKeys: string[];
}

/** The state derived from the stream, as stored in the table. */
export function readDerived(items: readonly Item[], tenant: string): DerivedState {
  const counters: DerivedState["counters"] = {};
  const counted = items.filter(({ pk }) => pk === `T#${tenant}#COUNT#lead`);
  for (const [scope, cells] of Map.groupBy(counted, ({ sk }) => Counter.parseScope(sk))) {
    const counts = Object.entries(Counter.sumItems(cells)).filter(([name]) => !Counter.INTERNAL_ATTRIBUTES.has(name));
    const some = counts.filter(([, value]) => value !== 0) as [string, number][];
    if (some.length > 0) counters[scope] = Object.fromEntries(some);
  }
  const words = items
    .filter(({ pk }) => String(pk).startsWith(`T#${tenant}#WORD#lead#`))
    .map(({ sk, owner }) => `${sk} ${owner}`);
  const audited = items.flatMap((item) => {
    if (item.__edb_e__ !== "audit") return [];
    const { record_id, record_version, record_type } = AuditTrail.fromRow({ key: String(item.sk), row: item.row });
    return record_type === "lead" ? [`${record_id} ${record_version}`] : [];
  });
  return { counters, words: words.sort(), auditKeys: audited.sort() };
}

/** The same state, recomputed from the records. */
export function recountDerived(items: readonly Item[]): DerivedState {
  const counters: DerivedState["counters"] = {};
  const words: string[] = [];
  const audited: string[] = [];
  for (const item of items.filter(({ __edb_e__ }) => __edb_e__ === "lead")) {
    const lead = Leads.fromItem(item) as LeadRecord;
    const added = ["*", lead.owner_id ?? "none"].map((scope) => [scope, buildCounts(Leads, lead)] as const);
    for (let sums: CounterSums | undefined = Leads.counterSums(lead); sums; sums = sums.beside) {
      const { scopes, counts } = sums;
      added.push(...scopes.map((scope) => [scope, counts] as const));
    }
    for (const [scope, numbers] of added) {
      counters[scope] ??= {};
      const ofScope = counters[scope];
      for (const [count, value] of Object.entries(numbers)) ofScope[count] = (ofScope[count] ?? 0) + value;
    }
    if (!lead.deleted_at)
      words.push(...buildSearchWords(Leads, lead).map((word) => `${word}#${lead.id} ${lead.owner_id ?? "none"}`));
    for (let version = 1; version <= lead.version; version++) audited.push(`${lead.id} ${version}`);
  }
  return { counters, words: words.sort(), auditKeys: audited.sort() };
}
