import { isId } from "../kernel/id.ts";
import { masterNamed } from "../kernel/names.ts";
import { valuesOf } from "../masters/values.ts";
import { collectionOf, kindOf } from "../storage/table/collections.ts";
import { Records } from "../storage/write/records.ts";
import { Directory } from "../user/directory.ts";
import { USER } from "../user/user.domain.ts";
import type { Group } from "./stats.rules.ts";

/** What stands behind the keys of rows. */

export interface Label {
  key: string;
  label: string | null;
  code: string | null;
  /** In the order of display, of what has one. */
  order: number;
}

/** Groups whose keys are master data, by the kind; those of stages have an order of their own. */
const masters: Readonly<Record<string, string>> = {
  stage: "opportunity_stages",
  source: "lead_sources",
  territory: "territories",
  reason: "win_loss_reasons",
};

/** `names` has those of texts that were never anything else. */
export async function labelsOf(
  group: Group,
  keys: readonly string[],
  names: ReadonlyMap<string, string> = new Map(),
): Promise<ReadonlyMap<string, Label>> {
  const labels = await knownLabels(group, keys);
  const labelled = (key: string): Label => {
    const name = names.get(key);
    if (name !== undefined) return { key: name, label: name, code: null, order: 0 };
    return { key, label: null, code: null, order: 0, ...labels.get(key) };
  };
  return new Map(keys.map((key) => [key, labelled(key)]));
}

type Known = ReadonlyMap<string, Partial<Label>>;

async function knownLabels(group: Group, keys: readonly string[]): Promise<Known> {
  const kind = masterNamed(masters[group] ?? "");
  if (kind) {
    const { byId } = await valuesOf(kind);
    return new Map(
      keys.flatMap((key): [string, Partial<Label>][] => {
        const value = byId.get(key);
        return value ? [[key, { label: value.name, code: value.code, order: group === "stage" ? value.sequence : 0 }]] : [];
      }),
    );
  }
  if (group === "period" || group === "region" || group === "type")
    return new Map(keys.map((key) => [key, { label: saidOf(group, key) }]));
  if (group === "owner" || group === "manager") return labelled(await Directory.namesOf(keys.filter((key) => isId(key, USER))));
  return labelled(await recordNames(keys));
}

const labelled = (names: ReadonlyMap<string, string>): Known => new Map([...names].map(([key, label]) => [key, { label }]));

/** `NEW_BUSINESS` is New business. */
const saidOf = (group: string, key: string): string | null => {
  if (key === "none") return null;
  return group === "type" ? key[0] + key.slice(1).toLowerCase().replaceAll("_", " ") : key;
};

/** Names of records of whatever kind, also of deleted ones: teams, products, campaigns. */
async function recordNames(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const known = keys.flatMap((key) => {
    const kind = kindOf(key);
    return kind ? [{ key, kind }] : [];
  });
  const names = await Promise.all(
    [...Map.groupBy(known, ({ kind }) => kind)].map(async ([kind, of]) => {
      const ids = of.map(({ key }) => key);
      const records = await Records.loadMany(await collectionOf(kind), ids);
      return records.flatMap((record, at): [string, string][] => {
        const name = (record as { name?: unknown } | undefined)?.name;
        return typeof name === "string" ? [[ids[at] as string, name]] : [];
      });
    }),
  );
  return new Map(names.flat());
}
