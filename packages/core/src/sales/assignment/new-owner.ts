import { useActor } from "../../kernel/context.ts";
import type { Settings } from "../../kernel/settings.ts";
import type { AssignableKind } from "./assignable-kind.ts";
import { Assigner } from "./assigner.ts";
import type { Facts } from "./assignment.rules.ts";

/** Whom a new record goes to, decided once however often its writing is tried. */
export type OwnerChooser = (facts: () => Promise<Facts>) => Promise<string | null>;

interface NewOwnerInput {
  /** Whom the input names, null too. */
  requestedOwner: string | null | undefined;
  /** As the tenant's setting says, where nobody is named. */
  setting: Settings["new_lead_owner"];
  /** Whether who is named may be given it. */
  requireAssignable: () => Promise<string | null>;
  assignable: AssignableKind;
}

export async function createOwnerChooser({
  requestedOwner: given,
  setting,
  requireAssignable: named,
  assignable: by,
}: NewOwnerInput): Promise<OwnerChooser> {
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
