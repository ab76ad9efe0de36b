import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Domain } from "@crm/core/kernel/domain.ts";
import type { Kind } from "@crm/core/kernel/id.ts";
import { eventKind, isPublished, matchesPatterns } from "@crm/core/storage/read/event-feed.ts";
import { loadCollection } from "@crm/core/storage/table/collection-registry.ts";

/** Code that runs because of an event. */
export interface Follower {
  /** The name in the manifest, or that of the kind. */
  readonly name: string;
  /** The file in the repository, and what it exports: `packages/core/src/commerce/order/sale.ts onOrderCreated`. */
  readonly place: string;
}

/** What follows from an event, as the manifests and the kind of its record declare it. */
export interface EventDescription {
  readonly type: string;
  /** When the event is made, with the place that says so. */
  readonly condition: string;
  readonly changeHandlers: readonly Follower[];
  readonly changeWatchers: readonly Follower[];
  readonly listeners: readonly Follower[];
  readonly notifications: readonly Follower[];
  /** The events of the record's clocks, which the change may have set. */
  readonly clockEvents: readonly string[];
  /** Whether the event is in the tenant's feed, which webhooks of other systems are told of. */
  readonly isPublished: boolean;
}

const ROOT = dirname(import.meta.dirname);
const BASE_EVENTS = ["created", "updated", "deleted", "restored", "removed"];
const BASE_EVENT_FILE = "packages/core/src/storage/stream/record-events.ts";

const manifestFolders = new Map(
  globSync("packages/core/src/*/**/*.domain.ts", { cwd: ROOT }).map((file) => [basename(file, ".domain.ts"), dirname(file)]),
);

/** The source of a loader names its module: `async () => (await import("./sale.ts")).onOrderCreated`. */
const LOADER = /import\("(?<path>[^"]+)"\)(?:\)\.(?<name>\w+))?/;

/** Returns the file that a loader of a domain loads, and the export that it takes. */
function readLoader(domain: Domain, load: object): { file: string; name: string | undefined } {
  const { path = "", name } = LOADER.exec(String(load))?.groups ?? {};
  const file = join(manifestFolders.get(domain.name.replaceAll("_", "-")) ?? "", path);
  if (path === "" || !existsSync(join(ROOT, file)))
    throw new Error(`The domain ${domain.name} has a loader without a file: ${load}`);
  return { file, name };
}

function toFollower(domain: Domain, name: string, load: object): Follower {
  const module = readLoader(domain, load);
  return { name, place: [module.file, module.name].filter(Boolean).join(" ") };
}

/** Lists those parts of all manifests that an event reaches. */
const listFollowers = <T>(
  domains: readonly Domain[],
  part: (domain: Domain) => Readonly<Record<string, T>> | undefined,
  getLoader: (value: T, name: string) => object | undefined,
): Follower[] =>
  domains.flatMap((domain) =>
    Object.entries(part(domain) ?? {}).flatMap(([name, value]) => {
      const load = getLoader(value, name);
      return load ? [toFollower(domain, name, load)] : [];
    }),
  );

/** Returns the line of a file that declares an event of a kind. */
function findDeclaration(file: string, name: string): string {
  const lines = readFileSync(join(ROOT, file), "utf8").split("\n");
  const start = lines.findIndex((line) => /^ {2}events: \{/.test(line));
  const index = lines.findIndex((line, place) => place >= start && new RegExp(`\\b${name}: `).test(line));
  return index === -1 ? file : `${lines[index]?.trim().replace(/,$/, "")} (${file}:${index + 1})`;
}

async function describeCondition(domain: Domain, kind: Kind, name: string): Promise<string | undefined> {
  if (!kind.load) return undefined;
  const { events = {}, clocks = {} } = (await loadCollection(kind)).definition;
  if (BASE_EVENTS.includes(name)) return `each ${kind.name} that is ${name} (${BASE_EVENT_FILE})`;
  const { file } = readLoader(domain, kind.load);
  if (name in events) return findDeclaration(file, name);
  const clock = name.replace(/_due$/, "");
  return clock in clocks ? `the clock ${clock} of each ${kind.name} (${file})` : undefined;
}

/** Lists the types of all events: those of changes, those of clocks, and those of watchers. */
export async function listAllEventTypes(domains: readonly Domain[]): Promise<string[]> {
  const kinds = domains.flatMap((domain) => domain.kinds).filter(({ load }) => load);
  const ofKinds = await Promise.all(
    kinds.map(async (kind) => {
      const { events = {}, clocks = {} } = (await loadCollection(kind)).definition;
      const changes = kind.isDerived ? [] : [...BASE_EVENTS, ...Object.keys(events)];
      const names = [...changes, ...Object.keys(clocks).map((clock) => `${clock}_due`)];
      return names.map((name) => `${kind.name}.${name}`);
    }),
  );
  const watched = domains.flatMap(({ changeWatchers = {} }) => Object.values(changeWatchers).flatMap(({ events }) => events));
  return [...new Set([...ofKinds.flat(), ...watched])].toSorted();
}

/** Describes what follows from an event; undefined if there is no event of this type. */
export async function describeEvent(domains: readonly Domain[], type: string): Promise<EventDescription | undefined> {
  const [domain, kind] =
    domains
      .flatMap((owner) => owner.kinds.map((one) => [owner, one] as const))
      .find(([, { name }]) => name === eventKind(type)) ?? [];
  const watcher = listFollowers(
    domains,
    ({ changeWatchers }) => changeWatchers,
    ({ events, load }) => (events.includes(type) ? load : undefined),
  )[0];
  const name = type.slice(eventKind(type).length + 1);
  const condition = watcher
    ? `the watcher of changes ${watcher.name} (${watcher.place})`
    : domain && kind && (await describeCondition(domain, kind, name));
  if (condition === undefined) return undefined;
  const isChange = !watcher && !name.endsWith("_due");
  const notifications = listFollowers(
    domains,
    (one) => one.notifications,
    ({ events, load }) => (events.includes(type) ? load : undefined),
  );
  return {
    ...{ type, condition, notifications },
    changeHandlers: isChange
      ? listFollowers(
          domains,
          (one) => one.changeHandlers,
          (load, of) => (of === kind?.name ? load : undefined),
        )
      : [],
    changeWatchers: isChange
      ? listFollowers(
          domains,
          (one) => one.changeWatchers,
          ({ load }) => load,
        )
      : [],
    listeners: listFollowers(
      domains,
      (one) => one.subscribers,
      ({ events, includesNotificationEvents, load }) =>
        matchesPatterns(events, type) || (includesNotificationEvents && notifications.length > 0) ? load : undefined,
    ),
    clockEvents:
      isChange && kind
        ? Object.keys((await loadCollection(kind)).definition.clocks ?? {}).map((clock) => `${kind.name}.${clock}_due`)
        : [],
    isPublished: isChange && kind !== undefined && isPublished(kind),
  };
}
