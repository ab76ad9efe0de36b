import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { NoResponse, type WebRequest, type WebResponse } from "@crm/core/kernel/ports.ts";
import type { State } from "../store/state.ts";

/**
 * The modes in which a provider's double answers. Doubles store envelopes in the runner's state, answer as they are told, record their requests, and
 * send events to hooks.
 */
export const answerModes = ["ok", "error", "timeout", "rate_limited", "refused", "lost", "late", "mixed"] as const;
export type AnswerMode = (typeof answerModes)[number];

/** The answers of `mixed` to successive requests, in rotation. It always answers a GET request. */
const MIXED_ANSWERS = [
  "ok",
  "lost",
  "ok",
  "rate_limited",
  "ok",
  "late",
  "timeout",
  "ok",
  "ok",
  "error",
  "ok",
  "refused",
  "ok",
] as const;
const LATE_ANSWER_MS = 1500;

/** How a provider answers: for the next `times` requests, or, with null, until it is told otherwise. */
export interface Behaviour {
  answer: AnswerMode;
  times: number | null;
}

export interface Hook {
  url: string;
  /** Keys with which the provider signs its events, the newest first. DocuSign signs with each. */
  secrets: string[];
}

/** An event that a provider has yet to send. */
export interface OutgoingEvent {
  id: string;
  provider: string;
  envelope_id: string;
  event: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** A request as the outbox shows it, without credentials. */
export interface OutboxEntry {
  at: string;
  provider: string;
  method: string;
  url: string;
  status: number | null;
  body: unknown;
}

export const jsonResponse = (status: number, body: unknown, headers: Record<string, string> = {}): WebResponse => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: Buffer.from(JSON.stringify(body)),
});

export const pdfResponse = (bytes: Uint8Array): WebResponse => ({
  status: 200,
  headers: { "content-type": "application/pdf" },
  body: bytes,
});

/** Stored values of one provider, by kind and id. */
export class ProviderState {
  readonly #state: State;
  readonly provider: string;

  constructor(state: State, provider: string) {
    this.#state = state;
    this.provider = provider;
    state.execute(
      "CREATE TABLE IF NOT EXISTS provider_things (provider TEXT, kind TEXT, id TEXT, value TEXT NOT NULL, PRIMARY KEY (provider, kind, id))",
    );
  }

  get<T>(kind: string, id: string): T | undefined {
    const [row] = this.#state.query(
      "SELECT value FROM provider_things WHERE provider = ? AND kind = ? AND id = ?",
      this.provider,
      kind,
      id,
    );
    return row && (JSON.parse(String(row.value)) as T);
  }

  list<T>(kind: string): T[] {
    return this.#state
      .query("SELECT value FROM provider_things WHERE provider = ? AND kind = ? ORDER BY rowid", this.provider, kind)
      .map(({ value }) => JSON.parse(String(value)) as T);
  }

  /** Returns the values in which a field has this value. It uses an index and does not read the others. */
  listWhere<T>(kind: string, field: "to", value: string): T[] {
    this.#state.execute(
      `CREATE INDEX IF NOT EXISTS provider_things_${field} ON provider_things (provider, kind, json_extract(value, '$.${field}'))`,
    );
    return this.#state
      .query(
        `SELECT value FROM provider_things WHERE provider = ? AND kind = ? AND json_extract(value, '$.${field}') = ? ORDER BY rowid`,
        ...[this.provider, kind, value],
      )
      .map((row) => JSON.parse(String(row.value)) as T);
  }

  put(kind: string, id: string, value: unknown): void {
    this.#state.execute(
      "INSERT INTO provider_things VALUES (?, ?, ?, ?) ON CONFLICT (provider, kind, id) DO UPDATE SET value = excluded.value",
      this.provider,
      kind,
      id,
      JSON.stringify(value),
    );
  }

  remove(kind: string, id: string): void {
    this.#state.execute("DELETE FROM provider_things WHERE provider = ? AND kind = ? AND id = ?", this.provider, kind, id);
  }

  /** Returns a value, which is made and stored when it is first requested. */
  loadOrCreate<T>(kind: string, id: string, make: () => T): T {
    const storedValue = this.get<T>(kind, id);
    if (storedValue !== undefined) return storedValue;
    const newValue = make();
    this.put(kind, id, newValue);
    return newValue;
  }

  /** Sets the hook to which the account sends events. Null removes it, undefined leaves it. */
  setHook(hook: unknown): void {
    if (hook === null) this.remove("hook", "account");
    else if (hook !== undefined) this.put("hook", "account", hook);
  }

  /** Puts a mail from the provider itself into the mailbox. */
  sendMail(id: string, { to, subject, text }: { to: string; subject: string; text: string }): void {
    this.#addToMailbox({ id, from: this.provider, to, subject, text, channel: "signature" });
  }

  /** Puts a text message that the provider accepted into the mailbox, like those that the deployment sends itself. */
  sendText(id: string, { from, to, text }: { from: string; to: string; text: string }): void {
    this.#addToMailbox({ id, from, to, subject: "", text, channel: "sms" });
  }

  #addToMailbox(message: { id: string; from: string; to: string; subject: string; text: string; channel: string }): void {
    this.#state.execute("INSERT OR IGNORE INTO mails VALUES (?, ?, ?)", message.id, Clock.now(), JSON.stringify(message));
  }
}

