import type { Action, Kind } from "../../api/kind.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";
import { findHeadFields } from "./head-fields.ts";

type Values = Readonly<Record<string, unknown>>;

interface Outcome {
  /** The title of the record. */
  readonly name: string;
  readonly before: Values;
  /** The answer of the server. */
  readonly after: Values | null;
}

/** Says what an action has done with which record: in the words of the action, or else by the new status. */
export function describeResult(
  kind: Pick<Kind, "board" | "fields" | "title">,
  action: Pick<Action, "done">,
  { name, before, after }: Outcome,
  t: Translate,
): string {
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
