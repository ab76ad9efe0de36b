import { Clock } from "../../kernel/clock.ts";
import { concernsFields, type DomainEvent } from "../../kernel/event.ts";
import type { Kind } from "../../kernel/id.ts";
import { CUSTOM_FIELD } from "../../platform/custom-field/custom-field.kind.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { BACKFILL_GRACE_SECONDS } from "../../storage/read/path-declarations.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { ignoreLeaseLoss } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { requestRebuild, runBuildSlice } from "./build.ts";
import { listSourceFields, parseFact } from "./fact.rules.ts";
import { refreshMemberships } from "./membership.ts";
import { listFilterFields, readBuild, type SegmentType } from "./segment-type.ts";

/** The event listeners that all kinds of sets share. They read the current state, so late and repeated events are safe. */

/** The interaction fields that decide which records it counts for, and as which type. Its date never changes. */
const interactionFields = ["customer_id", "interaction_type_id"];

/** Creates a listener for events of records and of interactions. `concerned` returns the records that an interaction counts for. */
export const createMemberListener =
  <R extends BaseRecord>(roster: SegmentType<R>, kind: Kind, concerned: (interaction: string) => Promise<readonly string[]>) =>
  (event: DomainEvent): Promise<void> =>
    Tenant.runWithSettings(async () => {
      const build = await readBuild(roster);
      if (!build || build.sets.length === 0) return;
      const filterFields = listFilterFields(build);
      const { type, record_id } = event;
      if (type.startsWith(`${kind.name}.`)) {
        const { owner = "" } = roster.members.definition;
        if (concernsFields(event, [owner, "merged_ids", ...filterFields.flatMap(listSourceFields)]))
          await refreshMemberships(roster, [record_id]);
      } else if (filterFields.some((name) => parseFact(name)?.is === "happened") && concernsFields(event, interactionFields))
        await refreshMemberships(roster, await concerned(record_id));
    });

/** Creates a listener for changed sets, due build work and changed custom fields. */
export const createBuildListener =
  <R extends BaseRecord>(roster: SegmentType<R>) =>
  async (event: DomainEvent): Promise<void> => {
    const work = event.type.startsWith(`${CUSTOM_FIELD.name}.`)
      ? () => onFieldRedefined(roster, event)
      : () => runBuildSlice(roster, event.due_at);
    await ignoreLeaseLoss(() => Tenant.runWithSettings(work));
  };

/** The properties of a custom field that decide which records a condition matches. */
const definitionFields = ["field_type", "picklist_values", "decimal_places", "is_active", "visible_to", "deleted_at"];

/** Requests a rebuild if a filter uses the changed field. It starts after the grace period in which all processes load the new definition. */
async function onFieldRedefined<R extends BaseRecord>(roster: SegmentType<R>, event: DomainEvent): Promise<void> {
  const build = await readBuild(roster);
  if (!build || !concernsFields(event, definitionFields)) return;
  const definition = await Records.load(await loadCollection(CUSTOM_FIELD), event.record_id);
  const { entity_type, field_name } = (definition ?? {}) as { entity_type?: string; field_name?: string };
  const isAsked = entity_type === roster.members.name && listFilterFields(build).includes(`custom_fields.${field_name}`);
  if (isAsked) await requestRebuild(roster, Clock.addSeconds(BACKFILL_GRACE_SECONDS));
}
