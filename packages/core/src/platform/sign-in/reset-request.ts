import { Clock } from "../../kernel/clock.ts";
import { useRequest } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { put } from "../../storage/table/database.ts";
import { hashTexts, keyspacePrefix, systemKey } from "../../storage/table/key.ts";

/**
 * Stores the request for a password reset; the stream consumer sends the mail. The request writes the same item for unknown emails and reads no
 * tenant, so neither its answer nor its duration reveals whether the user exists.
 */
const KEEP_SECONDS = 24 * 60 * 60;

interface ResetRequest {
  /** The users who sign in with the email; empty if there are none. */
  users: readonly { tenant_id: string; user_id: string }[];
  asked_at: string;
  request_id: string;
}

export async function save(login: string, users: ResetRequest["users"]): Promise<void> {
  const asked_at = Clock.now();
  const resetRequest: ResetRequest = {
    users: users.map(({ tenant_id, user_id }) => ({ tenant_id, user_id })),
    asked_at,
    request_id: useRequest().id,
  };
  await put({
    pk: systemKey("reset", hashTexts(login)),
    sk: "asked",
    asked: JSON.stringify(resetRequest),
    ttl: Clock.toEpochSeconds(asked_at) + KEEP_SECONDS,
  });
}

type StreamImage = Readonly<Record<string, { S?: string | undefined }>>;

/** Returns the events that follow from a stream record; undefined if it is not a reset request. */
export function toEvents(keys: StreamImage | undefined, image: StreamImage | undefined): DomainEvent[] | undefined {
  const pk = keys?.pk?.S;
  if (!pk?.startsWith(keyspacePrefix("reset"))) return undefined;
  if (!image?.asked?.S) return [];
  const { users, asked_at, request_id } = JSON.parse(image.asked.S) as ResetRequest;
  return users.map(({ tenant_id, user_id }) => ({
    id: hashTexts(pk, asked_at, user_id),
    type: "user.password_reset_requested",
    tenant_id,
    record_id: user_id,
    version: 0,
    actor_id: "public",
    request_id,
    at: asked_at,
    changed: [],
  }));
}

export * as ResetRequest from "./reset-request.ts";
