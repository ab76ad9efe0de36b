import * as z from "zod";
import { today } from "../../kernel/day.ts";
import { conflict, invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { date, master, text } from "../../kernel/schema.ts";
import { findClosedStage } from "./derived-fields.ts";
import type { OpportunityRecord } from "./opportunity.entity.ts";
import { fields } from "./opportunity.entity.ts";
import { OPPORTUNITY_STAGES, WIN_LOSS_REASONS } from "./opportunity.masters.ts";
import { Opportunity } from "./opportunity.ts";

/** Moves of opportunities: from stage to stage, to a closed stage, and back. */

const reason = text(1000).trim().nullish();
const { stage_id: _stage, probability: _probability, ...moveFields } = Opportunity.patchFields;

export const Move = z.strictObject({
  id: text(64),
  stage_id: master(OPPORTUNITY_STAGES),
  reason: reason.describe("Needed to move back"),
  probability: fields.probability,
  fields: z.strictObject(moveFields).optional().describe("Fields written with the move, such as those that the stage requires"),
});

export const changeStage = fn(Move, ({ id, reason, fields: changes = {}, ...stageInput }) =>
  Opportunity.change(id, { ...changes, ...stageInput }, { reason }),
);

const closingFields = {
  id: text(64),
  closed_date: date().optional().describe("If empty, today in the time zone of the organization"),
  notes: text(5000).nullish(),
};

export const Win = z.strictObject({ ...closingFields, win_loss_reason_id: master(WIN_LOSS_REASONS).nullish() });

export const win = fn(Win, (input) => closeOpportunity(true, input));

export const Lose = z.strictObject({
  ...closingFields,
  win_loss_reason_id: master(WIN_LOSS_REASONS),
  competitor_id: text(64).nullish().describe("The competitor that won, one of those of the opportunity"),
});

export const lose = fn(Lose, (input) => closeOpportunity(false, input));

type ClosingInput = z.output<typeof Win> & { competitor_id?: string | null | undefined };

async function closeOpportunity(is_won: boolean, { id, closed_date, notes, win_loss_reason_id, competitor_id }: ClosingInput) {
  const { id: stage_id } = await findClosedStage(is_won);
  if (closed_date !== undefined && closed_date > today()) throw invalid("closed_date", "Must not be in the future");
  return Opportunity.change(
    id,
    { stage_id, win_loss_reason_id: win_loss_reason_id ?? null, win_loss_notes: notes ?? null },
    {
      mayLeaveAny: true,
      closed_date,
      sideChanges: (current) => {
        requireOpen(current);
        if (closed_date !== undefined && closed_date < current.created_day)
          throw invalid("closed_date", `Must not be before the day of creation, ${current.created_day}`);
        if (competitor_id && !current.competitors.some((competitor) => competitor.id === competitor_id))
          throw invalid("competitor_id", "Must be one of the opportunity's competitors");
        return { competitor_id: competitor_id ?? null };
      },
    },
  );
}

/** Refuses to close an opportunity twice, and tells how the first request closed it. */
function requireOpen({ is_closed, is_won, closed_date }: OpportunityRecord): void {
  if (is_closed) throw conflict(`The opportunity was already ${is_won ? "won" : "lost"} on ${closed_date}`);
}

export const Reopen = z.strictObject({
  id: text(64),
  reason: text(1000).trim().min(1),
  stage_id: master(OPPORTUNITY_STAGES).nullish().describe("If empty, the first open stage"),
});

export const reopen = fn(Reopen, ({ id, reason, stage_id }) =>
  Opportunity.change(id, { stage_id: stage_id ?? null }, { reason, isReopening: true }),
);

export * as Moves from "./moves.ts";
