import { CUSTOM_FIELD } from "../custom-field/custom-field.domain.ts";
import { Clock } from "../kernel/clock.ts";
import { concerns, type DomainEvent } from "../kernel/event.ts";
import type { Kind } from "../kernel/id.ts";
import { GRACE } from "../storage/read/declared.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { collectionOf } from "../storage/table/collections.ts";
import { unlessFenced } from "../storage/write/job.ts";
import { Records } from "../storage/write/records.ts";
import { Tenant } from "../tenant/tenant.ts";
import { again, proceed } from "./build.ts";
import { factOf, fieldsBehind } from "./fact.rules.ts";
import { fieldsAsked, type Roster, readBuild } from "./roster.ts";
import { bringUp } from "./standing.ts";

/** What listeners of sets have in common: they go by what is there when they hear, however often and late that is. */

/** What of an interaction decides with whom it counts, and as what; its date never changes. */
const ofInteraction = ["customer_id", "interaction_type_id"];

/** Hears what changes records, and what happens with them; `concerned` says with which, by the event of an interaction. */
export const evaluating =
  <R extends BaseRecord>(roster: Roster<R>, kind: Kind, concerned: (interaction: string) => Promise<readonly string[]>) =>
  (event: DomainEvent): Promise<void> =>
    Tenant.asConfigured(async () => {
      const build = await readBuild(roster);
      if (!build || build.sets.length === 0) return;
      const asked = fieldsAsked(build);
      const { type, record_id } = event;
      if (type.startsWith(`${kind.name}.`)) {
        const { owner = "" } = roster.members.definition;
        if (concerns(event, [owner, "merged_ids", ...asked.flatMap(fieldsBehind)])) await bringUp(roster, [record_id]);
      } else if (asked.some((name) => factOf(name)?.is === "happened") && concerns(event, ofInteraction))
        await bringUp(roster, await concerned(record_id));
    });

/** Hears that a set has changed, that work on them is due, and that what a filter asks means something else by now. */
export const building =
  <R extends BaseRecord>(roster: Roster<R>) =>
  async (event: DomainEvent): Promise<void> => {
    const work = event.type.startsWith(`${CUSTOM_FIELD.name}.`)
      ? () => redefined(roster, event)
      : () => proceed(roster, event.due_at);
    await unlessFenced(() => Tenant.asConfigured(work));
  };

/** What of a custom field decides who is found by it. */
const ofDefinition = ["field_type", "picklist_values", "decimal_places", "is_active", "visible_to", "deleted_at"];

/** All are gone through where a filter asks for the field, once every process knows what it means. */
async function redefined<R extends BaseRecord>(roster: Roster<R>, event: DomainEvent): Promise<void> {
  const build = await readBuild(roster);
  if (!build || !concerns(event, ofDefinition)) return;
  const definition = await Records.load(await collectionOf(CUSTOM_FIELD), event.record_id);
  const { entity_type, field_name } = (definition ?? {}) as { entity_type?: string; field_name?: string };
  const isAsked = entity_type === roster.members.name && fieldsAsked(build).includes(`custom_fields.${field_name}`);
  if (isAsked) await again(roster, Clock.after(GRACE));
}
