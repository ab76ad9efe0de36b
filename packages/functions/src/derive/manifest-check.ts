import { type Capabilities, objectActions, objectKinds, portNames } from "@crm/core/kernel/capabilities.ts";
import type { Domain } from "@crm/core/kernel/domain.ts";
import { keyGroupNames } from "@crm/core/kernel/key-groups.ts";
import { type Permission, roles } from "@crm/core/kernel/permission.ts";
import { extraColumns } from "@crm/core/platform/master-data/extra-columns.ts";
import { loadedCollections } from "@crm/core/storage/table/collection.ts";
import { functionNames, listSegments } from "../api/function-loaders.ts";
import type { ApiFunction } from "../http/api-function.ts";
import { operationPath } from "../http/operation.ts";
import { platformSchedules } from "../schedule/platform-schedules.ts";

/**
 * The declarations of domains and functions, which `findFaults` checks. Each fault is a sentence that says how to fix it.
 * `npm test` and a deployment check the product; a local server does not, because this loads every function. Types find some
 * faults as well, but not names that must match across files.
 */
export interface Declarations {
  readonly domains: readonly Domain[];
  readonly functions: Readonly<Record<string, ApiFunction>>;
}

export async function findFaults({ domains, functions }: Declarations): Promise<string[]> {
  return [
    ...findNameFaults(domains),
    ...findMasterFaults(domains),
    ...findGrantFaults(domains, functions),
    ...findReaderFaults(domains, functions),
    ...findPortFaults(domains, functions),
    ...findRouteFaults(functions),
    ...(await findEventFaults(domains)),
    ...(await findFlowFaults(domains)),
  ];
}

/** A name and the source that declares it. */
interface NamedSource {
  name: string;
  by: string;
}

const manifestFile = ({ name }: Domain): string => `${name}.domain.ts`;
const kindFile = ({ name }: Domain): string => `${name}.kind.ts`;

/** Lists the names in one part of all domains, each with its domain. */
const listNames = (domains: readonly Domain[], part: (domain: Domain) => object | undefined): NamedSource[] =>
  domains.flatMap((domain) => Object.keys(part(domain) ?? {}).map((name) => ({ name, by: domain.name })));

/** Finds names that occur more than once, with all sources that declare them. */
function findDuplicates(sources: readonly NamedSource[]): { name: string; by: string }[] {
  const groups = Object.entries(Object.groupBy(sources, ({ name }) => name));
  return groups.flatMap(([name, all = []]) =>
    all.length > 1 ? [{ name, by: [...new Set(all.map(({ by: source }) => source))].join(" and ") }] : [],
  );
}

function findNameFaults(domains: readonly Domain[]): string[] {
  const kinds = domains.flatMap((domain) => domain.kinds.map((kind) => ({ kind, domain })));
  const prefixes = kinds.map(({ kind, domain }) => ({ name: kind.prefix, by: `${kind.name} (${kindFile(domain)})` }));
  const kindNames = kinds.map(({ kind, domain }) => ({ name: kind.name, by: kindFile(domain) }));
  const permissions = listNames(domains, ({ grants = [] }) =>
    Object.fromEntries(grants.flatMap((grant) => Object.values(grant)).map(({ name }) => [name, name])),
  );
  const parts: [what: string, named: readonly NamedSource[]][] = [
    ["domains", domains.map(({ name }) => ({ name, by: "core/src/domains.ts" }))],
    ["kinds", kindNames],
    ["permissions", permissions],
    ["listeners", listNames(domains, ({ subscribers }) => subscribers)],
    [
      "schedules",
      [
        ...Object.keys(platformSchedules).map((name) => ({ name, by: "the platform" })),
        ...listNames(domains, (domain) => domain.schedules),
      ],
    ],
    ["types of notification", listNames(domains, ({ notifications }) => notifications)],
    ["imports", listNames(domains, ({ imports }) => imports)],
    ["exports", listNames(domains, ({ exports }) => exports)],
    [
      "kinds of master data",
      domains.flatMap(({ masters = [], name: domainName }) => masters.map(({ name }) => ({ name, by: domainName }))),
    ],
    ["kinds of rule", listNames(domains, ({ rules }) => rules)],
    ["flows", listNames(domains, ({ flows }) => flows)],
  ];
  return [
    ...findDuplicates(prefixes).map(
      ({ name, by: sources }) => `Ids of ${sources} both begin with "${name}": give the newer kind another prefix.`,
    ),
    ...parts.flatMap(([partName, all]) =>
      findDuplicates(all).map(
        ({ name, by: sources }) => `Several ${partName} are named "${name}", in ${sources}: give the newer one another name.`,
      ),
    ),
  ];
}

