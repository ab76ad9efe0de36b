import { useActor } from "../../kernel/context.ts";
import type { Settings } from "../../kernel/settings.ts";
import type { AssignableKind } from "./assignable-kind.ts";
import { Assigner } from "./assigner.ts";
import type { Facts } from "./assignment.rules.ts";

/** Chooses the owner of a new record, once for all retries of its write. */
export type OwnerChooser = (facts: () => Promise<Facts>) => Promise<string | null>;

interface NewOwnerInput {
  /** The owner that the input names, which may be null. */
  requestedOwner: string | null | undefined;
  /** The tenant's setting, which decides if the input names no owner. */
  setting: Settings["new_lead_owner"];
  /** Requires that the named user may own the record, and returns the owner. */
  requireAssignable: () => Promise<string | null>;
  assignable: AssignableKind;
}

export async function createOwnerChooser({
  requestedOwner,
  setting,
  requireAssignable,
  assignable,
}: NewOwnerInput): Promise<OwnerChooser> {
  if (requestedOwner !== undefined) {
    const owner = await requireAssignable();
    return async () => owner;
  }
  if (setting === "rule") {
    let chosenOwner: Promise<string | null> | undefined;
    return (facts) => (chosenOwner ??= facts().then(async (record) => (await Assigner.choose(assignable, record)).owner_id));
  }
  const actor = useActor();
  const owner = actor.type === "user" && setting === "creator" ? actor.id : null;
  return async () => owner;
}
