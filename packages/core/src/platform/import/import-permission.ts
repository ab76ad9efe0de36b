import { hasPermission, isPermitted, useActor, useActorId } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Records } from "../../storage/write/records.ts";
import { Import, type ImportRecord, Imports } from "./import.ts";
import { loadImportable } from "./importable.ts";

/**
 * Refuses callers who may not cancel or revert an import. The caller needs the write permission, and for imports of other users also the delete
 * permission. Checked in the request and in each slice of a revert, because a role may be revoked meanwhile.
 */
export async function requirePermission({ entity, owner_id }: Pick<ImportRecord, "entity" | "owner_id">): Promise<void> {
  const importable = await loadImportable(entity);
  if (!hasPermission(importable.write))
    throw forbidden(`It takes the right to write ${entity}, of who asks and of who brought them in`);
  if (owner_id !== useActorId() && !isPermitted(useActor(), importable.delete))
    throw forbidden(`Somebody else brought it in: it takes the right to delete ${entity}`);
}

/** Wraps a verb on an import with the permission check. */
const withPermission = (verb: typeof Import.cancel) =>
  fn(verb.schema, async ({ id }) => {
    await requirePermission(await Records.read(Imports, id));
    return verb({ id });
  });

export const cancel = withPermission(Import.cancel);
export const revert = withPermission(Import.revert);