const findMasterFaults = (domains: readonly Domain[]): string[] =>
  domains
    .flatMap(({ masters = [] }) => masters)
    .flatMap(({ name, extras }) =>
      extras
        .filter((column) => !(column in extraColumns))
        .map(
          (column) =>
            `The master data ${name} has the unknown column "${column}": declare it in platform/master-data/extra-columns.ts.`,
        ),
    );

function findGrantFaults(domains: readonly Domain[], functions: Declarations["functions"]): string[] {
  const operations = Object.values(functions).flatMap((apiFunction) => apiFunction.operations);
  const used = new Set(operations.map(({ access }) => access));
  const granted = domains.flatMap((domain) =>
    (domain.grants ?? []).flatMap((grants) => Object.values<Permission>(grants)).map((permission) => ({ domain, permission })),
  );
  const grantedPermissions = new Set(granted.map(({ permission }) => permission));
  return [
    ...granted
      .filter(({ permission }) => !permission.isCheckedByVerb && !used.has(permission))
      .map(
        ({ domain, permission: { name } }) =>
          `No operation requires ${name}: make it the access of an operation, declare in ${kindFile(domain)} that verbs check it ({ checkedByVerbs: [${JSON.stringify(name.split(":")[1])}] }), or remove it.`,
      ),
    ...operations.flatMap(({ name, access }) =>
      typeof access === "string" || grantedPermissions.has(access)
        ? []
        : [`The operation ${name} requires ${access.name}, which no domain declares: list its grants in the domain's value.`],
    ),
  ];
}

/** Records of a kind are shown in other records that name them. Only roles that may read them directly may see them there. */
function findReaderFaults(domains: readonly Domain[], functions: Declarations["functions"]): string[] {
  const operations = Object.values(functions).flatMap((apiFunction) => apiFunction.operations);
  return domains.flatMap((domain) =>
    domain.kinds.flatMap((kind) => {
      const reads = operations.find(({ method, path }) => method === "GET" && path === `${kind.path}/{id}`);
      if (!reads || typeof reads.access === "string" || kind.isStandalone || kind.read === reads.access) return [];
      if (!kind.read && reads.access.roles.length === roles.length) return [];
      const { name } = reads.access;
      return [
        `Reading ${kind.name} records requires ${name}: declare this for the kind in ${kindFile(domain)} ({ read: … }), after its grants.`,
      ];
    }),
  );
}

const knownPorts: ReadonlySet<string> = new Set([
  ...portNames.filter((name) => name !== "secrets"),
  ...keyGroupNames.map((group) => `secrets:${group}`),
  ...objectKinds.flatMap((kind) => [`objects:${kind}`, ...objectActions.map((action) => `objects:${kind}:${action}`)]),
]);

function findPortFaults(domains: readonly Domain[], functions: Declarations["functions"]): string[] {
  const users: [string, Capabilities][] = [
    ...Object.entries(functions).map(([name, apiFunction]): [string, Capabilities] => [`The function ${name}`, apiFunction]),
    ...domains.flatMap(({ subscribers = {}, schedules = {}, flows = {} }) => [
      ...Object.entries(flows).map(([name, flow]): [string, Capabilities] => [`The flow ${name}`, flow]),
      ...Object.entries(subscribers).map(([name, listener]): [string, Capabilities] => [`The listener ${name}`, listener]),
      ...Object.entries(schedules).map(([name, schedule]): [string, Capabilities] => [`The schedule ${name}`, schedule]),
    ]),
  ];
  return users.flatMap(([consumer, { uses = [] }]) =>
    uses
      .filter((use) => !knownPorts.has(use))
      .map((use) => `${consumer} uses the unknown port "${use}": use a port of core/src/kernel/capabilities.ts.`),
  );
}

/** Compares the paths that a function declares with those of its operations. A path that `meta` serves needs no declaration. */
function findRouteFaults(functions: Declarations["functions"]): string[] {
  return functionNames.flatMap((name) => {
    const servedPaths = (functions[name]?.operations ?? []).flatMap((operation) => {
      const part = operationPath(operation) === operation.path ? ("pages" as const) : ("paths" as const);
      return [operation.path, ...operation.otherPaths].map((path) => ({ part, first: path.split("/")[1] ?? "" }));
    });
    const missing = servedPaths.filter(({ part, first }) => name !== "meta" && !listSegments(name, part).includes(first));
    const unused = (["paths", "pages"] as const).flatMap((part) =>
      listSegments(name, part).filter((first) => !servedPaths.some((served) => served.part === part && served.first === first)),
    );
    const missingFaults = missing.map(
      ({ part, first }) => `The function ${name} serves /${first}: add "${first}" to its ${part} in api/function-loaders.ts.`,
    );
    return [
      ...new Set(missingFaults),
      ...unused.map((first) => `The function ${name} has no operation below /${first}: remove it from api/function-loaders.ts.`),
    ];
  });
}

