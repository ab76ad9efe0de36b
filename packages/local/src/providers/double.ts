import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { NoAnswer, type WebAnswer, type WebRequest } from "@crm/core/kernel/ports.ts";
import type { State } from "../state.ts";

/**
 * What the doubles of providers have in common: they keep envelopes in the runner's state, answer as they are told to, write down what
 * they were asked, and tell hooks what happened.
 */
export const answers = ["ok", "error", "timeout", "rate_limited", "refused", "lost", "late", "mixed"] as const;
export type Mode = (typeof answers)[number];

/** What `mixed` answers to what is handed over, one after the other and again; what it is asked about it answers. */
const MIX = ["ok", "lost", "ok", "rate_limited", "ok", "late", "timeout", "ok", "ok", "error", "ok", "refused", "ok"] as const;
const LATE_MS = 1500;

/** How a provider answers: what it was told, for so many requests, or until it is told otherwise. */
export interface Behaviour {
  answer: Mode;
  times: number | null;
}

export interface Hook {
  url: string;
  /** Keys with which its provider signs, the newest first; DocuSign signs with each. */
  secrets: string[];
}

/** An event that a provider has to tell. */
export interface Waiting {
  id: string;
  provider: string;
  envelope_id: string;
  event: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** A request as the outbox shows it: without what opens an account. */
export interface Outgoing {
  at: string;
  provider: string;
  method: string;
  url: string;
  status: number | null;
  body: unknown;
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): WebAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: Buffer.from(JSON.stringify(body)),
});

export const pdf = (bytes: Uint8Array): WebAnswer => ({
  status: 200,
  headers: { "content-type": "application/pdf" },
  body: bytes,
});

/** Values and lists of one provider, by key. */
export class Kept {
  readonly #state: State;
  readonly provider: string;

  constructor(state: State, provider: string) {
    this.#state = state;
    this.provider = provider;
    state.run(
      "CREATE TABLE IF NOT EXISTS provider_things (provider TEXT, kind TEXT, id TEXT, value TEXT NOT NULL, PRIMARY KEY (provider, kind, id))",
    );
  }

  get<T>(kind: string, id: string): T | undefined {
    const [row] = this.#state.all(
      "SELECT value FROM provider_things WHERE provider = ? AND kind = ? AND id = ?",
      this.provider,
      kind,
      id,
    );
    return row && (JSON.parse(String(row.value)) as T);
  }

  all<T>(kind: string): T[] {
    return this.#state
      .all("SELECT value FROM provider_things WHERE provider = ? AND kind = ? ORDER BY rowid", this.provider, kind)
      .map(({ value }) => JSON.parse(String(value)) as T);
  }

  /** Those whose field has a value, without reading the others. */
  having<T>(kind: string, field: "to", value: string): T[] {
    this.#state.run(
      `CREATE INDEX IF NOT EXISTS provider_things_${field} ON provider_things (provider, kind, json_extract(value, '$.${field}'))`,
    );
    return this.#state
      .all(
        `SELECT value FROM provider_things WHERE provider = ? AND kind = ? AND json_extract(value, '$.${field}') = ? ORDER BY rowid`,
        ...[this.provider, kind, value],
      )
      .map((row) => JSON.parse(String(row.value)) as T);
  }

  put(kind: string, id: string, value: unknown): void {
    this.#state.run(
      "INSERT INTO provider_things VALUES (?, ?, ?, ?) ON CONFLICT (provider, kind, id) DO UPDATE SET value = excluded.value",
      this.provider,
      kind,
      id,
      JSON.stringify(value),
    );
  }

  drop(kind: string, id: string): void {
    this.#state.run("DELETE FROM provider_things WHERE provider = ? AND kind = ? AND id = ?", this.provider, kind, id);
  }

  /** A value that is made when it is first asked for. */
  own<T>(kind: string, id: string, make: () => T): T {
    const held = this.get<T>(kind, id);
    if (held !== undefined) return held;
    const made = make();
    this.put(kind, id, made);
    return made;
  }

  /** Where the account tells what happens: null takes that away, undefined leaves it. */
  setHook(hook: unknown): void {
    if (hook === null) this.drop("hook", "account");
    else if (hook !== undefined) this.put("hook", "account", hook);
  }

  /** A mail that the provider sends by itself, in the mailbox beside ours. */
  mail(id: string, { to, subject, text }: { to: string; subject: string; text: string }): void {
    const message = { id, from: this.provider, to, subject, text, channel: "signature" };
    this.#state.run("INSERT OR IGNORE INTO mails VALUES (?, ?, ?)", id, Clock.now(), JSON.stringify(message));
  }
}

