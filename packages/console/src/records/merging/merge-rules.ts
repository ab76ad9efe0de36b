import { fieldLabel } from "../../api/field-label.ts";
import type { Field, Kind } from "../../api/kind.ts";
import { findPages } from "../../api/page-manifest.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";

/** The rules of merges that need no browser. The API is described in docs/accounts/merging.md and docs/people/persons.md. */

/** A field of a merge as the API previews it. */
export interface MergeField {
  readonly field: string;
  readonly survivor: unknown;
  readonly merged: unknown;
  readonly outcome: unknown;
  readonly from: "survivor" | "merged" | "both";
  readonly is_conflict: boolean;
}

/** What the API says about a merge before it happens. Persons have `joins`, other records `moves`. */
export interface MergePreview {
  readonly survivor_id: string;
  readonly merged_id: string;
  readonly fields: readonly MergeField[];
  readonly moves?: Readonly<Record<string, number>>;
  readonly joins?: {
    readonly contact_points: readonly string[];
    readonly addresses: readonly string[];
    readonly records: Readonly<Record<string, number>>;
  };
  readonly merge_id: string | null;
}

/** A user who may not call the operation does not see it in the schema. */
export const canMerge = ({ kind, actions }: Pick<Kind, "kind" | "actions">): boolean =>
  actions.some(({ name }) => name === findPages(kind).merging?.merge);

/** Field → id of the record with the value to keep, or `both` for all values of a list. */
export type Choices = Readonly<Record<string, string>>;
export const KEEP_ALL = "both";

/** Returns the choices as the API takes them. A list that keeps all values needs none. */
export const buildChoices = (choices: Choices, survivorId: string): Record<string, "survivor" | "merged"> =>
  Object.fromEntries(
    Object.entries(choices)
      .filter(([, id]) => id !== KEEP_ALL)
      .map(([field, id]) => [field, id === survivorId ? "survivor" : "merged"]),
  );

/** Returns the id of the record whose value counts, or `both`. */
export const findSide = ({ from }: Pick<MergeField, "from">, { survivor_id, merged_id }: MergePreview): string =>
  from === "both" ? KEEP_ALL : from === "survivor" ? survivor_id : merged_id;

const isTextList = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");

/** Whether all values of both records can be kept. Lists of persons are joined anyway, so they have no choice. */
export const canKeepAll = ({ survivor, merged }: Pick<MergeField, "survivor" | "merged">, kind: string): boolean =>
  kind !== "person" && isTextList(survivor) && isTextList(merged);

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || value === false || (Array.isArray(value) && value.length === 0);

/** Whether the two records have different values, or only one of them has one. */
export const isDifferent = ({ survivor, merged, is_conflict }: MergeField): boolean =>
  is_conflict || JSON.stringify(survivor ?? null) !== JSON.stringify(merged ?? null);

/** Returns the fields to compare: those with different values, or all; contradictions first. */
export function listCompared(fields: readonly MergeField[], isWhole: boolean): MergeField[] {
  const shown = fields.filter((field) => (isWhole ? !(isEmpty(field.survivor) && isEmpty(field.merged)) : isDifferent(field)));
  return [...shown.filter(({ is_conflict }) => is_conflict), ...shown.filter(({ is_conflict }) => !is_conflict)];
}

/** The kind of master data of the channels on which persons answer. */
const CHANNELS = "communication_channels";

/** Returns the label of a field of a merge: an answer, an attribute or a sensitive value has the name of its group before it. */
export function labelMergeField(
  name: string,
  fields: readonly Pick<Field, "name" | "label" | "master" | "choices">[],
  t: Translate,
): string {
  const known = fields.find((field) => field.name === name || field.name === name.replace(/^sensitive\./, ""));
  if (known) return known.label;
  const [group = "", key = ""] = name.split(".");
  if (group !== "preferences") return fieldLabel(name.slice(name.indexOf(".") + 1).replaceAll(".", " "));
  const channels = fields.find(({ master, choices }) => master === CHANNELS && choices)?.choices ?? [];
  return t("Consent: {channel}", { channel: channels.find(({ code }) => code === key)?.name ?? fieldLabel(key) });
}

/** Returns a value that the schema does not describe as text: an answer by its consent, a list by its items. */
export function formatPlainValue(value: unknown): string {
  if (isEmpty(value) && value !== false) return "";
  if (Array.isArray(value)) return value.map(formatPlainValue).filter(Boolean).join(", ");
  if (typeof value === "object" && value !== null) {
    const { consent } = value as { consent?: unknown };
    return typeof consent === "string"
      ? fieldLabel(consent.toLowerCase())
      : Object.values(value).map(formatPlainValue).filter(Boolean).join(", ");
  }
  return String(value);
}

/** Returns the number of records that move to the survivor, by kind. */
export const listMoves = ({ moves, joins }: Pick<MergePreview, "moves" | "joins">): { kind: string; count: number }[] =>
  Object.entries(moves ?? joins?.records ?? {})
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => ({ kind, count }))
    .sort((first, second) => second.count - first.count);

/** Returns the pair after or before another one, or the first one. */
export function stepPair(ids: readonly string[], current: string | undefined, step: 1 | -1): string | undefined {
  const at = current === undefined ? -1 : ids.indexOf(current);
  return at < 0 ? ids[0] : ids[Math.max(0, Math.min(ids.length - 1, at + step))];
}

/** Returns the pair that follows when one is decided: the next one, or the one before at the end. */
export const followPair = (ids: readonly string[], decided: string): string | undefined => {
  const at = ids.indexOf(decided);
  return ids[at + 1] ?? ids[at - 1];
};
