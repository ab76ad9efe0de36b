import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { domains } from "@crm/core/domains.ts";
import { portNames } from "@crm/core/kernel/capabilities.ts";
import { keyGroups } from "@crm/core/kernel/key-groups.ts";
import { Settings } from "@crm/core/kernel/settings.ts";
import { loadedCollections } from "@crm/core/storage/table/collection.ts";
import { table } from "@crm/core/storage/table/table.ts";
import { functions, operations } from "@crm/functions/api/index.ts";
import type { Schema } from "electrodb";

/**
 * Names that are stored, sent or deployed. They never change, because stored records, clients, mailed links and deployed resources use them.
 * File names and identifiers in code may change.
 */
export type FrozenNames = Readonly<Record<string, readonly string[]>>;

const sortNames = (names: Iterable<string>): string[] => [...names].sort();

const listPartNames = (declared: object | undefined): string[] => Object.keys(declared ?? {});

/** The names that each domain declares. */
function collectDomainNames(): FrozenNames {
  const entries = domains.map((domain): [string, string[]] => [
    `domain ${domain.name}`,
    sortNames([
      ...domain.kinds.map(({ name, prefix, path }) => `kind ${name} ${prefix} ${path ?? "-"}`),
      ...(domain.grants ?? []).flatMap((grants) => Object.values(grants).map(({ name }) => `permission ${name}`)),
      ...(domain.masters ?? []).map(({ name }) => `master data ${name}`),
      ...listPartNames(domain.rules).map((name) => `rule ${name}`),
      ...Object.entries(domain.features ?? {}).flatMap(([feature, kinds]) => kinds.map(({ name }) => `${feature} of ${name}`)),
      ...listPartNames(domain.imports).map((name) => `import ${name}`),
      ...listPartNames(domain.exports).map((name) => `export ${name}`),
      ...listPartNames(domain.bulk).map((name) => `bulk change ${name}`),
      ...listPartNames(domain.timeline).map((name) => `timeline ${name}`),
      ...listPartNames(domain.notifications).map((name) => `notification ${name}`),
      ...listPartNames(domain.changeHandlers).map((name) => `follows ${name}`),
      ...listPartNames(domain.subscribers).map((name) => `subscriber ${name}`),
      ...Object.entries(domain.schedules ?? {}).map(([name, { rate }]) => `schedule ${name} ${rate}`),
      ...listPartNames(domain.days).map((name) => `days ${name}`),
      ...Object.entries(domain.flows ?? {}).flatMap(([name, { steps }]) =>
        listPartNames(steps).map((step) => `flow ${name} step ${step}`),
      ),
      ...listPartNames(domain.approvables).map((name) => `approves ${name}`),
      ...listPartNames(domain.shareables).map((name) => `offers ${name}`),
      ...listPartNames(domain.webhookHandlers).map((name) => `webhook ${name}`),
      ...listPartNames(domain.signables).map((name) => `signs ${name}`),
      ...listPartNames(domain.sendGates).map((name) => `sends ${name}`),
    ]),
  ]);
  return Object.fromEntries(entries);
}

/** The stored names of each record kind: attributes, keys, rows, counters and clocks. */
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
          // A migration raises the shape. Records of earlier shapes are read as before.
          ...Array.from({ length: collection.shape }, (_, index) => `model ${JSON.stringify(schema.model)} shape ${index + 1}`),
          ...Object.keys(schema.attributes).map((name) => `attribute ${name}`),
          ...Object.entries(schema.indexes).map(([name, index]) => `index ${name} ${JSON.stringify(index)}`),
          ...collection.fields.map((name) => `field ${name}`),
          // A stored row holds its values by position.
          ...collection.columns.map((name, position) => `column ${position} ${name}`),
          ...listPartNames(definition.filters).map((name) => `filter ${name}`),
          ...listPartNames(definition.ranges).map((name) => `range ${name}`),
          ...listPartNames(definition.sorts).map((name) => `sort ${name}`),
          ...listPartNames(definition.entryOrders).map((name) => `order ${name}`),
          ...listPartNames(definition.events).map((name) => `event ${name}`),
          ...listPartNames(definition.clocks).map((name) => `clock ${name}`),
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
    "purposes of keys": sortNames(Object.values(keyGroups).flat()),
    functions: sortNames(Object.keys(functions)),
    operations: sortNames(operations.map(({ name, method, path }) => `${name} ${method} ${path}`)),
    ...collectDomainNames(),
    ...(await collectRecordNames()),
  };
}

/**
 * Returns the names that are frozen in a file. `CRM_FREEZE=1 npm test -- frozen-names` freezes the current names. It is run at each release, and
 * after a change that removes names on purpose. Names that a release does not have yet are free.
 */
export function readFrozenNames(file: URL, currentNames: FrozenNames): FrozenNames {
  if (process.env.CRM_FREEZE !== undefined) writeFileSync(file, gzipSync(JSON.stringify(currentNames)));
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as FrozenNames;
}

/** Lists the frozen names that no longer exist. */
export function listLostNames(frozenNames: readonly string[] = [], currentNames: readonly string[] = []): string[] {
  const current = new Set(currentNames);
  return frozenNames.filter((name) => !current.has(name));
}
