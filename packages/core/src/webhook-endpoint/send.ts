import { Clock } from "../kernel/clock.ts";
import { usePorts, useTenant } from "../kernel/context.ts";
import { historyOf, newId } from "../kernel/id.ts";
import { NoAnswer } from "../kernel/ports.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { put, writeAll } from "../storage/table/database.ts";
import type { Item } from "../storage/table/item.ts";
import { Records } from "../storage/write/records.ts";
import { type AttemptRecord, Tried } from "./attempt.entity.ts";
import type { EndpointRecord } from "./endpoint.entity.ts";
import { headersOf, type Message } from "./signing.rules.ts";
import type { Told } from "./told.ts";
import { WEBHOOK_ATTEMPT } from "./webhook-endpoint.domain.ts";

/** One event to one endpoint, once. */

/** Seconds that hold for name, connection and answer together. */
const SECONDS = 10;
/** Bytes of an answer that are read, and characters of it that are kept. */
const READ = 2048;
const SHOWN = 500;

export type Attempt = Omit<AttemptRecord, keyof BaseRecord>;

export const messageOf = ({ id, type, timestamp, data }: Told): Message => ({
  id,
  body: JSON.stringify({ type, timestamp, data }),
});

/** Sends a message, and says what came of it. */
export async function send(
  { id: endpoint_id, url }: EndpointRecord,
  secrets: readonly string[],
  event: Told,
  reason: Attempt["reason"],
): Promise<Attempt> {
  const message = messageOf(event);
  const about = { endpoint_id, event_id: event.id, event_type: event.type, record_id: event.data.id || null, reason };
  const sent_at = Clock.now();
  const headers = headersOf(message, secrets, Math.floor(Clock.ms() / 1000));
  const began = performance.now();
  const took = (): number => Math.round(performance.now() - began);
  try {
    const { status, body } = await usePorts().outbound.post({ url, headers, body: message.body, seconds: SECONDS, most: READ });
    const outcome = status >= 200 && status < 300 ? "taken" : "refused";
    return { ...about, outcome, status, duration_ms: took(), answer: textOf(body), sent_at };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { ...about, outcome: "no_answer", status: null, duration_ms: took(), answer: error.message.slice(0, SHOWN), sent_at };
  }
}

const textOf = (body: Uint8Array): string | null => Buffer.from(body).toString("utf8").slice(0, SHOWN).toWellFormed() || null;

const itemOf = (attempt: Attempt): Item => {
  const id = newId(WEBHOOK_ATTEMPT, { owner: historyOf(attempt.endpoint_id) });
  return Tried.toItem(useTenant(), Records.born(Tried, attempt, { id }));
};

/** Writes an attempt down. */
export const logOne = async (attempt: Attempt): Promise<void> => void (await put(itemOf(attempt)));

/** Writes attempts down, each for itself. */
export const log = (attempts: readonly Attempt[]): Promise<void> =>
  writeAll(attempts.map((attempt) => ({ PutRequest: { Item: itemOf(attempt) } })));
