import type { Action, Field } from "./kind.ts";

/** An input of an action, as forms have inputs of fields. */
export type ActionField = Field & Partial<Pick<Action["fields"][number], "first">>;

/** Lists the inputs of an action, without those that the console fills in. */
export const listActionFields = (action: Action | undefined, omitted: readonly string[] = []): ActionField[] =>
  // An input has the properties of a field that forms read.
  ((action?.fields ?? []) as ActionField[]).filter(({ name }) => !omitted.includes(name));
