import { Clock } from "../kernel/clock.ts";
import { Clocks } from "../storage/jobs/clocks.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Duties, type DutyRecord, dutyOf } from "./duty.entity.ts";

/** When support goes on with what it does for many tickets: it is due until that is said otherwise. */

export const standing = (id: string, clock: "queue" | "owners", due_at: string): Promise<DutyRecord | undefined> =>
  Clocks.standing(Duties, id, clock, due_at);

/** What a duty is set to, by what it is now; it is asked again where somebody else has set it meanwhile. */
export const change = (
  customer_id: string | null,
  next: (duty: DutyRecord | undefined) => Promise<Pick<DutyRecord, "due_at" | "purpose" | "is_last">>,
): Promise<void> =>
  retryOnConflict(async () => {
    const id = dutyOf(customer_id);
    const duty = await Records.load(Duties, id);
    const set = await next(duty);
    const isSame = duty?.due_at === set.due_at && duty.purpose === set.purpose && duty.is_last === set.is_last;
    if (isSame || (!duty && set.due_at === null)) return;
    const tx = transaction();
    if (duty) tx.replace(Duties, duty, Records.nextVersion(duty, { ...duty, ...set }));
    else tx.create(Duties, born(id, { customer_id, ...set }), () => new Moved("The duty is there already"));
    await tx.commit(undefined);
  });

/** The id is made of what it is for, and of no time. */
function born(id: string, fields: Pick<DutyRecord, "customer_id" | "due_at" | "purpose" | "is_last">): DutyRecord {
  const now = Clock.now();
  return { ...Records.born(Duties, fields, { id }), created_at: now, updated_at: now };
}

export * as Duty from "./duty.ts";
