import type { Keyspace } from "./scope.ts";

/** What objects are of: the second part of their keys. */
export const objectKinds = ["uploads", "attachments", "documents", "mails", "imports", "exports", "audit", "recounts"] as const;
export type ObjectKind = (typeof objectKinds)[number];
export const objectActions = ["put", "get", "delete"] as const;
export type ObjectAction = (typeof objectActions)[number];

/** Ports without parts of their own. */
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
  "flows:start",
  "flows:answer",
  "flows:read",
  "fonts",
  "web",
  "outbound",
  "mailer",
] as const;

/**
 * A port that a function uses, by name. From the names follow its adapters, environment, rights and code; what it does not name,
 * it does not have. `seal` draws and opens the keys of sealed values, `secrets` reads the application's secret, `dead_letters` is what
 * was parked, to be read and dropped, `dead_letters:put` to park more; `inbound_mail` is mails as the server has left them,
 * `inbound_domain` where tenants get theirs, `sms_sender` whether text messages can be sent, which `sms` does; `domains` is the list of all domains, `audit_days` a setting, `fonts`
 * what documents are drawn with, `web` requests to other people's services,
 * `outbound` to addresses that tenants name, `mailer` mail that is told of. Flows are started, their tokens answered, and their history read.
 */
export type PortUse = (typeof portNames)[number] | `objects:${ObjectKind}` | `objects:${ObjectKind}:${ObjectAction}`;

export type TableAction =
  | "GetItem"
  | "BatchGetItem"
  | "Query"
  | "PutItem"
  | "BatchWriteItem"
  | "UpdateItem"
  | "DeleteItem"
  | "ConditionCheckItem";

/** Use of the table: of tenants' keys unless a keyspace is named, of the table itself unless indexes are. */
export interface TableUse {
  readonly actions: readonly TableAction[];
  readonly keyspace?: Keyspace;
  readonly indexes?: readonly string[];
}

/** Records of a kind are gone through, and what follows from each is written. */
export const walkTableUse: readonly TableUse[] = [
  { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"] },
  { actions: ["Query"], indexes: ["by_time"] },
];

export interface Capabilities {
  readonly uses?: readonly PortUse[];
  /** What it does with the table, where no operation says it. */
  readonly table?: readonly TableUse[];
}

/** As EventBridge writes it, in whole minutes, hours or days. */
export type ScheduleRate = `rate(${number} ${"minute" | "minutes" | "hour" | "hours" | "day" | "days"})`;

/** The kinds of object that a function reaches, and what it does with each: all of it unless one action is named. */
export function listObjectActions(uses: readonly PortUse[] = []): ReadonlyMap<ObjectKind, readonly ObjectAction[]> {
  const found = new Map<ObjectKind, ObjectAction[]>();
  for (const use of uses) {
    const [port, of, action] = use.split(":") as [string, ObjectKind, ObjectAction | undefined];
    if (port === "objects") found.set(of, [...(found.get(of) ?? []), ...(action ? [action] : objectActions)]);
  }
  return found;
}
