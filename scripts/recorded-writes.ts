import { domains } from "@crm/core/domains.ts";
import type { DomainEvent } from "@crm/core/kernel/event.ts";
import { idPrefix } from "@crm/core/kernel/id.ts";
import type { WriteContext } from "@crm/core/storage/stream/record-change.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { connectToServer } from "@crm/local/server/running-server.ts";
import { Demo } from "./demo/year.ts";

/** Who writes records so that an event follows, and what is in the same transaction. */
export interface EventWrite {
  /** The name of the operation, listener, job or flow. */
  readonly writer: string;
  /** The kinds of the records, and the groups of the other items (docs/keys.md). */
  readonly items: readonly string[];
}

const STARTS_AT = "2026-11-24T10:00:00.000Z";
const LEADS = 20;

interface TableItem {
  readonly pk: string;
  readonly sk: string;
  readonly version?: number;
  readonly context?: string;
}

interface TransactionInput {
  readonly TransactItems?: readonly Readonly<Record<string, { readonly Item?: TableItem; readonly Key?: TableItem }>>[];
  readonly Item?: TableItem;
}

const kindNames = new Map(domains.flatMap(({ kinds }) => kinds.map(({ prefix, name }) => [prefix, name] as const)));

/** Names an item by the kind of its record, or by the group of its key: `~sight`, `LOCK`. */
function nameItem({ pk, sk }: TableItem): string {
  const kind = kindNames.get(idPrefix(sk) ?? "");
  const [, , group = pk] = pk.split("#");
  if (group !== "P" && group !== "E") return group;
  return kind ?? sk.split("#")[0] ?? sk;
}

/** `confirmOrder` of a request; else the name at the beginning of the request's id: `order-sales-mgv3k2p1`. */
const nameWriter = (request: string, operations: ReadonlyMap<string, string>): string =>
  operations.get(request) ?? request.replace(/-[0-9a-z]+$/, "");

/** Observes the transactions of an app, and returns them by the type of the events that follow. */
export function observeWrites({ ports }: App): () => ReadonlyMap<string, readonly EventWrite[]> {
  const transactions = new Map<string, { request: string; items: readonly string[] }>();
  const operations = new Map<string, string>();
  const events: Pick<DomainEvent, "type" | "record_id" | "version">[] = [];
  const { database, bus, log } = ports;
  const [send, publish, write] = [database.send.bind(database), bus.publish.bind(bus), log.write.bind(log)];
  database.send = (command, scope) => {
    const { TransactItems = [], Item } = (command as { readonly input: TransactionInput }).input;
    const parts = Item
      ? [Item]
      : TransactItems.flatMap((part) => Object.values(part).flatMap((one) => one.Item ?? one.Key ?? []));
    const items = [...new Set(parts.map(nameItem))];
    for (const { sk, version, context } of parts)
      if (context !== undefined)
        transactions.set(`${sk} ${version}`, { request: (JSON.parse(context) as WriteContext).request, items });
    return send(command, scope);
  };
  bus.publish = (published) => {
    events.push(...published);
    return publish(published);
  };
  log.write = (level, message, fields, ...rest) => {
    if (message === "request") operations.set(String(fields?.request_id), String(fields?.operation));
    write(level, message, fields, ...rest);
  };
  return () => {
    const writes = new Map<string, Map<string, EventWrite>>();
    for (const { type, record_id, version } of events) {
      const transaction = transactions.get(`${record_id} ${version}`);
      if (!transaction) continue;
      const found = { writer: nameWriter(transaction.request, operations), items: transaction.items };
      writes.set(type, (writes.get(type) ?? new Map()).set(JSON.stringify(found), found));
    }
    return new Map([...writes].map(([type, found]) => [type, [...found.values()]]));
  };
}

/** Runs the demo in memory, and returns what wrote each event. */
export async function recordDemoWrites(): Promise<ReadonlyMap<string, readonly EventWrite[]>> {
  const app = await startApp({ data: "memory", logFrom: "error" });
  const listWrites = observeWrites(app);
  const server = await startServer(app, 0);
  try {
    const running = connectToServer(server.url);
    await running.call("POST", "clock", { now: STARTS_AT, quiet: true });
    const demo = new Demo(running, "demo", LEADS);
    await demo.begin();
    await demo.fill();
    return listWrites();
  } finally {
    await server.close();
    await app.stop();
  }
}
