import * as z from "zod";
import { isInContext } from "../../kernel/context.ts";
import type { MasterKind } from "../../kernel/master-kind.ts";
import { findMasterKind, registryName } from "../../kernel/registry.ts";

/** Returns the kind's own name for a name of it in a path. */
function resolveName(input: string): string {
  const name = input.toLowerCase().replaceAll("-", "_");
  return (isInContext() && findMasterKind(name)?.name) || name;
}

/** A kind of master data in a path, with hyphens or underscores. */
export const kindParameter = z
  .string()
  .transform(resolveName)
  .pipe(registryName("masters"))
  .transform((name): MasterKind => {
    const kind = findMasterKind(name);
    if (!kind) throw new Error(`No domain of this function has the master data ${name}`);
    return kind;
  });
