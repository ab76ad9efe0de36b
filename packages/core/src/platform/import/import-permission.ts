import { hasPermission, isPermitted, useActor, useActorId } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Records } from "../../storage/write/records.ts";
import { Import, type ImportRecord, Imports } from "./import.ts";
import { loadImportable } from "./importable.ts";

/**
 * Who may lay a hand on an import: who asked for it, and who may write and delete such records anyway. Asked when it is
 * begun, and at each turn of the work that follows: meanwhile a role may have gone.
 */
export async function requirePermission({ entity, owner_id }: Pick<ImportRecord, "entity" | "owner_id">): Promise<void> {
  const importable = await loadImportable(entity);
  if (!hasPermission(importable.write))
    throw forbidden(`It takes the right to write ${entity}, of who asks and of who brought them in`);
  if (owner_id !== useActorId() && !isPermitted(useActor(), importable.delete))
    throw forbidden(`Somebody else brought it in: it takes the right to delete ${entity}`);
}

/** A verb on an import, for who has leave. */
const withPermission = (verb: typeof Import.cancel) =>
  fn(verb.schema, async ({ id }) => {
    await requirePermission(await Records.read(Imports, id));
    return verb({ id });
  });

export const cancel = withPermission(Import.cancel);
export const revert = withPermission(Import.revert);
