import type { Mutant } from "../scripts/source-mutation.ts";
import { importModules } from "./support/module-files.ts";

/** The mutants of all `mutants.ts` files below `test`. Each mutant disables one mechanism. */
const modules = await importModules<{ mutants: readonly Mutant[] }>("*/**/mutants.ts");

export const mutants: readonly Mutant[] = modules.flatMap((module) => module.mutants);
