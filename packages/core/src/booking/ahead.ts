import * as z from "zod";
import { isOpen } from "../activity/activity.rules.ts";
import { Activity } from "../activity/activity.ts";
import { Clock } from "../kernel/clock.ts";
import { ruleViolation } from "../kernel/error.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { Fence } from "./fence.ts";

/** What somebody with an email address has booked of a host, kept with the fence of both: so nobody books beyond it side by side. */
const Kept = z.object({
  ahead: z.array(z.object({ id: z.string(), end: z.string() })).default([]),
  lead_id: z.string().nullable().default(null),
});

export interface Ahead extends z.output<typeof Kept> {
  fence: Fence.Fence;
}

/** Meetings that one email address has ahead of one host. */
const MOST = 3;

/** What is still ahead, and takes place; refused where that is as much as one may have. */
export async function read(host: string, email: string): Promise<Ahead> {
  const [fence] = await Fence.readAll([["visitor", host, email.toLowerCase()]]);
  const { ahead, lead_id } = Kept.parse(fence.item ?? {});
  const known = ahead.filter(({ end }) => end > Clock.now());
  const activities = await Activity.standing(known.map(({ id }) => id));
  const standing = known.filter((_, at) => activities[at] && isOpen(activities[at]));
  if (standing.length >= MOST)
    throw ruleViolation(`${MOST} meetings are booked with this email address already: move or cancel one of these`);
  return { fence, ahead: standing, lead_id };
}

/** Adds one that ends at `end`, and the lead by which the host sees who it is. */
export function add(tx: Transaction, { fence, ahead }: Ahead, id: string, end: string, lead_id: string | null): void {
  const next = [...ahead, { id, end }];
  const last =
    next
      .map((each) => each.end)
      .toSorted()
      .at(-1) ?? end;
  Fence.raise(tx, fence, last, { ahead: next, lead_id });
}

export * as Ahead from "./ahead.ts";
