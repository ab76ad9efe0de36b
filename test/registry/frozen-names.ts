import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { domains } from "@crm/core/domains.ts";
import { Settings } from "@crm/core/kernel/settings.ts";
import { portNames } from "@crm/core/kernel/uses.ts";
import { collections } from "@crm/core/storage/table/collection.ts";
import { table } from "@crm/core/storage/table/table.ts";
import { keyPurposes } from "@crm/core/storage/vault/secret.ts";
import { functions, operations } from "@crm/functions/api/index.ts";
import type { Schema } from "electrodb";

/**
 * Names that are stored, sent or deployed. They never change: a stored record, a client, a mailed link or a deployed resource has them. Names of
 * files and of identifiers in code are free.
 */
export type FrozenNames = Readonly<Record<string, readonly string[]>>;

const sorted = (names: Iterable<string>): string[] => [...names].sort();

const namesOfParts = (declared: object | undefined): string[] => Object.keys(declared ?? {});

/** What the domains declare, by domain. */
function domainNames(): FrozenNames {
  const entries = domains.map((domain): [string, string[]] => [
    `domain ${domain.name}`,
    sorted([
      ...domain.kinds.map(({ name, prefix, path }) => `kind ${name} ${prefix} ${path ?? "-"}`),
      ...(domain.grants ?? []).flatMap((grants) => Object.values(grants).map(({ name }) => `permission ${name}`)),
      ...(domain.masters ?? []).map(({ name }) => `master data ${name}`),
      ...namesOfParts(domain.rules).map((name) => `rule ${name}`),
      ...Object.entries(domain.takes ?? {}).flatMap(([taken, kinds]) => kinds.map(({ name }) => `${taken} of ${name}`)),
      ...namesOfParts(domain.imports).map((name) => `import ${name}`),
      ...namesOfParts(domain.exports).map((name) => `export ${name}`),
      ...namesOfParts(domain.bulk).map((name) => `bulk change ${name}`),
      ...namesOfParts(domain.timeline).map((name) => `timeline ${name}`),
      ...Object.entries(domain.notifications ?? {}).map(([name, { events }]) => `notification ${name}: ${sorted(events)}`),
      ...namesOfParts(domain.follows).map((name) => `follows ${name}`),
      ...Object.entries(domain.listens ?? {}).map(([name, { events }]) => `subscriber ${name}: ${sorted(events)}`),
      ...Object.entries(domain.schedules ?? {}).map(([name, { rate }]) => `schedule ${name} ${rate}`),
      ...namesOfParts(domain.days).map((name) => `days ${name}`),
      ...Object.entries(domain.flows ?? {}).map(([name, { steps }]) => `flow ${name}: ${sorted(Object.keys(steps))}`),
      ...namesOfParts(domain.approves).map((name) => `approves ${name}`),
      ...namesOfParts(domain.offers).map((name) => `offers ${name}`),
      ...namesOfParts(domain.hooks).map((name) => `webhook ${name}`),
      ...namesOfParts(domain.signs).map((name) => `signs ${name}`),
      ...namesOfParts(domain.sends).map((name) => `sends ${name}`),
    ]),
  ]);
  return Object.fromEntries(entries);
}

/** What is stored of each kind of record: attributes, keys, rows, counters, clocks. */
async function recordNames(): Promise<FrozenNames> {
  const kinds = domains.flatMap((domain) => domain.kinds);
  await Promise.all(kinds.map(({ load }) => load?.()));
  const entries = [...collections.values()]
    .filter(({ kind }) => kinds.includes(kind))
    .map((collection): [string, string[]] => {
      const { definition } = collection;
      const schema = (collection.entity as unknown as { schema: Schema<string, string, string> }).schema;
      return [
        `record ${collection.name}`,
        [
          `model ${JSON.stringify(schema.model)} shape ${collection.shape}`,
          `attributes ${sorted(Object.keys(schema.attributes))}`,
          ...Object.entries(schema.indexes).map(([name, index]) => `index ${name} ${JSON.stringify(index)}`),
          `fields ${sorted(collection.fields)}`,
          `columns ${collection.columns}`,
          `filters ${sorted(namesOfParts(definition.filters))}`,
          `ranges ${sorted(namesOfParts(definition.ranges))}`,
          `sorts ${sorted(namesOfParts(definition.sorts))}`,
          `orders ${sorted(namesOfParts(definition.orders))}`,
          `events ${sorted(namesOfParts(definition.events))}`,
          `clocks ${sorted(namesOfParts(definition.clocks))}`,
          `sealed ${definition.sealed ?? "-"}`,
        ],
      ];
    });
  return Object.fromEntries(entries);
}

export async function frozenNames(): Promise<FrozenNames> {
  return {
    table: [JSON.stringify(table)],
    settings: sorted(Object.keys(Settings.shape)),
    ports: sorted(portNames),
    "purposes of keys": sorted(keyPurposes),
    functions: sorted(Object.keys(functions)),
    operations: sorted(operations.map(({ name, method, path }) => `${name} ${method} ${path}`)),
    ...domainNames(),
    ...(await recordNames()),
  };
}

/**
 * Holds names against those that are frozen in a file. New names are added by `CRM_FREEZE=1 npm test -- frozen-names`, whose difference the review
 * of a change reads.
 */
export function readFrozen(file: URL, present: FrozenNames): FrozenNames {
  if (process.env.CRM_FREEZE !== undefined) writeFileSync(file, gzipSync(JSON.stringify(present)));
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as FrozenNames;
}
