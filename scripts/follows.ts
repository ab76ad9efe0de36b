import { domains } from "@crm/core/domains.ts";
import { operations } from "@crm/functions/api/index.ts";
import { describeEvent, type EventDescription, type Follower, listAllEventTypes } from "./event-followers.ts";
import { type EventWrite, recordDemoWrites } from "./recorded-writes.ts";

/**
 * `npm run follows -- order.confirmed`: prints when the event is made, what is in the transaction that makes it, and what follows. Without a type, it
 * lists all types. Transactions are those of the demo, which it runs in memory for some seconds.
 */
const NAME_COLUMN = 34;

const formatFollowers = (title: string, followers: readonly Follower[]): string[] =>
  followers.length === 0 ? [] : [title, ...followers.map(({ name, place }) => `  ${name.padEnd(NAME_COLUMN)} ${place}`)];

/** Joins the writes of a writer: a transaction may have further items, as the input decides. */
function formatWrites(writes: readonly EventWrite[]): string[] {
  const byWriter = [...Map.groupBy(writes, ({ writer }) => writer)];
  return byWriter.map(([writer, found]) => {
    const all = [...new Set(found.flatMap(({ items }) => items))];
    const always = all.filter((item) => found.every(({ items }) => items.includes(item)));
    const sometimes = all.filter((item) => !always.includes(item));
    const list = [...always, ...sometimes.map((item) => `${item}?`)].join(", ");
    return `  ${writer.padEnd(NAME_COLUMN)} ${list}`;
  });
}

/** Lists the operations below the path of a kind that write and that the demo does not send. */
function listOtherOperations(kindName: string, writes: readonly EventWrite[]): string[] {
  const kind = domains.flatMap(({ kinds }) => kinds).find(({ name }) => name === kindName);
  const sent = new Set(writes.map(({ writer }) => writer));
  const names = operations
    .filter(
      ({ method, path, name }) => method !== "GET" && kind?.path && `${path}/`.startsWith(`${kind.path}/`) && !sent.has(name),
    )
    .map(({ name }) => name);
  return names.length === 0 ? [] : ["Other operations that write below the path of the kind", `  ${names.join(", ")}`];
}

function formatEvent(event: EventDescription, writes: readonly EventWrite[]): string {
  return [
    `${event.type}: ${event.condition}`,
    "",
    "In the transaction, as the demo writes it (? = not always)",
    ...(writes.length > 0 ? formatWrites(writes) : ["  The demo makes no such event."]),
    ...listOtherOperations(event.type.split(".")[0] ?? "", writes),
    "From the stream, in order (packages/core/src/storage/stream/projector.ts)",
    "  audit trail, counters, words of search, entries of lists, paths, tags",
    ...formatFollowers("  then the handlers of changes of this kind", event.changeHandlers),
    ...formatFollowers("  then the watchers of all changes", event.changeWatchers),
    ...formatFollowers("Listeners, each a function of its own", event.listeners),
    ...formatFollowers("Notifications of users", event.notifications),
    ...(event.clockEvents.length > 0 ? ["Clocks that the record may have set", `  ${event.clockEvents.join(", ")}`] : []),
    event.isPublished ? "Webhooks of other systems get it, and GET /events lists it." : "It stays inside: no webhook gets it.",
  ].join("\n");
}

const [type] = process.argv.slice(2);
const types = await listAllEventTypes(domains);
if (type === undefined) console.log(types.join("\n"));
else {
  const event = await describeEvent(domains, type);
  if (!event) {
    const ofKind = types.filter((known) => known.startsWith(`${type.split(".")[0]}.`));
    console.error(
      `No event is named ${type}. ${ofKind.length > 0 ? `Events of this kind: ${ofKind.join(", ")}` : "npm run follows lists all."}`,
    );
    process.exit(1);
  }
  const print = console.log.bind(console);
  // The demo tells of its progress.
  console.log = console.error;
  print(formatEvent(event, (await recordDemoWrites()).get(type) ?? []));
}
