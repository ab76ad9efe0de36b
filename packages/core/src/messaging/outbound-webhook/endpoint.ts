import { randomBytes } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasRole, useActor, useActorId, usePorts } from "../../kernel/context.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { type ErrorDetail, forbidden, invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { IdInput, id as idOf, oneOf, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { eventKind, Feed, isPublished, MAX_SUBSCRIPTIONS, subscriptionKey } from "../../storage/read/event-feed.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { FeedWriter } from "../../storage/stream/feed-writer.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { findKind, loadCollection } from "../../storage/table/collection-registry.ts";
import type { Item } from "../../storage/table/item.ts";
import type { Key } from "../../storage/table/key.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type EndpointRecord, Endpoints, fields, Stored, statuses } from "./endpoint.entity.ts";
import { SendingState } from "./sending-state.ts";
import { WEBHOOK_ENDPOINT } from "./webhook-endpoint.kind.ts";

/** Endpoints of outbound webhooks, as users manage them. */

export const Info = Stored.omit({ slot: true, told_id: true, sealed: true });
export const Row = rowSchema(Info, Endpoints.definition.row);
export const EndpointWithSecret = Info.extend({
  secret: z
    .string()
    .describe("Shown only once; requests are signed with it")
    .meta({ examples: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] }),
});

const ownerField = idOf(USER).optional().describe("An ADMIN can name another user").meta(createHelp("Default: the caller"));

export const list = fn(listSchema(Endpoints, { owner: text(64).optional(), status: oneOf(statuses).optional() }), (input) =>
  listRecords(Endpoints, buildListQuery(Endpoints, input)),
);

export const get = fn(IdInput, async ({ id }) => present(await Records.read(Endpoints, id)));

/** Creates an endpoint for events from now on. */
export const create = fn(z.strictObject({ ...fields, owner_id: ownerField }), async ({ owner_id, ...input }) => {
  const owner = await resolveOwner(owner_id);
  const validFields = await validateFields(toStoredFields(fields, input));
  return retryOnConflict(async () => {
    const id = newId(WEBHOOK_ENDPOINT);
    const secret = generateSecret();
    const slot = await findFreeSlot();
    const now = Clock.now();
    const endpoint: EndpointRecord = Records.init(
      Endpoints,
      {
        ...validFields,
        ...{ owner_id: owner, slot },
        ...{ status: "ACTIVE", off_reason: null, told_id: null, failing_since: null, tries: 0 },
        // Processes with cached subscriptions reload them within a minute. This wake-up covers the events before that.
        work_at: Clock.addSeconds(WAKE_DELAY_SECONDS),
        ...{ secret_set_at: now, former_until: null, sealed: await Vault.seal(id, null, { first: secret }) },
      },
      { id },
    );
    await transaction()
      .create(Endpoints, endpoint)
      .put(buildSubscription(endpoint), {
        condition: "attribute_not_exists(pk)",
        rejection: () => new WriteConflict("The slot is taken"),
      })
      .put(SendingState.buildInitialItem(id, await Feed.findEnd()))
      .commit(undefined);
    FeedWriter.invalidateSubscriptions();
    return { ...present(endpoint), secret };
  });
});

const WAKE_DELAY_SECONDS = 120;

export const update = fn(
  patchSchema(fields).extend({ owner_id: ownerField, status: oneOf(["ACTIVE", "PAUSED"]).optional(), ...IdInput.shape }),
  async ({ id, owner_id, status, ...patch }) => {
    const owner = owner_id === undefined ? undefined : await resolveOwner(owner_id);
    return invalidateCacheAfter(
      Records.change(
        Endpoints,
        id,
        async (current, tx) => {
          requireOwner(current);
          const storedPatch = toStoredPatch(fields, patch);
          const next = { ...current, ...storedPatch, owner_id: owner ?? current.owner_id, status: status ?? current.status };
          await validateFields(next, current);
          const isResumed = next.status === "ACTIVE" && (current.status !== "ACTIVE" || next.url !== current.url);
          const edited = isResumed ? { ...next, ...resetFields, work_at: Clock.now() } : next;
          tx.put(buildSubscription(edited));
          return edited;
        },
        { answer: present },
      ),
    );
  },
);

const resetFields = { off_reason: null, told_id: null, failing_since: null, tries: 0 } as const;

export const remove = fn(IdInput, ({ id }) =>
  invalidateCacheAfter(
    Records.change(
      Endpoints,
      id,
      (current, tx) => {
        requireOwner(current);
        tx.delete(subscriptionKey(current.slot));
        return { ...current, deleted_at: Clock.now(), sealed: null };
      },
      { answer: present },
    ),
  ),
);

const HOUR_SECONDS = 60 * 60;

