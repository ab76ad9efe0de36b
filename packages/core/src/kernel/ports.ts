import type { Domain } from "./domain.ts";
import type { DomainEvent } from "./event.ts";
import type { Json } from "./json.ts";
import type { Mailer, MailMessage } from "./mail-provider.ts";
import type { Scope } from "./scope.ts";

/** A database client as ElectroDB and the DocumentClient know it: one method, commands as values. */
export interface Database {
  readonly table: string;
  /** Sends one DocumentClient command under credentials that reach no further than the scope. */
  send(command: object, scope: Scope): Promise<unknown>;
}

/** Domain events out: at least once, in order for each record. */
export interface Bus {
  publish(events: readonly DomainEvent[]): Promise<void>;
}

export type { DomainEvent } from "./event.ts";

export type { MailMessage } from "./mail-provider.ts";

/** Mail out. `id` is the same at each try of one message: an adapter that can, sends it once. */
export interface Mail {
  send(message: MailMessage): Promise<void>;
}

/** Text messages out; at least once. */
export interface Sms {
  send(message: SmsMessage): Promise<void>;
}

export interface SmsMessage {
  id: string;
  /** E.164: `+4915112345678`. */
  to: string;
  text: string;
}

/** Secrets by name: at least 32 bytes of chance each, the same in every process, never in the table. */
export interface Secrets {
  get(name: "app"): Promise<string>;
}

/** A key for the values of one record, in the clear (32 bytes, the caller's to wipe), and wrapped by the master key. */
export interface DataKey {
  key: Uint8Array;
  wrapped: string;
}

/**
 * The master key, which wraps data keys and never leaves its place. It comes in generations, numbered upwards; what an
 * older one has wrapped can still be opened. A data key is bound to its context: tenant and record.
 */
export interface Keys {
  /** A new data key, wrapped by the newest generation. */
  generate(context: Readonly<Record<string, string>>): Promise<DataKey>;
  unwrap(wrapped: string, context: Readonly<Record<string, string>>): Promise<Uint8Array>;
  /** Begins a generation, and gives its number: what is drawn from then on is of it or of a later one. */
  startGeneration(): Promise<number>;
  /** Whether it was wrapped by this generation or a later one. */
  isCurrent(wrapped: string, generation: number): boolean;
}

