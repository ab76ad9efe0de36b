import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, useActorId, useSettings } from "../../kernel/context.ts";
import { type ErrorDetail, forbidden, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { IdInput, toStoredFields } from "../../kernel/schema.ts";
import { Clocks } from "../../storage/scheduler/clocks.ts";
import { Cache } from "../../storage/table/cache.ts";
import { runOutsideBatch } from "../../storage/table/transaction-batch.ts";
import { putDerived } from "../../storage/write/derived-record.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { Availabilities, type AvailabilityRecord, fields, Stored } from "./availability.entity.ts";
import { findAbsence, findReassignment, type WorkSchedule } from "./availability.rules.ts";
import { Directory } from "./directory.ts";
import { Users } from "./user.entity.ts";
import { AVAILABILITY, availabilityGrants } from "./user.kind.ts";

/** When, and up to how much, rules give work to a user; set by the user or by someone with the manage permission. */

export const Info = Stored.omit({ reassigned: true, due_at: true });
type Info = z.output<typeof Info>;

export const get = fn(IdInput, async ({ id }) => {
  await requireUser(id);
  return present(id, await load(id));
});

/** Replaces the availability; omitted fields get their defaults: no capacity limit, at all times, never absent. */
export const replace = fn(IdInput.extend(fields), async ({ id, ...input }) => {
  await requireUser(id);
  await requireStandIns(id, input.absences);
  const set = toStoredFields(fields, input);
  const result = await retryOnConflict(async () => {
    const tx = transaction();
    return tx.commit(present(id, write(tx, id, await load(id), set)));
  });
  cache.invalidate(id);
  return result;
});

/** Returns the time zone of a user; null: that of the tenant. */
export const findTimeZone = async (user: string): Promise<string | null> => (await load(user))?.timezone ?? null;

/** Adds the change to another time zone to a transaction. Call `forget` after the commit. */
export async function changeTimeZone(tx: Transaction, user: string, timezone: string | null): Promise<void> {
  const before = await load(user);
  if ((before?.timezone ?? null) !== timezone) write(tx, user, before, { ...present(user, before), timezone });
}

type AvailabilityFields = Omit<Info, "user_id">;

function write(
  tx: Transaction,
  user_id: string,
  before: AvailabilityRecord | undefined,
  { capacity, timezone, working_hours, absences }: AvailabilityFields,
): AvailabilityRecord {
  const reassigned = (before?.reassigned ?? []).filter((start) => absences.some(({ from }) => from === start));
  const set = { user_id, capacity, timezone, working_hours, absences, reassigned };
  return putDerived(tx, Availabilities, before, availabilityId(user_id), { ...set, due_at: findDueTime(set) });
}

/** Refuses callers other than the user, unless they have the manage permission. */
async function requireUser(id: string): Promise<void> {
  await Records.read(Users, id);
  if (id !== useActorId() && !hasPermission(availabilityGrants.manage))
    throw forbidden("Only the user and users who manage availability can see and change this");
}

/** A stand-in must be another active user. */
async function requireStandIns(user: string, absences: AvailabilityRecord["absences"]): Promise<void> {
  const faults = await Promise.all(
    absences.map(async ({ stand_in_id }, index): Promise<ErrorDetail[]> => {
      if (!stand_in_id) return [];
      const field = `absences[${index}].stand_in_id`;
      if (stand_in_id === user) return [{ field, message: "Must be another user" }];
      return (await Directory.findActive(stand_in_id)) ? [] : [{ field, message: "No active user has this id" }];
    }),
  );
  if (faults.flat().length > 0) throw invalidAll(faults.flat());
}

const present = (user_id: string, record: AvailabilityFields | undefined): Info => ({
  user_id,
  capacity: record?.capacity ?? null,
  timezone: record?.timezone ?? null,
  working_hours: record?.working_hours ?? null,
  absences: record?.absences ?? [],
});

/** The id of the one record of a user. */
const availabilityId = (user: string): string => derivedId(AVAILABILITY, idTime(user), "availability", user);

const load = (user: string): Promise<AvailabilityRecord | undefined> => Records.load(Availabilities, availabilityId(user));

/** Returns the instant of the next absence to handle: now if it has begun. */
function findDueTime(record: Pick<AvailabilityRecord, "absences" | "reassigned">): string | null {
  const now = Clock.now();
  const from = findReassignment(record, now)?.from ?? null;
  return from !== null && from < now ? now : from;
}

/**
 * Handles an absence that has begun. `work` does part of the reassignment and returns whether it is complete. It is called until then while the
 * absence lasts, and two calls may run concurrently.
 */
export async function proceed(id: string, due_at: string, work: (user: string, from: string) => Promise<boolean>): Promise<void> {
  const record = await Clocks.loadDue(Availabilities, id, "absence", due_at);
  if (!record) return;
  const now = Clock.now();
  const next = findReassignment(record, now);
  const from = next && next.from <= now ? next.from : undefined;
  const done = from === undefined || (await work(record.user_id, from));
  const seen = done && from !== undefined ? [from] : [];
  await Records.change(Availabilities, id, (current) => {
    const handled = { ...current, reassigned: [...new Set([...current.reassigned, ...seen])] };
    return { ...handled, due_at: findDueTime(handled) };
  });
}

/** Seconds for which another process may use outdated availability. */
const CACHE_SECONDS = 10;

const cache = new Cache<AvailabilityRecord | undefined>(CACHE_SECONDS, 10_000);

/** Clears the cached availability of a user after it was changed. */
export const forget = (user: string | undefined): void => {
  if (user !== undefined) cache.invalidate(user);
};

export interface UserAvailability extends WorkSchedule {
  capacity: number | null;
  absences: AvailabilityRecord["absences"];
}

/** Returns the availability of several users. */
export async function loadFor(users: readonly string[]): Promise<ReadonlyMap<string, UserAvailability>> {
  const records = await cache.getAll(users, (missing) =>
    runOutsideBatch(() => Records.loadMany(Availabilities, missing.map(availabilityId), { live: true })),
  );
  return new Map(
    users.map((user, index) => {
      const { capacity, timezone, working_hours, absences } = present(user, records[index]);
      return [user, { capacity, timezone: timezone ?? useSettings().timezone, working_hours, absences } as UserAvailability];
    }),
  );
}

/** Returns the user of an availability record. */
export const findUserId = async (id: string): Promise<string | undefined> => (await Records.load(Availabilities, id))?.user_id;

/** Returns the current absences of each user. */
export const listAbsences = async (users: readonly string[]): Promise<AvailabilityRecord["absences"][]> =>
  (await Records.loadMany(Availabilities, users.map(availabilityId), { live: true })).map((record) => record?.absences ?? []);

/** Who takes over the work of a user. */
export interface Handover {
  /** Null if no user is named, or if that user is not active or is away too. */
  stand_in_id: string | null;
}

/** Returns to whom the work of a user goes now; undefined if they are not away, or keep their work. */
export async function findHandover(user: string): Promise<Handover | undefined> {
  const absence = await findHandoverAbsence(user);
  if (!absence) return undefined;
  const { stand_in_id = null } = absence;
  const isFree =
    stand_in_id !== null &&
    stand_in_id !== user &&
    (await Directory.findActive(stand_in_id)) !== undefined &&
    (await findHandoverAbsence(stand_in_id)) === undefined;
  return { stand_in_id: isFree ? stand_in_id : null };
}

/**
 * Returns to whom new work of a user goes now. An absence without a handover gives it to the stand-in, if that user is not away too; undefined if the
 * user gets it.
 */
export async function findNewWorkHandover(user: string): Promise<Handover | undefined> {
  const handover = await findHandover(user);
  if (handover) return handover;
  const stand_in_id = (await findStandIns([user])).get(user);
  return stand_in_id === undefined ? undefined : { stand_in_id };
}

/** Returns the stand-ins of users who are away now, by user. They are active and not away themselves. */
export async function findStandIns(users: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const now = Clock.now();
  const absences = await loadFor(users);
  const named = users.flatMap((user) => {
    const stand_in = findAbsence(absences.get(user)?.absences ?? [], now)?.stand_in_id;
    return stand_in ? [[user, stand_in] as const] : [];
  });
  const standInAbsences = await loadFor(named.map(([, standIn]) => standIn));
  const isFree = async (standIn: string): Promise<boolean> =>
    !findAbsence(standInAbsences.get(standIn)?.absences ?? [], now) && (await Directory.findActive(standIn)) !== undefined;
  const free = await Promise.all(named.map(([, standIn]) => isFree(standIn)));
  return new Map(named.filter(([user, standIn], index) => user !== standIn && free[index]));
}

/** Whether the user is absent now and their work is handed over. Clears the cache, so that later checks in this process use current data too. */
export const isAway = async (user: string): Promise<boolean> => (await findHandoverAbsence(user)) !== undefined;

async function findHandoverAbsence(user: string): Promise<AvailabilityRecord["absences"][number] | undefined> {
  cache.invalidate(user);
  const absences = (await loadFor([user])).get(user)?.absences ?? [];
  return findAbsence(
    absences.filter(({ reassign }) => reassign),
    Clock.now(),
  );
}

export * as Availability from "./availability.ts";
