import { type FilterExpression, WhereClauses } from "../../storage/read/where-clause.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { isCustomPath } from "../../storage/table/custom-field-values.ts";
import { resolveConditions } from "./condition.ts";
import type { Definition } from "./definition.ts";
import { listSteps } from "./step-tree.rules.ts";
import type { Watch } from "./watch.rules.ts";

/** Compiles a published workflow to what it watches of the changes of records. */

interface Published {
  readonly workflow_id: string;
  readonly version: number;
  /** When it was published: earlier changes do not count. */
  readonly from: string;
  /** When another version or none replaces it. */
  readonly to?: string;
}

/** Returns the stored fields that conditions read. Custom fields are stored together. */
const listConditionFields = (condition: FilterExpression): string[] => [
  ...new Set(WhereClauses.listFields(condition).map((field) => (isCustomPath(field) ? "custom_fields" : field))),
];

/** A watch is compared with later changes. */
const watched = { isWatched: true };

export async function compileWatches(
  collection: Collection<BaseRecord>,
  definition: Definition,
  published: Published,
): Promise<Watch[]> {
  const { trigger, where, exit, steps } = definition;
  // A schedule asks its conditions when it runs.
  const after = where && trigger.on !== "schedule" ? await resolveConditions(collection, where, "where", watched) : undefined;
  const condition = after ? { after } : {};
  const created = [`${collection.name}.created`, `${collection.name}.restored`];
  const watches: Watch[] = [];
  const leaves = exit?.where ? await resolveConditions(collection, exit.where, "exit.where", watched) : undefined;
  const enrolls = { act: "enroll" as const, ...published, ...(leaves ? { unless: leaves } : {}) };
  if (trigger.on === "created") watches.push({ ...enrolls, events: created, ...condition });
  if (trigger.on === "event") watches.push({ ...enrolls, events: [trigger.event], ...condition });
  if (trigger.on === "date") watches.push({ act: "plan", ...published, events: created, fields: [trigger.date_field] });
  if (trigger.on === "changed") {
    if (trigger.fields) {
      const [field = ""] = trigger.fields;
      const holds = async (values: typeof trigger.from, path: string): Promise<FilterExpression | undefined> =>
        values && resolveConditions(collection, { [field]: values }, path, watched);
      const [before, to] = [await holds(trigger.from, "trigger.from"), await holds(trigger.to, "trigger.to")];
      const both = [to, after].filter((each) => each !== undefined);
      watches.push({
        ...enrolls,
        fields: trigger.fields,
        ...(before ? { before } : {}),
        ...(trigger.direction ? { moved: { field, direction: trigger.direction } } : {}),
        ...(both.length > 0 ? { after: both.length === 1 ? (both[0] as FilterExpression) : { and: both } } : {}),
      });
    } else if (after) watches.push({ ...enrolls, fields: listConditionFields(after), after, becomes: true });
  }
  // Enrollments go on when another version replaces theirs.
  const { to: _to, ...lasting } = published;
  if (exit?.events) watches.push({ act: "exit", ...lasting, events: exit.events });
  if (leaves) watches.push({ act: "exit", ...lasting, fields: listConditionFields(leaves), after: leaves });
  const retryFields = new Set(listSteps(steps).flatMap(({ step }) => (step.do === "action" ? (step.retry_on ?? []) : [])));
  if (retryFields.size > 0) watches.push({ act: "retry", ...lasting, fields: [...retryFields] });
  for (const { step } of listSteps(steps)) {
    if (step.do !== "wait") continue;
    const wakes = { act: "wake" as const, ...lasting, step_id: step.id };
    if (step.until_event !== undefined) watches.push({ ...wakes, events: [step.until_event] });
    if (step.until_where) {
      const holds = await resolveConditions(collection, step.until_where, "until_where", watched);
      watches.push({ ...wakes, fields: listConditionFields(holds), after: holds });
    }
  }
  return watches;
}
