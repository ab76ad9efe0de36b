import * as z from "zod";
import { useActor } from "../../kernel/context.ts";
import { type ErrorDetail, invalid, isFailure, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { describeIssue } from "../../kernel/issue-message.ts";
import { id, text } from "../../kernel/schema.ts";
import { MAX_TAGS, mergeTags, tagKey } from "../../kernel/tag.ts";
import { fillMergeFields } from "../../messaging/template/merge-fields.rules.ts";
import { View } from "../../platform/saved-view/saved-view.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, transaction } from "../../storage/write/transaction.ts";
import { type CommentRecord, Comments, requiredBody } from "../ticket/comment.entity.ts";
import { Comment } from "../ticket/comment.ts";
import { requireUnmerged } from "../ticket/merge.rules.ts";
import type { TicketRecord } from "../ticket/ticket.entity.ts";
import { Tickets } from "../ticket/ticket.entity.ts";
import { TICKET_MACRO } from "../ticket/ticket.kind.ts";
import { Ticket } from "../ticket/ticket.ts";
import { WriteEffects } from "../ticket/write-effects.ts";
import { type MacroRecord, Macros } from "./macro.entity.ts";
import { applyPin, ticketFields } from "./macro.ts";
import { valuesFor } from "./merge-field-values.ts";

/** Applies a macro to a ticket in one transaction (docs/service/tickets.md, Macros). */

const MacroInput = z.strictObject({ id: text(64), macro_id: id(TICKET_MACRO) });

export const apply = fn(MacroInput, ({ id: ticketId, macro_id }) =>
  Records.change(Tickets, ticketId, async (current, tx) => {
    const macro = await requireMacro(macro_id);
    const { after, comment } = await computeOutcome(macro, current, tx);
    if (comment) tx.create(Comments, comment.record);
    // All users who see the ticket read its history, but not all of them see a private macro.
    const macro_name = macro.sharing === "PRIVATE" ? null : macro.name;
    return WriteEffects.apply(tx, current, after, {
      messageFacts: comment ? Comment.toSlaFacts(comment.record) : [],
      assignment: { cause: "MACRO", macro_name },
    });
  }),
);

export const Preview = z.object({
  changes: z.array(z.object({ field: z.string(), before: z.json(), after: z.json() })),
  comment: z
    .object({
      body: z.string(),
      is_public: z.boolean(),
      missing: z.array(z.string()).describe("Merge fields without a value and without a fallback"),
    })
    .nullable(),
});

const previewFields = [...ticketFields, "status", "assigned_to_id", "tags"] as const;

/** Returns what the macro would change now. Fails where applying the macro would fail. */
export const preview = fn(MacroInput, async ({ id: ticketId, macro_id }): Promise<z.output<typeof Preview>> => {
  const current = await Ticket.read(ticketId);
  const { after, comment } = await computeOutcome(await requireMacro(macro_id), current, transaction());
  const changedFields = new Set(Records.changedFields(current, after));
  return {
    changes: previewFields
      .filter((field) => changedFields.has(field))
      .map((field) => ({ field, before: current[field], after: after[field] })),
    comment: comment && { body: comment.record.body, is_public: comment.record.is_public, missing: comment.missing },
  };
});

/** Loads a macro that the caller can see. Its changes are still subject to the caller's own permissions. */
async function requireMacro(macro_id: string): Promise<MacroRecord> {
  const macro = await View.runAsAudience(() => Records.find(Macros, macro_id));
  if (!macro) throw invalid("macro_id", "No such macro");
  return applyPin(macro);
}

interface Outcome {
  after: TicketRecord;
  comment: { record: CommentRecord; missing: string[] } | null;
}

/** The comment is applied first. So a macro that answers can also set the status to waiting for the customer. */
async function computeOutcome(macro: MacroRecord, current: TicketRecord, tx: Transaction): Promise<Outcome> {
  requireUnmerged(current, current);
  const comment = await buildComment(macro, current);
  const commentedTicket = comment ? Comment.applyComment(current, comment.record) : current;
  const changes = Object.fromEntries(ticketFields.flatMap((field) => (macro[field] === null ? [] : [[field, macro[field]]])));
  const edit = async () =>
    Ticket.applyChanges(
      tx,
      commentedTicket,
      { ...changes, tags: computeTags(macro, current) },
      { assigned_to_id: resolveAssignee(macro), status: macro.status ?? undefined },
      { patch: true },
    );
  return { after: await convertValidationError(macro, edit), comment };
}

/** If the macro refers to values that are no longer in use, the macro is at fault and not the request, so the error becomes a RULE_VIOLATION. */
async function convertValidationError<T>({ name }: MacroRecord, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    throw macroRejection(name, error.details);
  }
}

const macroRejection = (name: string, details: readonly ErrorDetail[]): Error =>
  ruleViolation(`The macro "${name}" cannot be applied to this ticket`, details);

async function buildComment(macro: MacroRecord, ticket: TicketRecord): Promise<Outcome["comment"]> {
  if (macro.comment === null) return null;
  const { text: body, missing } = fillMergeFields(macro.comment, "comment", await valuesFor(ticket));
  const issue = requiredBody.safeParse(body).error?.issues[0];
  if (issue) throw macroRejection(macro.name, [{ field: "comment", message: describeIssue(issue) }]);
  const commentInput = { body, from: "AGENT", is_public: macro.comment_is_public, is_automatic: false } as const;
  return { record: Comment.build(ticket, commentInput), missing };
}

function resolveAssignee({ name, assigned_to_id }: MacroRecord): string | undefined {
  if (assigned_to_id !== "me") return assigned_to_id ?? undefined;
  const actor = useActor();
  if (actor.type !== "user")
    throw macroRejection(name, [{ field: "assigned_to_id", message: "An API key cannot be the assignee of a ticket" }]);
  return actor.id;
}

function computeTags({ name, add_tags, remove_tags }: MacroRecord, { tags }: TicketRecord): string[] {
  const removed = new Set(remove_tags.map(tagKey));
  const next = mergeTags(
    tags.filter((tag) => !removed.has(tagKey(tag))),
    add_tags,
  );
  if (next.length > MAX_TAGS)
    throw macroRejection(name, [{ field: "add_tags", message: `A ticket can have at most ${MAX_TAGS} tags` }]);
  return next;
}

export * as MacroExecution from "./execution.ts";
