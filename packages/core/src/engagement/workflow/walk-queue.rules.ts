import * as z from "zod";
import { instant } from "../../kernel/schema.ts";

/** Walks of a workflow over many records. They run one after the other. Pure. */

/** What is done with each record: those of a kind are enrolled or planned, and enrollments move to a version or continue. */
const walkPurposes = ["existing", "date", "schedule", "refresh", "move", "resume", "resume_skip"] as const;

const WalkStep = z.object({ purpose: z.enum(walkPurposes), version: z.number().int(), at: instant() });
export type WalkStep = z.output<typeof WalkStep>;

export const Walk = WalkStep.extend({ next: z.array(WalkStep).describe("Walks that follow") });
export type Walk = z.output<typeof Walk>;

/** Puts walks before those that are under way. A walk that is interrupted starts again later; one of the same purpose is replaced. */
export function buildWalk(current: Walk | null, steps: readonly WalkStep[]): Walk | null {
  const purposes = new Set(steps.map(({ purpose }) => purpose));
  const interrupted = current ? [current, ...current.next].filter(({ purpose }) => !purposes.has(purpose)) : [];
  const [first, ...next] = [...steps, ...interrupted].map(({ purpose, version, at }) => ({ purpose, version, at }));
  return first ? { ...first, next } : null;
}

/** Returns the walk that follows a finished one. */
export const findNextWalk = ({ next }: Walk): Walk | null => buildWalk(null, next);

/** Names a walk: its progress belongs to no other. */
export const nameWalk = ({ purpose, at }: WalkStep): string => `${purpose} ${at}`;
