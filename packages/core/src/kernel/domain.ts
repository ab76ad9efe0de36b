import type { Capabilities, ScheduleRate } from "./capabilities.ts";
import type { DomainEvent } from "./event.ts";
import type { Kind } from "./id.ts";
import type { Json } from "./json.ts";
import type { MasterKind } from "./master-kind.ts";
import type { Permission } from "./permission.ts";

/**
 * One domain, as the house knows it: everything that must be known about a domain outside its own folder is said here, once,
 * in `<domain>/<domain>.domain.ts`; `domains.ts` lists the domains, and nothing else does.
 *
 * What a domain says is light. Heavy parts stand behind `import()`, so that a function loads its own domain and what that calls,
 * and a domain more makes no other function larger. A leaf never asks this value: it imports the kind, permission or kind of
 * master data that it means. Only what works on every domain (the stream, notifications, imports, …) reads the list, through the
 * port `domains`.
 */
export interface Domain {
  readonly name: string;
  /** Kinds of record, with the prefix of their ids and where they are read. */
  readonly kinds: readonly Kind[];
  readonly grants?: readonly Readonly<Record<string, Permission>>[];
  readonly masters?: readonly MasterKind[];
  /** What tenants decide by rules of their own: each module exports its `RuleKind`s by name. */
  readonly rules?: Readonly<Record<string, Loader>>;
  /** Kinds that tenants add fields to, declare search paths for, and that activities, notes and attachments can be about. */
  readonly features?: Readonly<Partial<Record<RecordFeature, readonly Kind[]>>>;
  /** What comes in by files, by the name of its list: the module exports an `Importable`. */
  readonly imports?: Readonly<Record<string, Loader>>;
  /** What goes out by files: the module exports an `Exportable`. */
  readonly exports?: Readonly<Record<string, Loader>>;
  /** What is changed in bulk, by the name of its kind. */
  readonly bulk?: Readonly<Record<string, BulkManifest>>;
  /** What timelines show, by type of entry: the module exports a `TimelineKind`. */
  readonly timeline?: Readonly<Record<string, Loader>>;
  /** What users are told of, by type. */
  readonly notifications?: Readonly<Record<string, NotificationManifest>>;
  /** What is kept from the stream beside counters, words and the audit trail, by the name of the kind. */
  readonly changeHandlers?: Readonly<Record<string, Loader<(changes: never) => Promise<void>>>>;
  /** Who listens to which events: a function each. */
  readonly subscribers?: Readonly<Record<string, Listener>>;
  /** Work by the clock: a function each. */
  readonly schedules?: Readonly<Record<string, Schedule>>;
  /** What is kept of each day in the tenant's time zone, by name: the module exports a `Daily` (docs/platform/daily-figures.md). */
  readonly days?: Readonly<Record<string, Loader>>;
  /** What goes on for days, by name (`quote_approval`): a machine, and a function of its steps. */
  readonly flows?: Readonly<Record<string, Flow>>;
  /** What approvals decide of, by the name of its kind: the module exports an `Approvable`. */
  readonly approvables?: Readonly<Record<string, Loader>>;
  /** What customers answer by a private link, by the name of its kind: the module exports an `Offered`. */
  readonly shareables?: Readonly<Record<string, Loader>>;
  /** Who works off what providers tell by webhooks, by the name of the provider: the module exports a `HookHandler`. */
  readonly webhookHandlers?: Readonly<Record<string, Loader>>;
  /** What is signed, by the name of its kind: the module exports a `Signable`. */
  readonly signables?: Readonly<Record<string, Loader>>;
  /** What messages are written for that are asked of as they go out, by the name of its kind: the module exports a `Sends`. */
  readonly sendGates?: Readonly<Record<string, Loader>>;
}

/** Something heavy, loaded when it is first needed. */
export type Loader<T = object> = () => Promise<T>;

/** Who may change and delete records of a kind, and the module of the verbs with which each of them is. */
export interface BulkManifest {
  readonly write: Permission;
  readonly remove: Permission;
  readonly load: Loader;
  /** Rules that can decide what each record is given, by what they decide: the module exports a `RuleDecider` (platform/bulk-change). */
  readonly decides?: Readonly<Record<string, Loader>>;
}

/** What a kind of record can carry. */
export type RecordFeature = "custom_fields" | "search_paths" | "activities" | "notes" | "attachments";

/** A type of notification: the events that tell of it, and the module that says who is told, in which words. */
export interface NotificationManifest {
  readonly events: readonly string[];
  readonly load: Loader;
}

/**
 * Events come at least once, late, and in any order between records: a handler does nothing at a second delivery that the first
 * has done. It runs as the system, in the tenant of the event.
 */
export interface Listener extends Capabilities {
  readonly events: readonly string[];
  readonly load: Loader<(event: DomainEvent) => Promise<void>>;
  /** Hears the events of every type of notification too. */
  readonly includesNotificationEvents?: true;
  /** Goes on by itself, some seconds at a time. */
  readonly isSliced?: true;
  /** Work in turns that last for minutes. */
  readonly hasLongSlices?: true;
}

/** Runs as the system, in no tenant. */
export interface Schedule extends Capabilities {
  readonly rate: ScheduleRate;
  readonly description: string;
  readonly load: Loader<() => Promise<void>>;
}

/** A machine in the Amazon States Language, from a file beside the domain, and what its tasks do. */
export interface Flow extends Capabilities {
  readonly description: string;
  readonly machine: Loader<unknown>;
  readonly steps: Readonly<Record<string, Loader<FlowStep>>>;
}

/**
 * What a task does, by the name in its Payload. It runs as the system, in the tenant of the execution, once or more for each try:
 * so it does nothing at a second time that the first has done. What it gives is the Payload of the result; what it throws,
 * machines know by its name, and a `Failure` by its code.
 */
export type FlowStep = (input: Json, task: FlowTask) => Promise<Json>;

export interface FlowTask {
  /** The execution's, within its flow and tenant. */
  readonly name: string;
  /** By which the task is answered, where it waits for that. */
  readonly token: string | undefined;
}

/** Declares a domain. */
/* @__NO_SIDE_EFFECTS__ */
export const domain = <const D extends Domain>(declared: D): D => declared;
