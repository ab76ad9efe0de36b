import { createCodeFinder, matchesCondition } from "./condition.ts";
import type { Action, Field, Kind } from "./kind.ts";
import { listPathFields } from "./record-template.ts";

/** The actions of the objects inside a record, such as the milestones of a project. */

type Part = Readonly<Record<string, unknown>>;

/** Whether an action is one of a part of a record: `/projects/{id}/milestones/{milestone_id}/complete`. */
export const isPartAction = ({ path: kindPath }: Pick<Kind, "path">, { path }: Pick<Action, "path">): boolean =>
  path.startsWith(`${kindPath}/{id}/`) && listPathFields(path).length > 1;

/** The part of a path that names a list: `/persons/{id}/contact-points` lists `contact_points`. */
const listPath = ({ path }: Pick<Kind, "path">, list: string): string => `${path}/{id}/${list.replaceAll("_", "-")}`;

/** Whether an action is one of the entries of a list. */
export const isListAction = (kind: Pick<Kind, "path">, list: string, { path }: Pick<Action, "path">): boolean =>
  path.startsWith(`${listPath(kind, list)}/{`);

/** Finds the action that adds an entry to a list of the record, if the record allows it. */
export const findListCreation = (kind: Kind, list: string, record: Part): Action | undefined =>
  kind.actions.find(
    ({ method, path, enabled_when }) =>
      method === "POST" && path === listPath(kind, list) && matchesCondition(enabled_when, record, createCodeFinder(kind.fields)),
  );

/**
 * Lists the actions that a part of a list allows. Their paths have the id of the part in place of its parameter: the field of the part with
 * the name of the parameter, such as `user_id`, or else its `id`.
 */
export function listPartActions(
  kind: Pick<Kind, "path" | "actions">,
  field: Pick<Field, "name" | "fields">,
  part: Part,
): Action[] {
  const codeFor = createCodeFinder((field.fields ?? []) as Field[]);
  return kind.actions.flatMap((action) => {
    const [, parameter = "", ...others] = listPathFields(action.path);
    if (others.length > 0 || !isListAction(kind, field.name, action)) return [];
    const id = part[parameter] ?? part.id;
    if (typeof id !== "string" || id === "" || !matchesCondition(action.enabled_when, part, codeFor)) return [];
    return [{ ...action, path: action.path.replace(`{${parameter}}`, () => encodeURIComponent(id)) }];
  });
}
