import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { personalData } from "../../kernel/personal-data.ts";
import { id, instant, oneOf } from "../../kernel/schema.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { assignmentCauses, workEventTypes } from "./work-history.rules.ts";

/** What happened to the work on the ticket, as its thread shows it. */
export const WorkEvent = z.object({
  at: instant(),
  type: oneOf(workEventTypes),
  by: actor(),
  agent_id: id(USER).nullable().describe("The new assignee"),
  cause: personalData(
    "none",
    oneOf(assignmentCauses).nullable().describe("Why the ticket has another assignee; null if a user chose it by hand"),
  ),
  absent_user_id: id(USER).nullable().describe("The absent user for whom another user stands in"),
  macro_name: personalData("none", z.string().nullable().describe("Null also for a macro that only its owner sees")),
  until: personalData("none", instant().nullable().describe("The end of a snooze, as it was chosen")),
});
