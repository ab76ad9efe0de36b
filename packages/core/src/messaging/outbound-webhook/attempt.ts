import { Clock } from "../../kernel/clock.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { historyId, newId } from "../../kernel/id.ts";
import { NoResponse } from "../../kernel/ports.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { put, writeAll } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { Records } from "../../storage/write/records.ts";
import { type AttemptRecord, Attempts } from "./attempt.entity.ts";
import type { EndpointRecord } from "./endpoint.entity.ts";
import { buildHeaders, type SignedMessage } from "./signature.rules.ts";
import { WEBHOOK_ATTEMPT } from "./webhook-endpoint.kind.ts";
import type { WebhookPayload } from "./webhook-payload.ts";

/** Sends one event to one endpoint, once. */

/** Timeout in seconds for name resolution, connection and answer together. */
const TIMEOUT_SECONDS = 10;
/** Bytes read from an answer, and characters of it that are stored. */
const MAX_READ_BYTES = 2048;
const EXCERPT_LENGTH = 500;

export type Attempt = Omit<AttemptRecord, keyof BaseRecord>;

const buildMessage = ({ id, type, timestamp, data }: WebhookPayload): SignedMessage => ({
  id,
  body: JSON.stringify({ type, timestamp, data }),
});

/** Sends an event, and returns the result. */
export async function sendEvent(
  { id: endpoint_id, url }: EndpointRecord,
  secrets: readonly string[],
  event: WebhookPayload,
  reason: Attempt["reason"],
): Promise<Attempt> {
  const message = buildMessage(event);
  const attemptFields = { endpoint_id, event_id: event.id, event_type: event.type, record_id: event.data.id || null, reason };
  const sent_at = Clock.now();
  const headers = buildHeaders(message, secrets, Math.floor(Clock.ms() / 1000));
  const startTime = performance.now();
  const measureDuration = (): number => Math.round(performance.now() - startTime);
  try {
    const { status, body } = await usePorts().outbound.post({
      url,
      headers,
      body: message.body,
      timeoutSeconds: TIMEOUT_SECONDS,
      maxBytes: MAX_READ_BYTES,
    });
    const outcome = status >= 200 && status < 300 ? "taken" : "refused";
    return { ...attemptFields, outcome, status, duration_ms: measureDuration(), answer: readExcerpt(body), sent_at };
  } catch (error) {
    if (!(error instanceof NoResponse)) throw error;
    return {
      ...attemptFields,
      outcome: "no_answer",
      status: null,
      duration_ms: measureDuration(),
      answer: error.message.slice(0, EXCERPT_LENGTH),
      sent_at,
    };
  }
}

const readExcerpt = (body: Uint8Array): string | null =>
  Buffer.from(body).toString("utf8").slice(0, EXCERPT_LENGTH).toWellFormed() || null;

const buildItem = (attempt: Attempt): Item => {
  const id = newId(WEBHOOK_ATTEMPT, { owner: historyId(attempt.endpoint_id) });
  return Attempts.toItem(useTenant(), Records.init(Attempts, attempt, { id }));
};

/** Stores an attempt. */
export const saveAttempt = async (attempt: Attempt): Promise<void> => void (await put(buildItem(attempt)));

/** Stores attempts independently of each other. */
export const saveAttempts = (attempts: readonly Attempt[]): Promise<void> =>
  writeAll(attempts.map((attempt) => ({ PutRequest: { Item: buildItem(attempt) } })));
