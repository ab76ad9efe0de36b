import { useActor } from "../kernel/context.ts";
import type { Settings } from "../kernel/settings.ts";
import type { Assigned } from "./assigned.ts";
import { Assigner } from "./assigner.ts";
import type { Facts } from "./assignment.rules.ts";

/** Whom a new record goes to, decided once however often its writing is tried. */
export type Choosing = (facts: () => Promise<Facts>) => Promise<string | null>;

interface Asked {
  /** Whom the input names, null too. */
  given: string | null | undefined;
  /** As the tenant's setting says, where nobody is named. */
  setting: Settings["new_lead_owner"];
  /** Whether who is named may be given it. */
  named: () => Promise<string | null>;
  by: Assigned;
}

export async function ownerOfNew({ given, setting, named, by }: Asked): Promise<Choosing> {
  if (given !== undefined) {
    const owner = await named();
    return async () => owner;
  }
  if (setting === "rule") {
    let chosen: Promise<string | null> | undefined;
    return (facts) => (chosen ??= facts().then(async (record) => (await Assigner.choose(by, record)).owner_id));
  }
  const actor = useActor();
  const owner = actor.type === "user" && setting === "creator" ? actor.id : null;
  return async () => owner;
}
