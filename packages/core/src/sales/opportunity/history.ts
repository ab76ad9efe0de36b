import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useRequest } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { versionId } from "../../kernel/id.ts";
import { text } from "../../kernel/schema.ts";
import { listWholeHistory } from "../../storage/read/history-list.ts";
import { listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { StageHistory, Stored, type TrackedState, trackedFields } from "./history.entity.ts";
import { Opportunities, type OpportunityRecord } from "./opportunity.entity.ts";
import { STAGE_HISTORY } from "./opportunity.kind.ts";
import type { Move } from "./stage-move.rules.ts";

/** The history of an opportunity: its stages and the time in each, and its amounts. */

export const Info = Stored;
export const Row = rowSchema(Stored, StageHistory.definition.row);

const trackedNames = Object.keys(trackedFields) as (keyof TrackedState)[];

export const toTrackedState = (opportunity: OpportunityRecord): TrackedState =>
  Object.fromEntries(trackedNames.map((name) => [name, opportunity[name]])) as TrackedState;

/**
 * Adds a history entry to the transaction of a change; none if no tracked field changed. The id of the entry derives from the version that
 * is written, so of two concurrent changes only the one that succeeds leaves an entry.
 */
export function recordChange(
  tx: Transaction,
  before: OpportunityRecord,
  after: OpportunityRecord,
  move: Move,
  reason?: string | null,
): void {
  const [beforeState, afterState] = [toTrackedState(before), toTrackedState(after)];
  const isMoved = before.stage_id !== after.stage_id;
  if (move === "CHANGED" && isDeepStrictEqual(beforeState, afterState)) return;
  const now = Clock.ms();
  const entry = {
    opportunity_id: after.id,
    move,
    from_stage_id: before.stage_id,
    to_stage_id: after.stage_id,
    seconds_in_stage: isMoved ? Math.max(0, Math.floor((now - Date.parse(before.stage_changed_at)) / 1000)) : null,
    reason: (reason ?? useRequest().reason ?? null)?.slice(0, 1000).toWellFormed() ?? null,
    before: beforeState,
    after: afterState,
    changed_by: useActorId(),
    changed_at: new Date(now).toISOString(),
  };
  const id = versionId(STAGE_HISTORY, now, before.version + 1, after.id);
  tx.create(StageHistory, Records.init(StageHistory, entry, { id }));
}

export const Query = listSchema(StageHistory, {}, { isWhole: true });

/**
 * Lists the history, newest first. The last entry is the creation, built from the oldest entry, or from the opportunity if there is none.
 */
export const list = fn(Query.extend({ id: text(64) }), async ({ id, ...query }) => {
  const opportunity = await Records.read(Opportunities, id);
  return listWholeHistory(StageHistory, opportunity, query, (oldest) => {
    const after = oldest?.before ?? toTrackedState(opportunity);
    const { created_by, created_at } = opportunity;
    const creationEntry = { opportunity_id: id, move: "CREATED" as const, from_stage_id: null, to_stage_id: after.stage_id };
    return {
      ...creationEntry,
      seconds_in_stage: null,
      reason: null,
      before: null,
      after,
      changed_by: created_by,
      changed_at: created_at,
    };
  });
});

export * as OpportunityHistory from "./history.ts";
