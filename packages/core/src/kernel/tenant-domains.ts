import { findTenant, usePorts } from "./context.ts";
import type { Domain } from "./domain.ts";

/**
 * The domains of a tenant: its kinds with their fields, permissions and scopes, imports, exports and all else that manifests declare. Code that lists any of them asks
 * here, in the context of the tenant, and reads neither the port nor `domains.ts`. All tenants have the same domains today. Outside of a tenant, as in a
 * migration, the domains are those that all tenants have.
 */
export const listDomains = (_tenant: string | undefined = findTenant()): readonly Domain[] => usePorts().domains;
