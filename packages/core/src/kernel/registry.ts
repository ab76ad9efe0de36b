import * as z from "zod";
import { hasPermission, isInContext } from "./context.ts";
import type { Domain, RecordFeature } from "./domain.ts";
import { listClosestNames } from "./edit-distance.ts";
import type { MasterKind } from "./master-kind.ts";
import type { Permission, Role } from "./permission.ts";
import { listDomains } from "./tenant-domains.ts";

/**
 * Sets of names that the domains declare, for fields that take one of them. They are known at the time of a request, not when the schema is
 * imported.
 */
export type Registry =
  | "kinds"
  | "rules"
  | "notifications"
  | "imports"
  | "exports"
  | "bulk"
  | "masters"
  | "approvables"
  | "signables"
  | RecordFeature;

export function listNames(naming: Registry, domains: readonly Domain[] = listDomains()): string[] {
  return domains.flatMap((domain) => {
    if (naming === "kinds") return domain.kinds.flatMap(({ name, path }) => (path === undefined ? [] : [name]));
    if (naming === "masters") return (domain.masters ?? []).map(({ name }) => name);
    if (isManifestPart(naming)) return Object.keys(domain[naming] ?? {});
    return (domain.features?.[naming] ?? []).map(({ name }) => name);
  });
}

/** Parts of manifests whose keys are names. */
const manifestParts = ["rules", "notifications", "imports", "exports", "bulk", "approvables", "signables"] as const;
const isManifestPart = (naming: Registry): naming is (typeof manifestParts)[number] =>
  (manifestParts as readonly string[]).includes(naming);

/**
 * A name of the registry, or one of `more`, in lower case. Outside of a request, where stored records are read, any text is valid: it was checked when it was
 * written.
 */
export const registryName = (naming: Registry, more: readonly string[] = []) =>
  z
    .string()
    .toLowerCase()
    .refine((name) => !isInContext() || listNames(naming).includes(name) || more.includes(name), {
      error: ({ input }) => describeNames(naming, String(input)),
    })
    .meta({ "x-names": naming });

/** The rule for names of a registry that has many, and where clients find them. Each is one text, so that the catalogues translate it as a whole. */
const nameRules: Partial<Record<Registry, string>> = {
  kinds: "Must be a kind of record, as in GET /api/v1/schema",
  masters: "Must be a kind of master data, as in GET /api/v1/masters",
};
/** A message lists this many names. */
const MAX_LISTED = 12;

function describeNames(naming: Registry, typed: string): string {
  const names = listNames(naming);
  if (names.length <= MAX_LISTED) return `Must be one of ${names.join(", ")}`;
  const closest = listClosestNames(typed, names);
  const rule = nameRules[naming] ?? `Must be one of ${names.join(", ")}`;
  return closest.length === 0 ? rule : `${rule}: did you mean ${closest.join(", ")}?`;
}

/** Finds the kind of master data for a name from input, which may be one of its other names. Code that knows the kind imports it instead. */
export const findMasterKind = (name: string): MasterKind | undefined =>
  listDomains()
    .flatMap(({ masters = [] }) => masters)
    .find((kind) => kind.name === name || kind.otherNames?.includes(name));

/** Finds the permission to read records of a kind. */
export const findReadPermission = (kind: string): Permission | undefined =>
  listDeclaredPermissions().find(({ name }) => name === `${kind}:read`);

const listDeclaredPermissions = (): Permission[] =>
  listDomains().flatMap(({ grants = [] }) => grants.flatMap((grant) => Object.values<Permission>(grant)));

/** Lists the names of the permissions of a role, in alphabetical order. */
export const listRolePermissions = (role: Role): string[] =>
  listDeclaredPermissions()
    .filter(({ roles }) => roles.includes(role))
    .map(({ name }) => name)
    .sort();

/** Lists the names of all permissions that the actor has. */
export const listPermissions = (): string[] =>
  listDeclaredPermissions()
    .filter(hasPermission)
    .map(({ name }) => name)
    .sort();
