import { isId } from "../../kernel/id.ts";
import { findMasterKind } from "../../kernel/registry.ts";
import { loadValues } from "../../platform/master-data/values.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { findKindById, loadCollection } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import type { Group } from "./stats.rules.ts";

/** Labels for the keys of rows. */

interface Label {
  key: string;
  label: string | null;
  code: string | null;
  /** The display position, for keys that have one. */
  order: number;
}

/** Groups whose keys are master data, with the kind. Only stages have a display order. */
const masterByGroup: Readonly<Record<string, string>> = {
  stage: "opportunity_stages",
  source: "lead_sources",
  territory: "territories",
  reason: "win_loss_reasons",
};

/** Resolves the labels of keys. `names` holds the names of groups whose values are free text. */
export async function resolveLabels(
  group: Group,
  keys: readonly string[],
  names: ReadonlyMap<string, string> = new Map(),
): Promise<ReadonlyMap<string, Label>> {
  const labels = await loadKnownLabels(group, keys);
  const labelled = (key: string): Label => {
    const name = names.get(key);
    if (name !== undefined) return { key: name, label: name, code: null, order: 0 };
    return { key, label: null, code: null, order: 0, ...labels.get(key) };
  };
  return new Map(keys.map((key) => [key, labelled(key)]));
}

type KnownLabels = ReadonlyMap<string, Partial<Label>>;

async function loadKnownLabels(group: Group, keys: readonly string[]): Promise<KnownLabels> {
  const kind = findMasterKind(masterByGroup[group] ?? "");
  if (kind) {
    const { byId } = await loadValues(kind);
    return new Map(
      keys.flatMap((key): [string, Partial<Label>][] => {
        const value = byId.get(key);
        return value ? [[key, { label: value.name, code: value.code, order: group === "stage" ? value.sequence : 0 }]] : [];
      }),
    );
  }
  if (group === "period" || group === "region" || group === "type")
    return new Map(keys.map((key) => [key, { label: formatKey(group, key) }]));
  if (group === "owner" || group === "manager") return toLabels(await Directory.loadNames(keys.filter((key) => isId(key, USER))));
  return toLabels(await loadRecordNames(keys));
}

const toLabels = (names: ReadonlyMap<string, string>): KnownLabels => new Map([...names].map(([key, label]) => [key, { label }]));

/** Formats a key as a label: `NEW_BUSINESS` becomes "New business". */
const formatKey = (group: string, key: string): string | null => {
  if (key === "none") return null;
  return group === "type" ? key[0] + key.slice(1).toLowerCase().replaceAll("_", " ") : key;
};

/** Loads the names of records of any kind, deleted ones too: teams, products, campaigns. */
async function loadRecordNames(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const entries = keys.flatMap((key) => {
    const kind = findKindById(key);
    return kind ? [{ key, kind }] : [];
  });
  const names = await Promise.all(
    [...Map.groupBy(entries, ({ kind }) => kind)].map(async ([kind, group]) => {
      const ids = group.map(({ key }) => key);
      const records = await Records.loadMany(await loadCollection(kind), ids);
      return records.flatMap((record, index): [string, string][] => {
        const name = (record as { name?: unknown } | undefined)?.name;
        return typeof name === "string" ? [[ids[index] as string, name]] : [];
      });
    }),
  );
  return new Map(names.flat());
}