/** Whole objects by key, for what does not belong into the table and is small: dead letters. */
export interface Files {
  put(key: string, body: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array | undefined>;
  /** Keys in their order; at most 1,000, from behind `after`. */
  list(prefix: string, after?: string): Promise<readonly string[]>;
  delete(key: string): Promise<void>;
}

/** Large objects by key, read and written as they come: uploads, rows of imports, exports. Keys: storage/table/object-key.ts. */
export interface Objects {
  /** There whole or not at all. */
  write(key: string, body: AsyncIterable<Uint8Array> | Uint8Array): Promise<void>;
  open(key: string): Promise<StoredObject | undefined>;
  /** Deletes all whose key begins with the prefix. */
  delete(prefix: string): Promise<void>;
  links: ObjectLinks;
}

export interface StoredObject {
  readonly size: number;
  /** Bytes of a range, `to` exclusive; all of them, unless said otherwise. */
  read(from?: number, to?: number): AsyncIterable<Uint8Array>;
}

/**
 * Addresses that need no sign-in, good for a while: a client sends bytes to one, or gets them. Whoever asks for one says how long
 * by `lasting` (context.ts); an adapter may make it shorter, as its own credentials end.
 */
export interface ObjectLinks {
  /** Takes exactly so many bytes of that type, and once: what lies there already stays, and is read as it was checked. */
  upload(key: string, about: { content_type: string; size: number; seconds: number }): Promise<UploadLink>;
  /** Gives the object as a file to be saved, under a name. */
  download(key: string, about: { file_name: string; content_type: string; seconds: number }): Promise<string>;
}

/** What a client sends the bytes to, how, with which headers, and until when. */
export interface UploadLink {
  url: string;
  method: string;
  headers: Record<string, string>;
  expires_at: string;
}

/**
 * Fonts of documents: TrueType files by name, such as `NotoSans-Regular` (lib/pdf/fonts.ts). The same bytes each time; undefined
 * if the installation does not have the font.
 */
export interface Fonts {
  load(name: string): Promise<Uint8Array | undefined>;
}

/** Where an address is. Adapters that ask nobody find nothing. */
export interface Geocoder {
  locate(address: Readonly<Record<AddressPart, string | null>>): Promise<{ latitude: number; longitude: number } | undefined>;
}

export type AddressPart = "address_line1" | "address_line2" | "city" | "state" | "country" | "postal_code";

/**
 * Flows that go on for days: machines that a domain declares (docs/lib/flows.md). An execution has a name of its own within its flow,
 * which begins with its tenant; `lib/state-machine/flow.ts` makes it.
 */
export interface Flows {
  /** Starts an execution; where one of the name was started before, nothing happens, whatever its input. Input: JSON, 256 KiB. */
  start(flow: string, name: string, input: Json): Promise<void>;
  /** Ends a task that waits for its token. */
  succeed(token: string, output: Json): Promise<FlowTokenResult>;
  fail(token: string, error: string, cause: string): Promise<FlowTokenResult>;
  /** Says that somebody is still at it. */
  heartbeat(token: string): Promise<FlowTokenResult>;
  history: FlowHistory;
}

/** What became of an answer: it counts; its task or execution had ended before; there never was such a token. */
export type FlowTokenResult = "accepted" | "ended" | "unknown";

export interface FlowHistory {
  read(flow: string, name: string): Promise<FlowRun | undefined>;
  /** What happened, a page of at most 100 from behind `cursor`. */
  events(flow: string, name: string, cursor?: string): Promise<{ events: readonly FlowEntry[]; next: string | null }>;
}

/** Where an execution stands. Instants are RFC 3339. */
export interface FlowRun {
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  started_at: string;
  ended_at: string | null;
  error: string | null;
  cause: string | null;
}

/** One thing that happened in an execution, by the names of Step Functions. */
export interface FlowEntry {
  at: string;
  type: string;
  state: string | null;
  error: string | null;
  cause: string | null;
}

/**
 * Requests over HTTPS to hosts that a release names: those of other people's services. An adapter follows no redirect, and neither
 * waits nor reads without end.
 */
export interface Web {
  /** Who vouches for certificates that come in an answer, as PEM; undefined where they are those of Node. */
  readonly authorities?: readonly string[];
  /** The answer, whatever its status. */
  send(request: WebRequest): Promise<WebResponse>;
}

export interface WebRequest {
  method: "GET" | "POST" | "PUT";
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** After how many seconds without a whole answer there is none. */
  timeoutSeconds: number;
  /** Bytes of the largest answer. */
  maxBytes: number;
}

export interface WebResponse {
  status: number;
  /** By their names in small letters. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** There was no answer, or none that can be read: whether the request was acted upon, nobody knows. */
export class NoResponse extends Error {
  override name = "NoAnswer";
}

/**
 * Requests over HTTPS to addresses that tenants name. An adapter asks public hosts alone: at the address that it checked, without following a
 * redirect, and neither waits nor reads without end.
 */
export interface Outbound {
  /** What is wrong with an address, as far as it can be told before anything is sent; undefined where it may be asked. */
  findProblem(url: string): Promise<string | undefined>;
  /** The answer, whatever its status; `NoAnswer` where there is none, or nothing was asked. */
  post(request: OutboundRequest): Promise<OutboundResponse>;
}

export interface OutboundRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** After how many seconds without a whole answer there is none. */
  timeoutSeconds: number;
  /** Bytes of an answer that are read; what is behind them is left. */
  maxBytes: number;
}

export interface OutboundResponse {
  status: number;
  /** How it begins. */
  body: Uint8Array;
}

/** A structured log line; values of records never go in. Some of its numbers may be summed up over all lines of the name. */
export interface Log {
  write(level: "info" | "warn" | "error", message: string, fields?: Record<string, unknown>, totals?: MetricUnits): void;
}

/** Fields of a line that are summed up, and what they are counted in. */
export type MetricUnits = Readonly<Record<string, "Count" | "Milliseconds" | "Seconds">>;

export interface Ports {
  /** Every domain there is: for what works on all of them. */
  domains: readonly Domain[];
  database: Database;
  bus: Bus;
  mail: Mail;
  sms: Sms;
  /** From which text messages come. Undefined where none are sent. */
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
  log: Log;
  /** Where clients reach the system, for links in mails: `https://crm.example.com`. */
  origin: string;
  /** Below which each tenant has an address for mails that come in: `in.example`. Undefined where none come in. */
  inboundDomain: string | undefined;
  /** For how many days audit entries are in the table, before they move to the object store. */
  auditDays: number;
}

/** The geocoder of who has none. */
export const noGeocoder: Geocoder = { locate: async () => undefined };
