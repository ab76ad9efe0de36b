import * as z from "zod";
import { hasPermission, isInContext, usePorts } from "./context.ts";
import type { Domain, RecordFeature } from "./domain.ts";
import type { MasterKind } from "./master-kind.ts";
import type { Permission } from "./permission.ts";

/** Names that the domains give, where a field takes one of them: known when a request comes, and not when this is imported. */
export type Registry = "kinds" | "rules" | "notifications" | "imports" | "exports" | "bulk" | "masters" | RecordFeature;

export function listNames(naming: Registry, domains: readonly Domain[] = usePorts().domains): string[] {
  return domains.flatMap((domain) => {
    if (naming === "kinds") return domain.kinds.flatMap(({ name, path }) => (path === undefined ? [] : [name]));
    if (naming === "masters") return (domain.masters ?? []).map(({ name }) => name);
    if (naming === "rules" || naming === "notifications" || naming === "imports" || naming === "exports" || naming === "bulk")
      return Object.keys(domain[naming] ?? {});
    return (domain.features?.[naming] ?? []).map(({ name }) => name);
  });
}

/**
 * One of the names, in lower case. Outside of a request, where a stored record is looked at, whatever it is was one when it was
 * written.
 */
export const registryName = (naming: Registry) =>
  z
    .string()
    .toLowerCase()
    .refine((name) => !isInContext() || listNames(naming).includes(name), {
      error: () =>
        `Invalid option: expected one of ${listNames(naming)
          .map((name) => JSON.stringify(name))
          .join("|")}`,
    })
    .meta({ "x-names": naming });

/** The kind of master data with this name, for what is told of it from outside: code that means one imports it. */
export const findMasterKind = (name: string): MasterKind | undefined =>
  usePorts()
    .domains.flatMap(({ masters = [] }) => masters)
    .find((kind) => kind.name === name);

/** The names of what the actor may do, of all that the domains grant. */
export const listPermissions = (): string[] =>
  usePorts()
    .domains.flatMap(({ grants = [] }) => grants.flatMap((each) => Object.values<Permission>(each)))
    .filter(hasPermission)
    .map(({ name }) => name)
    .sort();
