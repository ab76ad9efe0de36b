import type { Action, Kind } from "@crm/console/api/kind.ts";
import { isPartAction } from "@crm/console/api/part-actions.ts";
import { listPathFields } from "@crm/console/api/record-template.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import { exceptions } from "./action-exceptions.ts";
import { places } from "./action-places.ts";

/** An action of a kind of record. */
export interface ActionCase {
  readonly kind: Kind;
  readonly action: Action;
}

export const nameCase = ({ kind, action }: ActionCase): string => `${kind.kind} ${action.name}`;

/** Lists all actions of all kinds. */
export const listCases = (kinds: readonly Kind[]): ActionCase[] =>
  kinds.flatMap((kind) => kind.actions.map((action) => ({ kind, action })));

/** What happens to the record before the action is offered: names of operations. */
export const preparations: Readonly<Record<string, readonly string[]>> = {
  reopenActivity: ["completeActivity"],
  reopenTicket: ["resolveTicket"],
  reopenProjectMilestone: ["completeProjectMilestone"],
  reopenConversation: ["closeConversation"],
  wakeTicket: ["snoozeTicket"],
};

/** Actions on the record of another operation, after it: the operation by the name of the action. */
export const continuations: Readonly<Record<string, string>> = {
  cancelCampaignAbTest: "startCampaignAbTest",
  rejectContractAmendment: "sendContractAmendment",
  previewForm: "updateForm",
  revokeContractAmendmentLinks: "sendContractAmendment",
};

/** Returns the reason why an action is not carried out in a dialog of a record of the kind. */
export function findException({ kind, action }: ActionCase, cases: readonly ActionCase[]): string | undefined {
  if (action.on === "collection" && !(action.name in places)) return exceptions[action.name] ?? "acts on no single record";
  const names = kind.fields.map(({ name }) => name);
  const list = /\{id\}\/([\w-]+)\/\{/.exec(action.path)?.[1]?.replaceAll("-", "_") ?? "";
  const isListed = names.includes(list) || kind.tabs.some((tab) => tab.name === list && tab.fields !== undefined);
  const isReachable =
    places[action.name]?.page !== undefined || isPartAction(kind, action)
      ? isListed || action.name in places
      : listPathFields(action.path).every((name) => name === "id" || names.includes(name));
  if (isReachable || action.name in exceptions) return exceptions[action.name];
  const other = cases.find((candidate) => candidate.action.name === action.name && candidate.kind.kind !== kind.kind);
  return other && `done on the page of the ${other.kind.label.toLowerCase()}`;
}

/** Returns the id of the record on whose page an action is, by the place of `{id}` in its path. */
export function findRecordId({ path }: Operation, action: Action, input: Readonly<Record<string, unknown>>): string {
  const parameter = listPathFields(path)[listPathFields(action.path).indexOf("id")] ?? "id";
  return String(input[parameter]);
}
