import { concerns, type DomainEvent } from "../kernel/event.ts";
import type { Kind } from "../kernel/id.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { unlessFenced } from "../storage/write/job.ts";
import { Tenant } from "../tenant/tenant.ts";
import { proceed } from "./build.ts";
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

/** Hears that a set has changed, and that work on them is due. */
export const building =
  <R extends BaseRecord>(roster: Roster<R>) =>
  async ({ due_at }: DomainEvent): Promise<void> => {
    await unlessFenced(() => Tenant.asConfigured(() => proceed(roster, due_at)));
  };
