import type { Mutant } from "../scripts/source-mutation.ts";
import { mutants as exactlyOnce } from "./mutants/exactly-once.ts";
import { mutants as money } from "./mutants/money.ts";
import { mutants as privacy } from "./mutants/privacy.ts";
import { mutants as tenancy } from "./mutants/tenancy.ts";
import { mutants as visibility } from "./mutants/visibility.ts";

/**
 * The mutants that guard what must never break. Each switches one mechanism off, and `npm test` must notice it. All other code is changed at random
 * (`npm run mutants:drawn`).
 */
export const mutantsByGuard: Readonly<Record<string, readonly Mutant[]>> = {
  tenancy,
  visibility,
  money,
  "exactly once": exactlyOnce,
  privacy,
};

export const mutants: readonly Mutant[] = Object.values(mutantsByGuard).flat();
