import type { Authority, SystemAuthority } from "./authority.ts";
import type { Capabilities, ScheduleRate } from "./capabilities.ts";
import type { DomainEvent } from "./event.ts";
import type { Kind } from "./id.ts";
import type { Json } from "./json.ts";
import type { Layout } from "./layout.ts";
import type { MasterKind } from "./master-kind.ts";
import type { Permission } from "./permission.ts";

/**
 * The manifest of one domain: everything that code outside the domain's folder must know about it. Each domain declares it once, in
 * `<domain>/<domain>.domain.ts`; only `domains.ts` lists the domains.
 *
 * A manifest is light. Heavy modules are loaded by `import()`, so that a function loads only its own domain and what that domain calls, and
 * a new domain makes no other function larger. Code of a domain does not read manifests: it imports the kinds and permissions that it
 * needs from `x.kind.ts`, and kinds of master data from `x.masters.ts`. Only code for all domains (the stream, notifications, imports, …)
 * reads the list, through the port `domains`.
 */
export interface Domain {
  readonly name: string;
  /** Kinds of record, with the prefix of their ids and their path. */
  readonly kinds: readonly Kind[];
  /** The layouts of records in clients, by the name of the kind. The module exports a `Layout` (kernel/layout.ts). */
  readonly layouts?: Readonly<Record<string, Loader<Layout>>>;
  readonly grants?: readonly Readonly<Record<string, Permission>>[];
  readonly masters?: readonly MasterKind[];
  /** Decisions that tenants configure as rules. Each module exports its `RuleKind`s by name. */
  readonly rules?: Readonly<Record<string, Loader>>;
  /** The kinds that can have custom fields, search paths, activities, notes and attachments, and those that have tags. */
  readonly features?: Readonly<Partial<Record<RecordFeature, readonly Kind[]>>>;
  /** Imports from files, by the name of the list. The module exports an `Importable`. */
  readonly imports?: Readonly<Record<string, Loader>>;
  /** Exports to files, by the name of the list. */
  readonly exports?: Readonly<Record<string, ExportManifest>>;
  /** Bulk changes, by the name of the kind. */
  readonly bulk?: Readonly<Record<string, BulkManifest>>;
  /** Entries of timelines, by type. The module exports a `TimelineKind`. */
  readonly timeline?: Readonly<Record<string, Loader>>;
  /** Notifications of users, by type. */
  readonly notifications?: Readonly<Record<string, NotificationManifest>>;
  /** Change handlers by the name of the kind: projections in addition to counters, search words and the audit trail. */
  readonly changeHandlers?: Readonly<Record<string, Loader<(changes: never) => Promise<void>>>>;
  /**
   * Watchers of all changes of a tenant. Each gets the changes of a batch after the projections are written, at least once, and returns further
   * events to publish. A batch without a match must cost it no more than one read.
   */
  readonly changeWatchers?: Readonly<Record<string, ChangeWatcherManifest>>;
  /** Work in another name than that of its caller, beside listeners, schedules and flows: whose rights it has, by name (kernel/authority.ts). */
  readonly authorities?: Readonly<Record<string, Authority>>;
  /** Listeners to events. Each is deployed as its own function. */
  readonly subscribers?: Readonly<Record<string, Listener>>;
  /** Scheduled work. Each schedule is deployed as its own function. */
  readonly schedules?: Readonly<Record<string, Schedule>>;
  /** Figures for each day in the tenant's time zone, by name. The module exports a `DailyFigure` (docs/platform/daily-figures.md). */
  readonly days?: Readonly<Record<string, Loader>>;
  /** Processes that last for days, by name (`quote_approval`): a state machine, and one function for its steps. */
  readonly flows?: Readonly<Record<string, Flow>>;
  /** Records that need approval, by the name of the kind. The module exports an `Approvable`. */
  readonly approvables?: Readonly<Record<string, Loader>>;
  /** Records that customers answer by a share link, by the name of the kind. The module exports an `Offerable`. */
  readonly shareables?: Readonly<Record<string, Loader>>;
  /** Handlers of provider webhooks, by the name of the provider. The module exports a `WebhookHandler`. */
  readonly webhookHandlers?: Readonly<Record<string, Loader>>;
  /** Records that can be signed, by the name of the kind. The module exports a `Signable`. */
  readonly signables?: Readonly<Record<string, Loader>>;
  /**
   * Who may read records of standalone kinds that users open from lists of many kinds, such as favorites, by the name of the kind. The module
   * exports a function from ids to the records that the actor may read.
   */
  readonly standalone?: Readonly<
    Record<string, Loader<(ids: readonly string[]) => Promise<ReadonlyMap<string, { id: string }>>>>
  >;
  /**
   * Rules for activities about records, by the name of their kind: who may write them, and what they may name. The module exports an
   * `ActivitySubjectRule` (people/activity/subject-rule.ts).
   */
  readonly activitySubjects?: Readonly<Record<string, Loader>>;
  /**
   * What a domain adds to the runs of the workflows that it manages, by the name of the manager. The module exports a `WorkflowManager`
   * (engagement/workflow/workflow-manager.ts).
   */
  readonly workflowManagers?: Readonly<Record<string, Loader>>;
  /** Checks before a message is sent, by the name of the kind for which the message was written. The module exports a `SendGate`. */
  readonly sendGates?: Readonly<Record<string, Loader>>;
}

