import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { domains } from "@crm/core/domains.ts";
import { portNames } from "@crm/core/kernel/capabilities.ts";
import { Settings } from "@crm/core/kernel/settings.ts";
import { loadedCollections } from "@crm/core/storage/table/collection.ts";
import { table } from "@crm/core/storage/table/table.ts";
import { keyPurposes } from "@crm/core/storage/vault/secret.ts";
import { functions, operations } from "@crm/functions/api/index.ts";
import type { Schema } from "electrodb";

/**
 * Names that are stored, sent or deployed. They never change: a stored record, a client, a mailed link or a deployed resource has them. Names of
 * files and of identifiers in code are free.
 */
export type FrozenNames = Readonly<Record<string, readonly string[]>>;

const sortNames = (names: Iterable<string>): string[] => [...names].sort();

const listPartNames = (declared: object | undefined): string[] => Object.keys(declared ?? {});

/** What the domains declare, by domain. */
function collectDomainNames(): FrozenNames {
  const entries = domains.map((domain): [string, string[]] => [
    `domain ${domain.name}`,
    sortNames([
      ...domain.kinds.map(({ name, prefix, path }) => `kind ${name} ${prefix} ${path ?? "-"}`),
      ...(domain.grants ?? []).flatMap((grants) => Object.values(grants).map(({ name }) => `permission ${name}`)),
      ...(domain.masters ?? []).map(({ name }) => `master data ${name}`),
      ...listPartNames(domain.rules).map((name) => `rule ${name}`),
      ...Object.entries(domain.features ?? {}).flatMap(([taken, kinds]) => kinds.map(({ name }) => `${taken} of ${name}`)),
      ...listPartNames(domain.imports).map((name) => `import ${name}`),
      ...listPartNames(domain.exports).map((name) => `export ${name}`),
      ...listPartNames(domain.bulk).map((name) => `bulk change ${name}`),
      ...listPartNames(domain.timeline).map((name) => `timeline ${name}`),
      ...Object.entries(domain.notifications ?? {}).map(([name, { events }]) => `notification ${name}: ${sortNames(events)}`),
      ...listPartNames(domain.changeHandlers).map((name) => `follows ${name}`),
      ...Object.entries(domain.subscribers ?? {}).map(([name, { events }]) => `subscriber ${name}: ${sortNames(events)}`),
      ...Object.entries(domain.schedules ?? {}).map(([name, { rate }]) => `schedule ${name} ${rate}`),
      ...listPartNames(domain.days).map((name) => `days ${name}`),
      ...Object.entries(domain.flows ?? {}).map(([name, { steps }]) => `flow ${name}: ${sortNames(Object.keys(steps))}`),
      ...listPartNames(domain.approvables).map((name) => `approves ${name}`),
      ...listPartNames(domain.shareables).map((name) => `offers ${name}`),
      ...listPartNames(domain.webhookHandlers).map((name) => `webhook ${name}`),
      ...listPartNames(domain.signables).map((name) => `signs ${name}`),
      ...listPartNames(domain.sendGates).map((name) => `sends ${name}`),
    ]),
  ]);
  return Object.fromEntries(entries);
}

/** What is stored of each kind of record: attributes, keys, rows, counters, clocks. */
async function collectRecordNames(): Promise<FrozenNames> {
  const kinds = domains.flatMap((domain) => domain.kinds);
  await Promise.all(kinds.map(({ load }) => load?.()));
  const entries = [...loadedCollections.values()]
    .filter(({ kind }) => kinds.includes(kind))
    .map((collection): [string, string[]] => {
      const { definition } = collection;
      const schema = (collection.entity as unknown as { schema: Schema<string, string, string> }).schema;
      return [
        `record ${collection.name}`,
        [
          `model ${JSON.stringify(schema.model)} shape ${collection.shape}`,
          `attributes ${sortNames(Object.keys(schema.attributes))}`,
          ...Object.entries(schema.indexes).map(([name, index]) => `index ${name} ${JSON.stringify(index)}`),
          `fields ${sortNames(collection.fields)}`,
          `columns ${collection.columns}`,
          `filters ${sortNames(listPartNames(definition.filters))}`,
          `ranges ${sortNames(listPartNames(definition.ranges))}`,
          `sorts ${sortNames(listPartNames(definition.sorts))}`,
          `orders ${sortNames(listPartNames(definition.entryOrders))}`,
          `events ${sortNames(listPartNames(definition.events))}`,
          `clocks ${sortNames(listPartNames(definition.clocks))}`,
          `sealed ${definition.sealed ?? "-"}`,
        ],
      ];
    });
  return Object.fromEntries(entries);
}

export async function collectFrozenNames(): Promise<FrozenNames> {
  return {
    table: [JSON.stringify(table)],
    settings: sortNames(Object.keys(Settings.shape)),
    ports: sortNames(portNames),
    "purposes of keys": sortNames(keyPurposes),
    functions: sortNames(Object.keys(functions)),
    operations: sortNames(operations.map(({ name, method, path }) => `${name} ${method} ${path}`)),
    ...collectDomainNames(),
    ...(await collectRecordNames()),
  };
}

/**
 * Holds names against those that are frozen in a file. New names are added by `CRM_FREEZE=1 npm test -- frozen-names`, whose difference the review
 * of a change reads.
 */
export function readFrozenNames(file: URL, present: FrozenNames): FrozenNames {
  if (process.env.CRM_FREEZE !== undefined) writeFileSync(file, gzipSync(JSON.stringify(present)));
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as FrozenNames;
}
