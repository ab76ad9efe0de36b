import type { Action, Kind } from "../data/kind.ts";
import { formatTitle } from "../data/schema.ts";
import type { Translate } from "../i18n/use-text.ts";
import { findHeadFields } from "./head-fields.ts";

type Values = Readonly<Record<string, unknown>>;

/** Says what an action has done with which record: in the words of the action, or else by the new status. */
export function describeResult(kind: Kind, action: Action, before: Values, after: Values | null, t: Translate): string {
  const name = formatTitle(kind, before);
  if (action.done !== undefined) return action.done.replaceAll("{record}", () => name);
  const { status } = findHeadFields(kind);
  const value = status && after?.id === before.id ? after?.[status.name] : undefined;
  const findChoice = (stored: unknown) =>
    status?.choices?.find(({ id, code }) => stored !== undefined && (stored === id || stored === code));
  const choice = findChoice(value);
  return choice && status && choice !== findChoice(before[status.name])
    ? t("{name}: {field} is now {value}", { name, field: status.label, value: choice.name })
    : t("{name} was saved", { name });
}
