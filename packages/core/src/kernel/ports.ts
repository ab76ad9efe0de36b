import type { Domain } from "./domain.ts";
import type { ErrorDetail } from "./error.ts";
import type { DomainEvent } from "./event.ts";
import type { Json } from "./json.ts";
import type { KeyGroup } from "./key-groups.ts";
import type { Mailer, MailMessage } from "./mail-provider.ts";
import type { Scope } from "./scope.ts";
import type { SignupSetting } from "./signup-setting.ts";

/** A database client for ElectroDB and the DocumentClient: one method that takes commands as values. */
export interface Database {
  readonly table: string;
  /** Sends one DocumentClient command under credentials that are limited to the scope. */
  send(command: object, scope: Scope): Promise<unknown>;
}

/** Publishes domain events: at least once, in order for each record. */
export interface Bus {
  publish(events: readonly DomainEvent[]): Promise<void>;
}

export type { DomainEvent } from "./event.ts";

export type { MailMessage } from "./mail-provider.ts";

/** Sends mail. `id` is the same at each try of one message, so that an adapter can send it only once. */
export interface Mail {
  send(message: MailMessage): Promise<void>;
}

/** Sends text messages, at least once. */
export interface Sms {
  send(message: SmsMessage): Promise<void>;
}

export interface SmsMessage {
  id: string;
  /** E.164: `+4915112345678`. */
  to: string;
  text: string;
  /** Seconds for which the message is useful; ten minutes by default, as long as a code is valid. */
  valid_seconds?: number;
}

/** The keys of purposes, the same in every process and never stored in the table. */
export interface Secrets {
  /** Returns the keys of a group as JSON (storage/vault/key-derivation.ts). */
  get(group: KeyGroup): Promise<string>;
}

/** A data key for the values of one record: in plain text (32 bytes, which the caller must wipe), and wrapped by the master key. */
interface DataKey {
  key: Uint8Array;
  wrapped: string;
}

/**
 * The master key, which wraps data keys and is never exported. It has numbered generations; data keys of older generations can still be
 * unwrapped. A data key is bound to its context: tenant and record.
 */
export interface Keys {
  /** Creates a data key, wrapped by the newest generation. */
  generate(context: Readonly<Record<string, string>>): Promise<DataKey>;
  unwrap(wrapped: string, context: Readonly<Record<string, string>>): Promise<Uint8Array>;
  /** Starts a generation and returns its number. Later data keys have this generation or a later one. */
  startGeneration(): Promise<number>;
  /** Returns whether this generation or a later one wrapped the key. */
  isCurrent(wrapped: string, generation: number): boolean;
}

