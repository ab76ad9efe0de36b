import type { Mutant } from "../scripts/source-mutation.ts";
import { importModules } from "./support/module-files.ts";

/** The mutants of all folders: each `mutants.ts` below `test` lists those of its domain. A mutant is a mechanism that is switched off. */
const modules = await importModules<{ mutants: readonly Mutant[] }>("*/**/mutants.ts");

export const mutants: readonly Mutant[] = modules.flatMap((module) => module.mutants);
