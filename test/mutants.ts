import { globSync } from "node:fs";
import { join } from "node:path";
import type { Mutant } from "../scripts/source-mutation.ts";

/** The mutants of all folders: each `mutants.ts` below `test` lists those of its domain. A mutant is a mechanism that is switched off. */
const files = globSync("*/**/mutants.ts", { cwd: import.meta.dirname }).sort();
const lists: { mutants: readonly Mutant[] }[] = await Promise.all(files.map((file) => import(join(import.meta.dirname, file))));

export const mutants: readonly Mutant[] = lists.flatMap((list) => list.mutants);