/** The events of every kind with records. */
const BASE_EVENTS = ["created", "updated", "deleted", "restored", "removed"];

/** Loads the collections. */
async function findEventFaults(domains: readonly Domain[]): Promise<string[]> {
  const faults: string[] = [];
  const publishedEvents = new Set<string>();
  const clocks: { event: string; kind: string; clock: string; domain: Domain }[] = [];
  for (const domain of domains) {
    for (const { events } of Object.values(domain.changeWatchers ?? {})) for (const event of events) publishedEvents.add(event);
    for (const kind of domain.kinds) {
      if (!kind.load) continue;
      if (!loadedCollections.has(kind.name)) await kind.load();
      const collection = loadedCollections.get(kind.name);
      if (!collection) {
        faults.push(
          `The kind ${kind.name} has no collection: create one (new Collection({ kind, … })) in the module that ${kindFile(domain)} loads for it.`,
        );
        continue;
      }
      for (const name of kind.isDerived ? [] : [...BASE_EVENTS, ...Object.keys(collection.definition.events ?? {})])
        publishedEvents.add(`${kind.name}.${name}`);
      for (const clock of Object.keys(collection.definition.clocks ?? {}))
        clocks.push({ event: `${kind.name}.${clock}_due`, kind: kind.name, clock, domain });
    }
  }
  const due = new Set(clocks.map(({ event }) => event));
  const handledEvents = new Set<string>();
  for (const domain of domains) {
    const { subscribers = {}, notifications = {} } = domain;
    const all = [
      ...Object.entries(subscribers).map(([name, { events }]) => ({ who: `The listener ${name}`, events })),
      ...Object.entries(notifications).map(([name, { events }]) => ({ who: `The notification ${name}`, events })),
    ];
    for (const { event, who: consumerName } of all.flatMap(({ who: consumer, events }) =>
      events.map((event) => ({ event, who: consumer })),
    )) {
      if (consumerName.startsWith("The listener")) handledEvents.add(event);
      if (!publishedEvents.has(event) && !due.has(event))
        faults.push(unknownEventFault(event, `${consumerName} of ${manifestFile(domain)}`, domains));
    }
  }
  for (const { event, kind, clock, domain } of clocks)
    if (!handledEvents.has(event))
      faults.push(
        `The event ${event} has no listener: add one to ${manifestFile(domain)}, or remove the clock ${clock} from the collection of ${kind}.`,
      );
  return faults;
}

/** Finds state machines that the local runner or AWS could not run. If there are no flows, their code is not loaded. */
async function findFlowFaults(domains: readonly Domain[]): Promise<string[]> {
  const faults: string[] = [];
  for (const [name, { machine, steps }] of domains.flatMap(({ flows = {} }) => Object.entries(flows))) {
    if (!/^[a-z][a-z0-9_]*$/.test(name))
      faults.push(`A flow name can contain only lower-case letters, digits and _: rename ${name}.`);
    const { readMachine } = await import("@crm/core/lib/state-machine/machine.ts");
    faults.push(...readMachine(name, await machine(), Object.keys(steps)).faults);
  }
  return faults;
}

function unknownEventFault(event: string, consumer: string, domains: readonly Domain[]): string {
  const [kind, name = ""] = event.split(".");
  const clock = /^(\w+)_due$/.exec(name)?.[1];
  const isKind = domains.some(({ kinds }) => kinds.some((candidate) => candidate.name === kind && candidate.load));
  if (!isKind) return `${consumer} subscribes to ${event}, but no kind with records is named ${kind}: use an existing kind.`;
  if (clock)
    return `${consumer} subscribes to ${event}, but ${kind} has no clock ${clock}: declare it in its collection (clocks), or use another event.`;
  return `${consumer} subscribes to ${event}, which does not exist: add ${name} to the events of the collection of ${kind}, or use another event.`;
}

/** Loads the import modules and finds those that do not fit their manifest. */
export async function findImportFaults(domains: readonly Domain[]): Promise<string[]> {
  const faults: string[] = [];
  for (const domain of domains) {
    for (const [name, load] of Object.entries(domain.imports ?? {})) {
      const loaded = (await load()) as { entity?: unknown; create?: unknown } | undefined;
      if (loaded?.entity !== name || typeof loaded.create !== "function")
        faults.push(
          `The import ${name} of ${manifestFile(domain)} has no implementation: load an Importable (platform/import/importable.ts) whose entity is "${name}".`,
        );
    }
  }
  return faults;
}
