import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { may, useActorId, useSettings } from "../kernel/context.ts";
import { forbidden } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { derivedId, timeOf } from "../kernel/id.ts";
import { filled, text } from "../kernel/schema.ts";
import { Clocks } from "../storage/jobs/clocks.ts";
import { outsideBatch } from "../storage/table/batch.ts";
import { Cache } from "../storage/table/cache.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Availabilities, type AvailabilityRecord, fields, Stored } from "./availability.entity.ts";
import { absenceAt, type Times, toReassign } from "./availability.rules.ts";
import { AVAILABILITY, availabilityGrants } from "./user.domain.ts";
import { Users } from "./user.entity.ts";

/** When, and up to how much, a user is given work by rules: set by themselves, or by who leads. */

export const Info = Stored.omit({ reassigned: true, due_at: true });
type Info = z.output<typeof Info>;

const One = z.strictObject({ id: text(64) });

export const get = fn(One, async ({ id }) => {
  await requireUser(id);
  return shown(id, await load(id));
});

/** What is left out has its default: no bound, at all times, never away. */
export const replace = fn(One.extend(fields), async ({ id, ...input }) => {
  await requireUser(id);
  const set = filled(fields, input);
  const written = await retryOnConflict(async () => {
    const before = await load(id);
    const absences = set.absences.map((each) => each.from);
    const reassigned = (before?.reassigned ?? []).filter((from) => absences.includes(from));
    const next = { user_id: id, ...set, reassigned, due_at: null };
    const after = scheduled(before ? { ...before, ...next } : Records.born(Availabilities, next, { id: idOf(id) }));
    const tx = transaction();
    if (before) tx.replace(Availabilities, before, Records.nextVersion(before, after));
    else tx.create(Availabilities, now(after), () => new Moved("The user's availability is there already"));
    return tx.commit(shown(id, after));
  });
  kept.forget(id);
  return written;
});

/** The time in the id is the user's. */
const now = (record: AvailabilityRecord): AvailabilityRecord => ({ ...record, created_at: Clock.now(), updated_at: Clock.now() });

/** Users themselves, and who leads. */
async function requireUser(id: string): Promise<void> {
  await Records.read(Users, id);
  if (id !== useActorId() && !may(availabilityGrants.manage))
    throw forbidden("Only the user themselves, or who leads, may see and set this");
}

const shown = (user_id: string, record: Omit<Info, "user_id"> | undefined): Info => ({
  user_id,
  capacity: record?.capacity ?? null,
  timezone: record?.timezone ?? null,
  working_hours: record?.working_hours ?? null,
  absences: record?.absences ?? [],
});

/** The only one that a user can have. */
const idOf = (user: string): string => derivedId(AVAILABILITY, timeOf(user), "availability", user);

const load = (user: string): Promise<AvailabilityRecord | undefined> => Records.load(Availabilities, idOf(user));

/** With the instant at which the next absence is seen to: now, where it has begun. */
function scheduled(record: AvailabilityRecord): AvailabilityRecord {
  const now = Clock.now();
  const from = toReassign(record, now)?.from ?? null;
  return { ...record, due_at: from !== null && from < now ? now : from };
}

/**
 * Sees to the absence that has begun, once it is due: `work` does some of what is to be done then, and says whether that was
 * all. It is called until it was, as long as the absence lasts, and may be called twice at a time.
 */
export async function proceed(id: string, due_at: string, work: (user: string, from: string) => Promise<boolean>): Promise<void> {
  const record = await Clocks.standing(Availabilities, id, "absence", due_at);
  if (!record) return;
  const now = Clock.now();
  const next = toReassign(record, now);
  const from = next && next.from <= now ? next.from : undefined;
  const done = from === undefined || (await work(record.user_id, from));
  const seen = done && from !== undefined ? [from] : [];
  await Records.change(Availabilities, id, (current) =>
    scheduled({ ...current, reassigned: [...new Set([...current.reassigned, ...seen])] }),
  );
}

/** Seconds for which another process than the one that wrote it may not know. */
const KEPT = 10;

const kept = new Cache<AvailabilityRecord | undefined>(KEPT, 10_000);

/** Somebody else has set them. */
export const forget = (user: string | undefined): void => {
  if (user !== undefined) kept.forget(user);
};

export interface Available extends Times {
  capacity: number | null;
}

/** Of several users. */
export async function of(users: readonly string[]): Promise<ReadonlyMap<string, Available>> {
  const records = await kept.getAll(users, (missing) =>
    outsideBatch(() => Records.loadMany(Availabilities, missing.map(idOf), { live: true })),
  );
  return new Map(
    users.map((user, at) => {
      const { capacity, timezone, working_hours, absences } = shown(user, records[at]);
      return [user, { capacity, timezone: timezone ?? useSettings().timezone, working_hours, absences } as Available];
    }),
  );
}

/** Whose it is, by its own id. */
export const userOf = async (id: string): Promise<string | undefined> => (await Records.load(Availabilities, id))?.user_id;

/** When each of them is away, as it stands now. */
export const absencesOf = async (users: readonly string[]): Promise<AvailabilityRecord["absences"][]> =>
  (await Records.loadMany(Availabilities, users.map(idOf), { live: true })).map((record) => record?.absences ?? []);

/** Whether the user is away now with their leads to be given to others: read now, for what goes by it too. */
export async function isAway(user: string): Promise<boolean> {
  kept.forget(user);
  const absences = (await of([user])).get(user)?.absences ?? [];
  return (
    absenceAt(
      absences.filter(({ reassign }) => reassign),
      Clock.now(),
    ) !== undefined
  );
}

export * as Availability from "./availability.ts";
