import { randomBytes } from "node:crypto";
import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { hasRole, useActor, useActorId, usePorts } from "../kernel/context.ts";
import { type Detail, forbidden, invalid, invalidAll, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { filled, id as idOf, oneOf, patched, patchOf, text } from "../kernel/schema.ts";
import { Appending } from "../storage/project/feed.ts";
import { Feed, isTold, kindIn, SLOTS, wakingKey } from "../storage/read/feed.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { collectionOf, kindNamed } from "../storage/table/collections.ts";
import type { Item } from "../storage/table/item.ts";
import type { Key } from "../storage/table/key.ts";
import { Vault } from "../storage/vault/vault.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Directory } from "../user/directory.ts";
import { USER } from "../user/user.domain.ts";
import { type EndpointRecord, Endpoints, fields, Stored, statuses } from "./endpoint.entity.ts";
import { Sending } from "./state.ts";
import { WEBHOOK_ENDPOINT } from "./webhook-endpoint.domain.ts";

/** Endpoints of webhooks out, as people set them up. */

export const Info = Stored.omit({ slot: true, told_id: true, sealed: true });
export const Row = rowOf(Info, Endpoints.definition.row);
export const Created = Info.extend({
  secret: z
    .string()
    .describe("Shown this once: what is sent is signed with it")
    .meta({ examples: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] }),
});

const Named = z.strictObject({ id: text(64) });
const owner_id = idOf(USER).optional().describe("The caller, unless an ADMIN names another user");

export const list = fn(listSchema(Endpoints, { owner: text(64).optional(), status: oneOf(statuses).optional() }), (input) =>
  listRecords(Endpoints, queryOf(Endpoints, input)),
);

export const get = fn(Named, async ({ id }) => shown(await Records.read(Endpoints, id)));

/** From now on: what happened before stays in the feed. */
export const create = fn(z.strictObject({ ...fields, owner_id }), async ({ owner_id: named, ...input }) => {
  const owner = await ownerFor(named);
  const known = await checked(filled(fields, input));
  return retryOnConflict(async () => {
    const id = newId(WEBHOOK_ENDPOINT);
    const secret = drawn();
    const slot = await freeSlot();
    const now = Clock.now();
    const endpoint: EndpointRecord = Records.born(
      Endpoints,
      {
        ...known,
        ...{ owner_id: owner, slot },
        ...{ status: "ACTIVE", off_reason: null, told_id: null, failing_since: null, tries: 0 },
        // Processes that have just asked whom to wake learn of it within a minute.
        work_at: Clock.after(WAKES_LATE),
        ...{ secret_set_at: now, former_until: null, sealed: await Vault.seal(id, null, { first: secret }) },
      },
      { id },
    );
    await transaction()
      .create(Endpoints, endpoint)
      .put(wakingOf(endpoint), { condition: "attribute_not_exists(pk)", refused: () => new Moved("The slot is taken") })
      .put(Sending.begun(id, await Feed.end()))
      .commit(undefined);
    Appending.forget();
    return { ...shown(endpoint), secret };
  });
});

/** Seconds. */
const WAKES_LATE = 120;

export const update = fn(
  patchOf(fields).extend({ owner_id, status: oneOf(["ACTIVE", "PAUSED"]).optional(), ...Named.shape }),
  async ({ id, owner_id: named, status, ...patch }) => {
    const owner = named === undefined ? undefined : await ownerFor(named);
    return forgotten(
      Records.change(
        Endpoints,
        id,
        async (current, tx) => {
          requireOwn(current);
          const given = patched(fields, patch);
          const next = { ...current, ...given, owner_id: owner ?? current.owner_id, status: status ?? current.status };
          await checked(next, current);
          const isResumed = next.status === "ACTIVE" && (current.status !== "ACTIVE" || next.url !== current.url);
          const edited = isResumed ? { ...next, ...untried, work_at: Clock.now() } : next;
          tx.put(wakingOf(edited));
          return edited;
        },
        { answer: shown },
      ),
    );
  },
);

const untried = { off_reason: null, told_id: null, failing_since: null, tries: 0 } as const;

export const remove = fn(Named, ({ id }) =>
  forgotten(
    Records.change(
      Endpoints,
      id,
      (current, tx) => {
        requireOwn(current);
        tx.delete(wakingKey(current.slot));
        return { ...current, deleted_at: Clock.now(), sealed: null };
      },
      { answer: shown },
    ),
  ),
);

/** Seconds of an hour. */
const HOUR = 60 * 60;