/** Small objects by key that do not belong in the table: dead letters. */
export interface Files {
  put(key: string, body: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array | undefined>;
  /** Lists keys in order: at most 1,000, after `after`. */
  list(prefix: string, after?: string): Promise<readonly string[]>;
  delete(key: string): Promise<void>;
}

/** Large objects by key, streamed: uploads, rows of imports, exports. Keys: storage/table/object-key.ts. */
export interface Objects {
  /** Writes atomically: readers see the whole object or none. */
  write(key: string, body: AsyncIterable<Uint8Array> | Uint8Array): Promise<void>;
  open(key: string): Promise<StoredObject | undefined>;
  /** Deletes all objects whose key begins with the prefix. */
  delete(prefix: string): Promise<void>;
  links: ObjectLinks;
}

export interface StoredObject {
  readonly size: number;
  /** Returns the bytes of a range, `to` exclusive; all bytes by default. */
  read(from?: number, to?: number): AsyncIterable<Uint8Array>;
}

/**
 * Temporary URLs without sign-in, to which a client uploads or from which it downloads. The caller limits `seconds` by `capToSession`
 * (context.ts). An adapter may shorten the time further, because its own credentials expire.
 */
interface ObjectLinks {
  /**
   * Accepts exactly this many bytes of this type, once. An existing object is never overwritten, because its content was already checked.
   */
  upload(key: string, options: { content_type: string; size: number; seconds: number }): Promise<UploadLink>;
  /** Returns a URL that downloads the object as a file with this name. */
  download(key: string, options: { file_name: string; content_type: string; seconds: number }): Promise<string>;
}

/** How a client uploads the bytes: URL, method and headers, and until when. */
export interface UploadLink {
  url: string;
  method: string;
  headers: Record<string, string>;
  expires_at: string;
}

/**
 * Fonts of documents: TrueType files by name, such as `NotoSans-Regular` (lib/pdf/fonts.ts). A name always gives the same bytes; undefined
 * if the installation does not have the font.
 */
export interface Fonts {
  load(name: string): Promise<Uint8Array | undefined>;
}

/** Finds the coordinates of an address. Adapters without a geocoding service find nothing. */
interface Geocoder {
  locate(address: Readonly<Record<AddressPart, string | null>>): Promise<{ latitude: number; longitude: number } | undefined>;
}

type AddressPart = "address_line1" | "address_line2" | "city" | "state" | "country" | "postal_code";

/**
 * Flows, which last for days: state machines that a domain declares (docs/lib/flows.md). An execution has a name that is unique within its
 * flow and begins with its tenant; `lib/state-machine/flow.ts` makes the name.
 */
export interface Flows {
  /** Starts an execution. Does nothing if one with this name was started before, even with another input. Input: JSON, up to 256 KiB. */
  start(flow: string, name: string, input: Json): Promise<void>;
  /** Ends the task that waits for this token. */
  succeed(token: string, output: Json): Promise<FlowTokenResult>;
  fail(token: string, error: string, cause: string): Promise<FlowTokenResult>;
  /** Tells the flow that a person is still working on the task. */
  heartbeat(token: string): Promise<FlowTokenResult>;
  history: FlowHistory;
}

/** The result of answering a token. `ended`: the task or its execution had ended before. `unknown`: there is no such token. */
export type FlowTokenResult = "accepted" | "ended" | "unknown";

interface FlowHistory {
  read(flow: string, name: string): Promise<FlowRun | undefined>;
  /** Reads up to 100 history entries after `cursor`. */
  events(flow: string, name: string, cursor?: string): Promise<{ events: readonly FlowEntry[]; next: string | null }>;
}

/** The state of an execution. Instants are RFC 3339. */
export interface FlowRun {
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  started_at: string;
  ended_at: string | null;
  error: string | null;
  cause: string | null;
}

/** One event in the history of an execution, with the names of Step Functions. */
export interface FlowEntry {
  at: string;
  type: string;
  state: string | null;
  error: string | null;
  cause: string | null;
}

/** HTTPS requests to fixed hosts of third-party services. Adapters do not follow redirects, and limit time and response size. */
export interface Web {
  /** The CA certificates (PEM) that must have signed certificates in responses; undefined for those of Node. */
  readonly authorities?: readonly string[];
  /** Returns the response with any status. */
  send(request: WebRequest): Promise<WebResponse>;
}

export interface WebRequest {
  method: "GET" | "POST" | "PUT";
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** Seconds after which a request without a complete response fails. */
  timeoutSeconds: number;
  /** Maximum bytes of a response. */
  maxBytes: number;
}

export interface WebResponse {
  status: number;
  /** By header name in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** There was no response, or an unreadable one. The request may or may not have been processed. */
export class NoResponse extends Error {
  override name = "NoAnswer";
}

/**
 * HTTPS requests to addresses that tenants configure. Adapters connect only to public hosts, at the address that was checked. They do not
 * follow redirects, and limit time and response size.
 */
export interface Outbound {
  /** Returns what is wrong with a URL, as far as this is known before a request; undefined if the URL may be used. */
  findProblem(url: string): Promise<string | undefined>;
  /** Returns the response with any status. Throws `NoResponse` if there was no response or the URL is not allowed. */
  post(request: OutboundRequest): Promise<OutboundResponse>;
  /** Tests whether a web address answers, with HEAD, and with GET if that fails. Both requests together may take `timeoutSeconds`. */
  probe(request: Pick<OutboundRequest, "url" | "timeoutSeconds">): Promise<ProbeResult>;
}

/** The status of an address, why it has none, or why it was not requested. */
export type ProbeResult = { readonly status: number } | { readonly problem: string } | { readonly skipped: string };

export interface OutboundRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Seconds after which a request without a complete response fails. */
  timeoutSeconds: number;
  /** Bytes of the response that are read; the rest is dropped. */
  maxBytes: number;
}

export interface OutboundResponse {
  status: number;
  /** The first bytes of the response. */
  body: Uint8Array;
}

/**
 * Operations of the API, for code that acts as a client would: workflows. They run as the actor of the context, with the permission, the checks
 * and the visibility of a request, but without its rate limit.
 */
export interface Operations {
  /** Describes what can be done with records of a kind; undefined if clients have no operation for it. */
  describeKind(kind: string): Promise<OperatedKind | undefined>;
  /** Returns what is wrong with the input of an operation. `computed` fields get their values later, so nothing is said about them. */
  findProblems(
    name: string,
    input: Readonly<Record<string, unknown>>,
    computed: readonly string[],
  ): Promise<readonly ErrorDetail[]>;
  /** Runs an operation and returns its answer. Throws `Failure`s as a request would. */
  run(name: string, input: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** The operations on a kind, by their names. */
export interface OperatedKind {
  readonly create: string | undefined;
  readonly update: string | undefined;
  /** The fields that `update` changes. */
  readonly updateFields: readonly string[];
  /** Further operations on one record, such as `completeActivity`. */
  readonly actions: readonly string[];
}

/** What a person's data may be used for. */
export type ProcessingPurpose = "send" | "score" | "assign" | "automate" | "export";

/** Decides whether persons of the actor's tenant may be processed (processing.ts). */
interface ProcessingPolicy {
  /** Returns those of the ids whose persons may not be processed. An id may belong to a merged person: the survivor decides. */
  findRestricted(persons: readonly string[], purpose: ProcessingPurpose): Promise<ReadonlySet<string>>;
}

/**
 * Writes a structured log line. Never log values of records. Numbers in `totals` become metrics, summed over all lines with the same
 * message.
 */
export interface Log {
  write(level: "info" | "warn" | "error", message: string, fields?: Record<string, unknown>, totals?: MetricUnits): void;
}

/** Fields of a log line that become metrics, with their units. */
export type MetricUnits = Readonly<Record<string, "Count" | "Milliseconds" | "Seconds">>;

/**
 * The shapes in which this process may write, by kind, as it last read them from the table, and when
 * (storage/table/written-shapes.ts).
 */
export interface ShapeKnowledge {
  written: Readonly<Record<string, number>>;
  readAt: number;
}

export interface Ports {
  /** All domains, for code that works on every domain. */
  domains: readonly Domain[];
  database: Database;
  writtenShapes: ShapeKnowledge;
  bus: Bus;
  mail: Mail;
  sms: Sms;
  /** The sender of text messages. Undefined if the deployment does not send any. */
  smsSender: string | undefined;
  secrets: Secrets;
  keys: Keys;
  files: Files;
  objects: Objects;
  geocoder: Geocoder;
  flows: Flows;
  fonts: Fonts;
  web: Web;
  outbound: Outbound;
  mailer: Mailer;
  operations: Operations;
  log: Log;
  /** Which persons may be processed; undefined: all. */
  processing?: ProcessingPolicy | undefined;
  /** The origin of the system, for links in mails: `https://crm.example.com`. */
  origin: string;
  /** The domain in which each tenant has an address for inbound mail: `in.example`. Undefined if the deployment does not receive mail. */
  inboundDomain: string | undefined;
  /** Days that audit entries stay in the table before they move to the object store. */
  auditDays: number;
  /** Days that records stay in the table before they move to the object store; 0: for ever. */
  archiveDays: number;
  /** Who may create a tenant. */
  signup: SignupSetting;
  /** Whether mails stay in a mailbox on this machine and reach no recipient. */
  keepsMailLocal: boolean;
}

/** A geocoder that finds nothing. */
export const noGeocoder: Geocoder = { locate: async () => undefined };