/** Replaces the secret. The previous one also signs for a while, so that receivers can switch at any time. */
export const rotate = fn(
  IdInput.extend({
    former_hours: z
      .number()
      .int()
      .min(0)
      .max(168)
      .default(24)
      .describe("Hours for which the previous secret also signs; 0: not at all"),
  }),
  async ({ id, former_hours }) => {
    const secret = generateSecret();
    const endpoint = await Records.change(
      Endpoints,
      id,
      async (current) => {
        requireOwner(current);
        const { first = null } = await Vault.open(id, current.sealed, ["first"]);
        const formerSecret = former_hours > 0 ? first : null;
        const sealed = await Vault.seal(id, current.sealed, { first: secret, second: formerSecret });
        const former_until = formerSecret === null ? null : Clock.addSeconds(former_hours * HOUR_SECONDS);
        return { ...current, sealed, secret_set_at: Clock.now(), former_until };
      },
      { answer: present },
    );
    return { ...endpoint, secret };
  },
);

/** Decrypts the secrets that sign now. */
export async function openSecrets({ id, sealed, former_until }: EndpointRecord): Promise<string[]> {
  const { first, second } = await Vault.open(id, sealed);
  const isRotating = former_until !== null && former_until > Clock.now();
  return [first, isRotating ? second : undefined].filter((secret) => secret !== undefined);
}

/** Builds the subscription item, with the events that wake up an active endpoint. An inactive one keeps its slot. */
export const buildSubscription = ({ id, slot, status, events }: EndpointRecord): Item & Key => ({
  ...subscriptionKey(slot),
  endpoint_id: id,
  ...(status === "ACTIVE" ? { events } : {}),
});

/** A user who could change the URL of another user's endpoint would receive what its owner may see. */
export function requireOwner({ owner_id }: EndpointRecord): void {
  if (owner_id !== useActorId() && !hasRole("ADMIN"))
    throw forbidden("Only the owner or an administrator can change an endpoint");
}

type PublicEndpoint = Omit<EndpointRecord, "slot" | "told_id" | "sealed">;

const present = ({ slot: _slot, told_id: _told, sealed: _sealed, ...endpoint }: EndpointRecord): PublicEndpoint => endpoint;

const generateSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

async function invalidateCacheAfter<T>(write: Promise<T>): Promise<T> {
  const answer = await write;
  FeedWriter.invalidateSubscriptions();
  return answer;
}

async function findFreeSlot(): Promise<number> {
  const usedSlots = new Set((await Feed.listSubscriptions()).map(({ slot }) => slot));
  const free = Array.from({ length: MAX_SUBSCRIPTIONS }, (_, slot) => slot).find((slot) => !usedSlots.has(slot));
  if (free === undefined) throw ruleViolation(`A tenant can have at most ${MAX_SUBSCRIPTIONS} endpoints: delete one`);
  return free;
}

async function resolveOwner(ownerId: string | undefined): Promise<string> {
  const { type } = useActor();
  if (ownerId === undefined && type !== "user")
    throw invalid("owner_id", "An API key cannot own an endpoint: name the user with whose permissions events are sent");
  const owner = ownerId ?? useActorId();
  if (owner !== useActorId() && !hasRole("ADMIN"))
    throw forbidden("Only an administrator can create an endpoint for another user");
  if (!(await Directory.findActive(owner))) throw invalid("owner_id", "No active user has this id");
  return owner;
}

type ValidatedFields = Pick<EndpointRecord, "url" | "events">;

async function validateFields<T extends ValidatedFields>(endpoint: T, before?: ValidatedFields): Promise<T> {
  const details: ErrorDetail[] = [];
  if (endpoint.url !== before?.url) {
    const problem = await usePorts().outbound.findProblem(endpoint.url);
    if (problem !== undefined) details.push({ field: "url", message: problem });
  }
  for (const [index, pattern] of endpoint.events.entries())
    if (!before?.events.includes(pattern) && !(await isKnownEvent(pattern)))
      details.push({ field: `events[${index}]`, message: "Unknown event: use `lead.created`, `lead.*` or `*`" });
  if (details.length > 0) throw invalidAll(details);
  return endpoint;
}

const BASE_EVENTS = ["created", "updated", "deleted", "restored", "removed"];

async function isKnownEvent(pattern: string): Promise<boolean> {
  if (pattern === "*") return true;
  const kind = findKind(eventKind(pattern));
  if (!kind || !isPublished(kind)) return false;
  const name = pattern.slice(kind.name.length + 1);
  return name === "*" || BASE_EVENTS.includes(name) || Object.hasOwn((await loadCollection(kind)).definition.events ?? {}, name);
}

export type Record = EndpointRecord;

export * as WebhookEndpoint from "./endpoint.ts";
