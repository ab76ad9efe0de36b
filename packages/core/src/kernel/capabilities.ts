import { type KeyGroup, keyGroupNames } from "./key-groups.ts";
import type { Keyspace } from "./scope.ts";

/** The kinds of object: the second part of an object's key. */
export const objectKinds = [
  "uploads",
  "attachments",
  "documents",
  "mails",
  "imports",
  "exports",
  "audit",
  "records",
  "recounts",
  "lake",
  "columns",
] as const;
export type ObjectKind = (typeof objectKinds)[number];
export const objectActions = ["put", "get", "delete"] as const;
type ObjectAction = (typeof objectActions)[number];

/** Ports, by name. Secrets are granted by group of keys, and objects, which are not listed here, by kind and action. */
export const portNames = [
  "mail",
  "sms",
  "sms_sender",
  "bus",
  "secrets",
  "seal",
  "dead_letters",
  "dead_letters:put",
  "dead_letters:list",
  "inbound_mail",
  "inbound_domain",
  "domains",
  "audit_days",
  "archive_days",
  "signup",
  "flows:start",
  "flows:answer",
  "flows:read",
  "fonts",
  "web",
  "outbound",
  "mailer",
  "operations",
] as const;

/**
 * A port that a function uses, by name. The stacks derive the function's adapters, environment, IAM rights and code from these names; a
 * function has no access to a port that it does not name.
 * - `seal`: creates and opens the keys of sealed values; `secrets:links`: reads a group of keys (kernel/key-groups.ts)
 * - `dead_letters`: reads and deletes dead letters and the queues of tenants that are set aside; `dead_letters:list`: only lists them;
 *   `dead_letters:put`: stores more
 * - `inbound_mail`: mails as the mail server stored them; `inbound_domain`: the domain of the tenants' inbound addresses
 * - `sms`: sends text messages; `sms_sender`: tells whether text messages can be sent
 * - `domains`: the list of all domains; `audit_days`, `archive_days`, `signup`: settings; `fonts`: the fonts of documents
 * - `web`: requests to third-party services; `outbound`: requests to addresses that tenants configure
 * - `mailer`: mail with delivery reports
 * - `operations`: operations of the API, each with the code and the rights of its function
 * - `flows:start`, `flows:answer`, `flows:read`: start a flow, answer a waiting task by its token, read the history of an execution
 */
export type PortUse =
  | Exclude<(typeof portNames)[number], "secrets">
  | `secrets:${KeyGroup}`
  | `objects:${ObjectKind}`
  | `objects:${ObjectKind}:${ObjectAction}`;

export type TableAction =
  | "GetItem"
  | "BatchGetItem"
  | "Query"
  | "PutItem"
  | "BatchWriteItem"
  | "UpdateItem"
  | "DeleteItem"
  | "ConditionCheckItem";

/** A use of the table. Without `keyspace`: the tenant's keys. Without `indexes`: the table itself. */
export interface TableUse {
  readonly actions: readonly TableAction[];
  readonly keyspace?: Keyspace;
  /** Whether one transaction writes keys of the keyspace together with keys of tenants. */
  readonly withTenants?: true;
  readonly indexes?: readonly string[];
}

/** Table use of a job that reads all records of a kind and writes data derived from each. */
export const walkTableUse: readonly TableUse[] = [
  { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"] },
  { actions: ["Query"], indexes: ["by_time"] },
];

export interface Capabilities {
  readonly uses?: readonly PortUse[];
  /** Table use that no operation of the function declares. */
  readonly table?: readonly TableUse[];
}

/** A schedule expression of EventBridge. */
export type ScheduleRate = `rate(${number} ${"minute" | "minutes" | "hour" | "hours" | "day" | "days"})`;

/** Lists the groups of keys that a function reads. */
export const listKeyGroups = (uses: readonly PortUse[] = []): readonly KeyGroup[] =>
  keyGroupNames.filter((group) => uses.includes(`secrets:${group}`));

/** Lists the kinds of object that a function uses, with the allowed actions: all actions unless a use names one. */
export function listObjectActions(uses: readonly PortUse[] = []): ReadonlyMap<ObjectKind, readonly ObjectAction[]> {
  const actionsByKind = new Map<ObjectKind, ObjectAction[]>();
  for (const use of uses) {
    const [port, kind, action] = use.split(":") as [string, ObjectKind, ObjectAction | undefined];
    if (port === "objects") actionsByKind.set(kind, [...(actionsByKind.get(kind) ?? []), ...(action ? [action] : objectActions)]);
  }
  return actionsByKind;
}