/** One provider: what its API does, and how it words what it cannot do for us. */
export interface Double {
  readonly provider: string;
  readonly hosts: readonly string[];
  /** As the provider's API answers. */
  serve(request: WebRequest): Promise<WebAnswer>;
  /** As it says that it has failed, is asked too often, or refuses. */
  says(mode: "error" | "rate_limited" | "refused"): WebAnswer;
  /** What opens the account that it has from the start. */
  account(): Promise<Record<string, string>>;
  /** More of it, such as an integration, or the address that it tells. */
  set(body: Record<string, unknown>): Promise<string | undefined>;
  /** Lets somebody do something with an envelope. What is wrong is said in words. */
  act(envelope_id: string, act: Act): Promise<{ wrong: string } | { events: Waiting[] }>;
  envelopes(): unknown[];
}

export interface Act {
  do: string;
  signer?: string;
  reason?: string;
  /** To which number somebody writes who was not written to before. */
  to?: string;
}

export const newId = (): string => randomUUID();

/** Runs a request through a double as it was told to answer. */
export async function answered(double: Double, kept: Kept, request: WebRequest): Promise<WebAnswer> {
  const { answer: told, times } = kept.get<Behaviour>("behaviour", "now") ?? { answer: "ok", times: null };
  if (times !== null && told !== "ok")
    kept.put("behaviour", "now", times > 1 ? { answer: told, times: times - 1 } : { answer: "ok", times: null });
  const answer = told === "mixed" ? mixed(kept, request) : told;
  if (answer === "late") await new Promise((resolve) => setTimeout(resolve, LATE_MS));
  if (answer === "timeout")
    throw note(kept, request, null, new NoAnswer(`${new URL(request.url).host} did not answer: TimeoutError`));
  if (answer === "lost") {
    await double.serve(request);
    throw note(kept, request, null, new NoAnswer(`${new URL(request.url).host} did not answer: ECONNRESET`));
  }
  const given = answer === "ok" || answer === "late" ? await double.serve(request) : double.says(answer);
  return note(kept, request, given.status, given);
}

function mixed(kept: Kept, { method }: WebRequest): Exclude<Mode, "mixed"> {
  if (method === "GET") return "ok";
  const count = (kept.get<number>("behaviour", "count") ?? 0) + 1;
  kept.put("behaviour", "count", count);
  return MIX[count % MIX.length] ?? "ok";
}

/** How many requests the outbox remembers of each provider. */
const REMEMBERED = 500;

export function note<T>(
  kept: Kept,
  { method, url, body }: Pick<WebRequest, "method" | "url" | "body">,
  status: number | null,
  result: T,
): T {
  const count = Number(kept.get<number>("count", "outbox") ?? 0) + 1;
  kept.put("count", "outbox", count);
  const said: Outgoing = { at: Clock.now(), provider: kept.provider, method, url, status, body: open(url, body) };
  kept.put("outbox", String(count), said);
  kept.drop("outbox", String(count - REMEMBERED));
  return result;
}

/** What may be seen of a body: no assertion, and of documents how long they are. */
function open(url: string, body: string | Uint8Array | undefined): unknown {
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
