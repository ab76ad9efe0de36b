import * as z from "zod";
import { usePorts } from "./context.ts";
import type { Domain, Taken } from "./domain.ts";

/** Names that the domains give, where a field takes one of them: known when a request comes, and not when this is imported. */
export type Naming = "rules" | "notifications" | "imports" | "exports" | "masters" | Taken;

export function namesOf(naming: Naming, domains: readonly Domain[] = usePorts().domains): string[] {
  return domains.flatMap((domain) => {
    if (naming === "masters") return (domain.masters ?? []).map(({ name }) => name);
    if (naming === "rules" || naming === "notifications" || naming === "imports" || naming === "exports")
      return Object.keys(domain[naming] ?? {});
    return (domain.takes?.[naming] ?? []).map(({ name }) => name);
  });
}

/** One of the names, as it is stored and answered: whatever it is, it was one when it was written. */
export const oneNamed = (naming: Naming) => z.string().meta({ "x-names": naming });

/** The same as input: only what the domains name. */
export const nameOf = (naming: Naming) =>
  z
    .string()
    .refine((name) => namesOf(naming).includes(name), {
      error: () =>
        `Invalid option: expected one of ${namesOf(naming)
          .map((name) => JSON.stringify(name))
          .join("|")}`,
    })
    .meta({ "x-names": naming });
