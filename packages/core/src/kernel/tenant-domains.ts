import { findTenant, usePorts } from "./context.ts";
import type { Domain } from "./domain.ts";

/**
 * The domains of a tenant: its kinds with their fields, permissions and scopes, imports, exports and all else that manifests declare. Code that lists any of them asks
 * here, in the context of the tenant, and reads neither the port nor `domains.ts`. All tenants have the same domains today. Outside of a tenant, as in a
 * migration, the domains are those that all tenants have.
 */
export const listDomains = (_tenant: string | undefined = findTenant()): readonly Domain[] => usePorts().domains;

/** The parts of manifests that declare something by name. */
type NamedPart = {
  [P in keyof Domain]-?: NonNullable<Domain[P]> extends Readonly<Record<string, unknown>>
    ? string extends keyof NonNullable<Domain[P]>
      ? P
      : never
    : never;
}[keyof Domain];

type Declaration<P extends NamedPart> = NonNullable<Domain[P]>[string];

/** Returns what the tenant's domains declare under a name in a part of their manifests; undefined if nothing. */
export function findDeclaration<P extends NamedPart>(part: P, name: string): Declaration<P> | undefined {
  for (const domain of listDomains()) {
    const declared = domain[part] as Readonly<Record<string, Declaration<P>>> | undefined;
    if (declared && Object.hasOwn(declared, name)) return declared[name];
  }
  return undefined;
}