/** Loads a heavy module when it is first needed. */
export type Loader<T = object> = () => Promise<T>;

/** The permissions to change and to delete records of a kind, and the module with the verbs that do so. */
export interface BulkManifest {
  readonly write: Permission;
  readonly remove: Permission;
  readonly load: Loader;
  /**
   * Rules that can decide a field of each record, by the name of the decision. The module exports a `RuleDecider` (platform/bulk-change).
   */
  readonly decides?: Readonly<Record<string, Loader>>;
}

/** The permission that a list requires. The module exports its `ListDefinition` (platform/export). */
interface ExportManifest {
  readonly read: Permission;
  readonly load: Loader;
}

/** The events that a watcher of changes publishes. The module exports a function from changes to such events. */
interface ChangeWatcherManifest {
  readonly events: readonly string[];
  readonly load: Loader<(changes: never) => Promise<readonly DomainEvent[]>>;
}

/** The optional features of a kind of record. */
export type RecordFeature = "custom_fields" | "search_paths" | "activities" | "notes" | "comments" | "attachments" | "tags";

/** A type of notification: its events, and the module that decides on recipients and text. */
export interface NotificationManifest {
  readonly events: readonly string[];
  readonly load: Loader;
}

/**
 * A handler of events. Events arrive at least once, late, and in any order between records, so a handler must be idempotent. It runs as the
 * system, in the tenant of the event.
 */
export interface Listener extends Capabilities, SystemAuthority {
  readonly events: readonly string[];
  readonly load: Loader<(event: DomainEvent) => Promise<void>>;
  /** Also receives the events of all types of notification. */
  readonly includesNotificationEvents?: true;
  /** The handler works in slices of some seconds and continues itself. */
  readonly isSliced?: true;
  /** The handler works in slices that last for minutes. */
  readonly hasLongSlices?: true;
}

/** Scheduled work. It runs as the system, without a tenant. */
export interface Schedule extends Capabilities, SystemAuthority {
  readonly rate: ScheduleRate;
  readonly description: string;
  readonly load: Loader<() => Promise<void>>;
}

/** A state machine in the Amazon States Language, from a file in the domain's folder, and the steps of its tasks. */
export interface Flow extends Capabilities, SystemAuthority {
  readonly description: string;
  readonly machine: Loader<unknown>;
  readonly steps: Readonly<Record<string, Loader<FlowStep>>>;
}

/**
 * A step of a flow: what a task does, by the name in its Payload. It runs as the system, in the tenant of the execution. A try may run it
 * more than once, so a step must be idempotent. Its result is the Payload of the task's result. State machines match an error by its name,
 * and a `Failure` by its code.
 */
export type FlowStep = (input: Json, task: FlowTask) => Promise<Json>;

export interface FlowTask {
  /** The name of the execution, without flow and tenant. */
  readonly name: string;
  /** The token that answers the task, if the task waits for an answer. */
  readonly token: string | undefined;
}

/* @__NO_SIDE_EFFECTS__ */
export const domain = <const D extends Domain>(declared: D): D => declared;
