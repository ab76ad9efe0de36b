import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, useActorId, useSettings } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { text, toStoredFields } from "../../kernel/schema.ts";
import { Clocks } from "../../storage/scheduler/clocks.ts";
import { Cache } from "../../storage/table/cache.ts";
import { runOutsideBatch } from "../../storage/table/transaction-batch.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { Availabilities, type AvailabilityRecord, fields, Stored } from "./availability.entity.ts";
import { findAbsence, findReassignment, type WorkSchedule } from "./availability.rules.ts";
import { AVAILABILITY, availabilityGrants } from "./user.domain.ts";
import { Users } from "./user.entity.ts";

/** When, and up to how much, a user is given work by rules: set by themselves, or by who leads. */

export const Info = Stored.omit({ reassigned: true, due_at: true });
type Info = z.output<typeof Info>;

const IdInput = z.strictObject({ id: text(64) });

export const get = fn(IdInput, async ({ id }) => {
  await requireUser(id);
  return present(id, await load(id));
});

/** What is left out has its default: no bound, at all times, never away. */
export const replace = fn(IdInput.extend(fields), async ({ id, ...input }) => {
  await requireUser(id);
  const set = toStoredFields(fields, input);
  const written = await retryOnConflict(async () => {
    const before = await load(id);
    const absences = set.absences.map((each) => each.from);
    const reassigned = (before?.reassigned ?? []).filter((from) => absences.includes(from));
    const next = { user_id: id, ...set, reassigned, due_at: null };
    const after = scheduleReassignment(
      before ? { ...before, ...next } : Records.init(Availabilities, next, { id: availabilityId(id) }),
    );
    const tx = transaction();
    if (before) tx.replace(Availabilities, before, Records.nextVersion(before, after));
    else tx.create(Availabilities, stampNow(after), () => new WriteConflict("The user's availability is there already"));
    return tx.commit(present(id, after));
  });
  cache.invalidate(id);
  return written;
});

/** The time in the id is the user's. */
const stampNow = (record: AvailabilityRecord): AvailabilityRecord => ({
  ...record,
  created_at: Clock.now(),
  updated_at: Clock.now(),
});

/** Users themselves, and who leads. */
async function requireUser(id: string): Promise<void> {
  await Records.read(Users, id);
  if (id !== useActorId() && !hasPermission(availabilityGrants.manage))
    throw forbidden("Only the user themselves, or who leads, may see and set this");
}

const present = (user_id: string, record: Omit<Info, "user_id"> | undefined): Info => ({
  user_id,
  capacity: record?.capacity ?? null,
  timezone: record?.timezone ?? null,
  working_hours: record?.working_hours ?? null,
  absences: record?.absences ?? [],
});

/** The only one that a user can have. */
const availabilityId = (user: string): string => derivedId(AVAILABILITY, idTime(user), "availability", user);

const load = (user: string): Promise<AvailabilityRecord | undefined> => Records.load(Availabilities, availabilityId(user));

/** With the instant at which the next absence is seen to: now, where it has begun. */
function scheduleReassignment(record: AvailabilityRecord): AvailabilityRecord {
  const now = Clock.now();
  const from = findReassignment(record, now)?.from ?? null;
  return { ...record, due_at: from !== null && from < now ? now : from };
}

/**
 * Sees to the absence that has begun, once it is due: `work` does some of what is to be done then, and says whether that was
 * all. It is called until it was, as long as the absence lasts, and may be called twice at a time.
 */
export async function proceed(id: string, due_at: string, work: (user: string, from: string) => Promise<boolean>): Promise<void> {
  const record = await Clocks.loadDue(Availabilities, id, "absence", due_at);
  if (!record) return;
  const now = Clock.now();
  const next = findReassignment(record, now);
  const from = next && next.from <= now ? next.from : undefined;
  const done = from === undefined || (await work(record.user_id, from));
  const seen = done && from !== undefined ? [from] : [];
  await Records.change(Availabilities, id, (current) =>
    scheduleReassignment({ ...current, reassigned: [...new Set([...current.reassigned, ...seen])] }),
  );
}

/** Seconds for which another process than the one that wrote it may not know. */
const CACHE_SECONDS = 10;

const cache = new Cache<AvailabilityRecord | undefined>(CACHE_SECONDS, 10_000);

/** Somebody else has set them. */
export const forget = (user: string | undefined): void => {
  if (user !== undefined) cache.invalidate(user);
};

export interface UserAvailability extends WorkSchedule {
  capacity: number | null;
}

/** Of several users. */
export async function loadFor(users: readonly string[]): Promise<ReadonlyMap<string, UserAvailability>> {
  const records = await cache.getAll(users, (missing) =>
    runOutsideBatch(() => Records.loadMany(Availabilities, missing.map(availabilityId), { live: true })),
  );
  return new Map(
    users.map((user, at) => {
      const { capacity, timezone, working_hours, absences } = present(user, records[at]);
      return [user, { capacity, timezone: timezone ?? useSettings().timezone, working_hours, absences } as UserAvailability];
    }),
  );
}

/** Whose it is, by its own id. */
export const findUserId = async (id: string): Promise<string | undefined> => (await Records.load(Availabilities, id))?.user_id;

/** When each of them is away, as it stands now. */
export const listAbsences = async (users: readonly string[]): Promise<AvailabilityRecord["absences"][]> =>
  (await Records.loadMany(Availabilities, users.map(availabilityId), { live: true })).map((record) => record?.absences ?? []);

/** Whether the user is away now with their leads to be given to others: read now, for what goes by it too. */
export async function isAway(user: string): Promise<boolean> {
  cache.invalidate(user);
  const absences = (await loadFor([user])).get(user)?.absences ?? [];
  return (
    findAbsence(
      absences.filter(({ reassign }) => reassign),
      Clock.now(),
    ) !== undefined
  );
}

export * as Availability from "./availability.ts";