/** With another secret; the one before signs beside it for a while, so that a receiver may change over at any time. */
export const rotate = fn(
  Named.extend({
    former_hours: z
      .number()
      .int()
      .min(0)
      .max(168)
      .default(24)
      .describe("For how long the secret before signs as well; 0: not at all"),
  }),
  async ({ id, former_hours }) => {
    const secret = drawn();
    const endpoint = await Records.change(
      Endpoints,
      id,
      async (current) => {
        requireOwn(current);
        const { first = null } = await Vault.open(id, current.sealed, ["first"]);
        const kept = former_hours > 0 ? first : null;
        const sealed = await Vault.seal(id, current.sealed, { first: secret, second: kept });
        const former_until = kept === null ? null : Clock.after(former_hours * HOUR);
        return { ...current, sealed, secret_set_at: Clock.now(), former_until };
      },
      { answer: shown },
    );
    return { ...endpoint, secret };
  },
);

/** What signs now, in the clear. */
export async function secretsOf({ id, sealed, former_until }: EndpointRecord): Promise<string[]> {
  const { first, second } = await Vault.open(id, sealed);
  const isRotating = former_until !== null && former_until > Clock.now();
  return [first, isRotating ? second : undefined].filter((secret) => secret !== undefined);
}

/** That an endpoint is to be woken, and by what, while it is on; its slot is its own in any case. */
export const wakingOf = ({ id, slot, status, events }: EndpointRecord): Item & Key => ({
  ...wakingKey(slot),
  endpoint_id: id,
  ...(status === "ACTIVE" ? { events } : {}),
});

/** Who could move the address of a colleague's endpoint would read with the colleague's eyes. */
export function requireOwn({ owner_id: owner }: EndpointRecord): void {
  if (owner !== useActorId() && !hasRole("ADMIN")) throw forbidden("Only its owner or an administrator changes an endpoint");
}

type Shown = Omit<EndpointRecord, "slot" | "told_id" | "sealed">;

const shown = ({ slot: _slot, told_id: _told, sealed: _sealed, ...endpoint }: EndpointRecord): Shown => endpoint;

const drawn = (): string => `whsec_${randomBytes(32).toString("base64")}`;

async function forgotten<T>(written: Promise<T>): Promise<T> {
  const answer = await written;
  Appending.forget();
  return answer;
}

async function freeSlot(): Promise<number> {
  const taken = new Set((await Feed.waking()).map(({ slot }) => slot));
  const free = Array.from({ length: SLOTS }, (_, slot) => slot).find((slot) => !taken.has(slot));
  if (free === undefined) throw ruleViolation(`A tenant has ${SLOTS} endpoints at most: delete one`);
  return free;
}

async function ownerFor(named: string | undefined): Promise<string> {
  const { type } = useActor();
  if (named === undefined && type !== "user")
    throw invalid("owner_id", "An API key owns no endpoint: name the user by whose rights events are sent");
  const owner = named ?? useActorId();
  if (owner !== useActorId() && !hasRole("ADMIN")) throw forbidden("Only an administrator makes an endpoint for somebody else");
  if (!(await Directory.active(owner))) throw invalid("owner_id", "No active user has this id");
  return owner;
}

type Checked = Pick<EndpointRecord, "url" | "events">;

async function checked<T extends Checked>(endpoint: T, before?: Checked): Promise<T> {
  const details: Detail[] = [];
  if (endpoint.url !== before?.url) {
    const wrong = await usePorts().outbound.wrongWith(endpoint.url);
    if (wrong !== undefined) details.push({ field: "url", message: wrong });
  }
  for (const [at, pattern] of endpoint.events.entries())
    if (!before?.events.includes(pattern) && !(await isKnown(pattern)))
      details.push({ field: `events[${at}]`, message: "There is no such event: write `lead.created`, `lead.*` or `*`" });
  if (details.length > 0) throw invalidAll(details);
  return endpoint;
}

const BASE = ["created", "updated", "deleted", "restored", "removed"];

async function isKnown(pattern: string): Promise<boolean> {
  if (pattern === "*") return true;
  const kind = kindNamed(kindIn(pattern));
  if (!kind || !isTold(kind)) return false;
  const name = pattern.slice(kind.name.length + 1);
  return name === "*" || BASE.includes(name) || Object.hasOwn((await collectionOf(kind)).definition.events ?? {}, name);
}

export type Record = EndpointRecord;

export * as WebhookEndpoint from "./endpoint.ts";
