import type { Action, Kind } from "@crm/console/data/kind.ts";
import { isPartAction } from "@crm/console/data/part-actions.ts";
import { listPathFields } from "@crm/console/data/record-template.ts";
import type { Operation } from "@crm/functions/http/operation.ts";

/** An action of a kind of record. */
export interface ActionCase {
  readonly kind: Kind;
  readonly action: Action;
}

export const nameCase = ({ kind, action }: ActionCase): string => `${kind.kind} ${action.name}`;

/** Lists all actions of all kinds. */
export const listCases = (kinds: readonly Kind[]): ActionCase[] =>
  kinds.flatMap((kind) => kind.actions.map((action) => ({ kind, action })));

/** Where the page of a record offers an action beside its head: in a tab, by a button. */
export interface ActionPlace {
  readonly tab?: string;
  readonly button?: string;
}

export const places: Readonly<Record<string, ActionPlace>> = {};

/** Actions that no dialog carries out, with the reason. */
const exceptions: Readonly<Record<string, string>> = {};

/** Returns the reason why an action is not carried out in a dialog of a record of the kind. */
export function findException({ kind, action }: ActionCase, cases: readonly ActionCase[]): string | undefined {
  const known = exceptions[action.name];
  if (known !== undefined) return known;
  if (action.on === "collection") return "acts on no single record";
  const names = kind.fields.map(({ name }) => name);
  const isReachable =
    isPartAction(kind, action) || listPathFields(action.path).every((name) => name === "id" || names.includes(name));
  const other = cases.find((candidate) => candidate.action.name === action.name && candidate.kind.kind !== kind.kind);
  return isReachable || !other ? undefined : `done on the page of the ${other.kind.label.toLowerCase()}`;
}

/** Returns the id of the record on whose page an action is, by the place of `{id}` in its path. */
export function findRecordId({ path }: Operation, action: Action, input: Readonly<Record<string, unknown>>): string {
  const parameter = listPathFields(path)[listPathFields(action.path).indexOf("id")] ?? "id";
  return String(input[parameter]);
}
