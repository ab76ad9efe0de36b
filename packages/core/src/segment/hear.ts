import type { Kind } from "../kernel/id.ts";
import type { DomainEvent } from "../kernel/ports.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { Fenced } from "../storage/write/job.ts";
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
  ({ type, record_id, changed }: DomainEvent): Promise<void> =>
    Tenant.asConfigured(async () => {
      const build = await readBuild(roster);
      if (!build || build.sets.length === 0) return;
      const asked = fieldsAsked(build);
      const concerns = (fields: readonly string[]): boolean =>
        !type.endsWith(".updated") || changed.some((field) => fields.includes(field));
      if (type.startsWith(`${kind.name}.`)) {
        const { owner = "" } = roster.members.definition;
        if (concerns([owner, "merged_ids", ...asked.flatMap(fieldsBehind)])) await bringUp(roster, [record_id]);
      } else if (asked.some((name) => factOf(name)?.is === "happened") && concerns(ofInteraction))
        await bringUp(roster, await concerned(record_id));
    });

/** Hears that a set has changed, and that work on them is due. */
export const building =
  <R extends BaseRecord>(roster: Roster<R>) =>
  async ({ due_at }: DomainEvent): Promise<void> => {
    try {
      await Tenant.asConfigured(() => proceed(roster, due_at));
    } catch (error) {
      // Another turn began meanwhile, and goes on.
      if (!(error instanceof Fenced)) throw error;
    }
  };
