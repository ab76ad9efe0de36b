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
    throw forbidden(`The permission to write ${entity} is required, for the caller and for the user who started the import`);
  if (owner_id !== useActorId() && !isPermitted(useActor(), importable.delete))
    throw forbidden(`Another user started the import: the permission to delete ${entity} is required`);
}

/** Wraps a verb on an import with the permission check. */
const withPermission = (verb: typeof Import.cancel) =>
  fn(verb.schema, async ({ id }) => {
    await requirePermission(await Records.read(Imports, id));
    return verb({ id });
  });

export const cancel = withPermission(Import.cancel);
export const revert = withPermission(Import.revert);