/** A provider's double: its API, and its own format of failures. */
export interface ProviderDouble {
  readonly provider: string;
  readonly hosts: readonly string[];
  /** Answers a request as the provider's API does. */
  serve(request: WebRequest): Promise<WebResponse>;
  /** Builds the provider's response to an internal failure, to too many requests, or to a refused request. */
  failureResponse(mode: "error" | "rate_limited" | "refused"): WebResponse;
  /** Returns the credentials of the built-in account. */
  credentials(): Promise<Record<string, string>>;
  /** Changes the account, for instance its integration or its hook. Returns a message if the input is invalid. */
  configure(body: Record<string, unknown>): Promise<string | undefined>;
  /** Performs an act of a signer or recipient on an envelope. `wrong` is a message for the tester. */
  performAct(envelope_id: string, act: Act): Promise<{ wrong: string } | { events: OutgoingEvent[] }>;
  listEnvelopes(): unknown[];
}

export interface Act {
  do: string;
  signer?: string;
  reason?: string;
  /** The number to which a person writes first, without a message to reply to. */
  to?: string;
}

export const randomId = (): string => randomUUID();

/** Answers a request in the mode that the double was told. */
export async function answerRequest(double: ProviderDouble, state: ProviderState, request: WebRequest): Promise<WebResponse> {
  const { answer: mode, times } = state.get<Behaviour>("behaviour", "now") ?? { answer: "ok", times: null };
  if (times !== null && mode !== "ok")
    state.put("behaviour", "now", times > 1 ? { answer: mode, times: times - 1 } : { answer: "ok", times: null });
  const answer = mode === "mixed" ? nextMixedAnswer(state, request) : mode;
  if (answer === "late") await new Promise((resolve) => setTimeout(resolve, LATE_ANSWER_MS));
  if (answer === "timeout")
    throw recordRequest(state, request, null, new NoResponse(`${new URL(request.url).host} did not answer: TimeoutError`));
  if (answer === "lost") {
    await double.serve(request);
    throw recordRequest(state, request, null, new NoResponse(`${new URL(request.url).host} did not answer: ECONNRESET`));
  }
  const response = answer === "ok" || answer === "late" ? await double.serve(request) : double.failureResponse(answer);
  return recordRequest(state, request, response.status, response);
}

function nextMixedAnswer(state: ProviderState, { method }: WebRequest): Exclude<AnswerMode, "mixed"> {
  if (method === "GET") return "ok";
  const count = (state.get<number>("behaviour", "count") ?? 0) + 1;
  state.put("behaviour", "count", count);
  return MIXED_ANSWERS[count % MIXED_ANSWERS.length] ?? "ok";
}

/** Requests that the outbox keeps for each provider. */
const MAX_OUTBOX_ENTRIES = 500;

export function recordRequest<T>(
  state: ProviderState,
  { method, url, body }: Pick<WebRequest, "method" | "url" | "body">,
  status: number | null,
  result: T,
): T {
  const count = Number(state.get<number>("count", "outbox") ?? 0) + 1;
  state.put("count", "outbox", count);
  const entry: OutboxEntry = { at: Clock.now(), provider: state.provider, method, url, status, body: redactBody(url, body) };
  state.put("outbox", String(count), entry);
  state.remove("outbox", String(count - MAX_OUTBOX_ENTRIES));
  return result;
}

/** Removes credentials from a body, and replaces documents by their length. */
function redactBody(url: string, body: string | Uint8Array | undefined): unknown {
  if (body === undefined || url.includes("/oauth/")) return null;
  const text = typeof body === "string" ? body : Buffer.from(body).toString("latin1");
  if (typeof body !== "string") return text.replaceAll(/(Content-Type: application\/pdf\r\n\r\n)[\s\S]*?(\r\n--)/g, "$1(PDF)$2");
  try {
    return JSON.parse(text, (name, value: unknown) =>
      name === "documentBase64" ? `(${String(value).length} characters)` : value,
    );
  } catch {
    return text;
  }
}
