import type { Kind } from "./id.ts";

/**
 * Where the rights of work come from that runs in another name than that of its caller: clocks, listeners, schedules, jobs, sends, links. A manifest
 * declares it by name, and code can make the context of another actor only by such a name (docs/platform/authorities.md).
 */
export interface Authority {
  /**
   * Whose rights the work has. `system`: it may do everything in its tenant. `user`: what a user may do whom a record names. `reader`: what another
   * user may read is only asked. `visitor`: the system works for the holder of a link or an address, for what this names.
   */
  readonly rights: "system" | "user" | "reader" | "visitor";
  readonly basis: Basis;
}

/**
 * What decides what the work does. `release`: the code alone, which reads records as data and not as instructions. `request`: the request under way.
 * Otherwise records, by what keeps an edit from running with the rights of another user.
 */
type Basis = "release" | "request" | Readonly<Partial<Record<Safeguard, readonly Kind[]>>>;

/**
 * - `approved`: the work reads a version or a copy that cannot change after it was published, scheduled or started.
 * - `fixed`: no operation changes what the record says. Operations on it take its id alone: they end it, take it back or try it again.
 * - `own`: only the user whose rights the work has, and ADMINs, can change the record.
 * - `editor`: each change makes its author the user whose rights the work has, or limits these rights to those of its author too.
 * - `checked`: each change is checked with the rights of its author, and the work does nothing that the author may not do.
 * - `settings`: only ADMINs and DIRECTORs can change the record.
 */
export type Safeguard = "approved" | "fixed" | "own" | "editor" | "checked" | "settings";

/** Work with the rights of the system, in listeners, schedules and flows. */
export type SystemAuthority = Omit<Authority, "rights">;

/** Authorities of the storage, which has no manifest. All have the rights of the system. */
export const platformAuthorities = {
  stream: { rights: "system", basis: "release" },
  migrate: { rights: "system", basis: "release" },
  seal: { rights: "system", basis: "release" },
  rotate: { rights: "system", basis: "release" },
  restore: { rights: "system", basis: "release" },
  operator: { rights: "system", basis: "request" },
} as const satisfies Record<string, Authority>;
