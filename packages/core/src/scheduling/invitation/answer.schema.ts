import * as z from "zod";
import { oneOf, text } from "../../kernel/schema.ts";

/** Schemas of answers to invitations. The code that processes them is loaded on demand. */

export const token = text(500);

const choices = ["ACCEPTED", "TENTATIVE", "DECLINED"] as const;

/** An answer on the page of a link; `shown` is the digest of the page's content. */
export const Answer = z.object({
  token,
  response: oneOf(choices),
  comment: text(500).nullish(),
  shown: text(64),
});

/** An answer of a calendar program. */
export const Reply = z.strictObject({
  calendar: text(64 * 1024).describe("iCalendar with METHOD:REPLY and one VEVENT"),
});

const outcomes = ["RECORDED", "OUTDATED"] as const;

export const AnswerResult = z.object({
  activity_id: z.string(),
  participant_ids: z.array(z.string()).describe("Participants who replied"),
  outcome: oneOf(outcomes).describe(
    "OUTDATED: the reply is for an earlier invitation, or older than the participant's last reply",
  ),
});
