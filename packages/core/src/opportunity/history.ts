import { isDeepStrictEqual } from "node:util";
import { Clock } from "../kernel/clock.ts";
import { useActorId, useRequest } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { versionId } from "../kernel/id.ts";
import { text } from "../kernel/schema.ts";
import { wholeHistory } from "../storage/read/history.ts";
import { listSchema } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { StageHistory, type Standing, Stored, tracked } from "./history.entity.ts";
import { STAGE_HISTORY } from "./opportunity.domain.ts";
import { Opportunities, type OpportunityRecord } from "./opportunity.entity.ts";
import type { Move } from "./stage-move.rules.ts";

/** How an opportunity came to stand as it does: in which stages it was and how long, and what it was worth. */

export const Info = Stored;
export const Row = rowOf(Stored, StageHistory.definition.row);

const names = Object.keys(tracked) as (keyof Standing)[];

export const standingOf = (opportunity: OpportunityRecord): Standing =>
  Object.fromEntries(names.map((name) => [name, opportunity[name]])) as Standing;

/**
 * Tells of a change, in the transaction that makes it; of what is not tracked, nothing. Its id is made of the version that is written:
 * so of two changes at once one entry is written, with the change that was.
 */
export function tell(
  tx: Transaction,
  before: OpportunityRecord,
  after: OpportunityRecord,
  move: Move,
  reason?: string | null,
): void {
  const [stood, stands] = [standingOf(before), standingOf(after)];
  const isMoved = before.stage_id !== after.stage_id;
  if (move === "CHANGED" && isDeepStrictEqual(stood, stands)) return;
  const now = Clock.ms();
  const entry = {
    opportunity_id: after.id,
    move,
    from_stage_id: before.stage_id,
    to_stage_id: after.stage_id,
    seconds_in_stage: isMoved ? Math.max(0, Math.floor((now - Date.parse(before.stage_changed_at)) / 1000)) : null,
    reason: (reason ?? useRequest().reason ?? null)?.slice(0, 1000).toWellFormed() ?? null,
    before: stood,
    after: stands,
    changed_by: useActorId(),
    changed_at: new Date(now).toISOString(),
  };
  const id = versionId(STAGE_HISTORY, now, before.version + 1, after.id);
  tx.create(StageHistory, Records.born(StageHistory, entry, { id }));
}

export const Query = listSchema(StageHistory, {}, { whole: true });

/** Newest first, down to how it was made: that stands on the opportunity, or on the first entry of a change. */
export const list = fn(Query.extend({ id: text(64) }), async ({ id, ...query }) => {
  const opportunity = await Records.read(Opportunities, id);
  return wholeHistory(StageHistory, opportunity, query, (oldest) => {
    const after = oldest?.before ?? standingOf(opportunity);
    const { created_by: changed_by, created_at: changed_at } = opportunity;
    const of = { opportunity_id: id, move: "CREATED" as const, from_stage_id: null, to_stage_id: after.stage_id };
    return { ...of, seconds_in_stage: null, reason: null, before: null, after, changed_by, changed_at };
  });
});

export * as OpportunityHistory from "./history.ts";
