import * as z from "zod";
import type { MasterKind } from "../../kernel/master-kind.ts";
import { findMasterKind, registryName } from "../../kernel/registry.ts";

/** A kind of master data in a path, with hyphens or underscores. */
export const kindParameter = z
  .string()
  .transform((value) => value.toLowerCase().replaceAll("-", "_"))
  .pipe(registryName("masters"))
  .transform((name): MasterKind => {
    const kind = findMasterKind(name);
    if (!kind) throw new Error(`No domain of this function has the master data ${name}`);
    return kind;
  });
