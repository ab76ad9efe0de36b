import { randomBytes } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { Page } from "../../kernel/page.ts";
import { oneOf, outputInstant, query as queryField, reference, text } from "../../kernel/schema.ts";
import { INTERACTION } from "../../people/interaction/interaction.kind.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import * as Cursor from "../../storage/read/cursor.ts";
import { put, query } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { LEAD } from "../lead/lead.kind.ts";
import { type Outcome, OutcomeCounts, outcomes } from "./outcome-counts.ts";

/**
 * The submissions of a form, newest first: what each led to, without what the visitor typed. Accepted ones are part of the transaction that writes
 * their records, so each is listed exactly once. Of the others of a day, only the first of each outcome are listed, because any visitor can send any
 * number of them; all are counted.
 */

const results = ["accepted", "refused"] as const;
type Result = (typeof results)[number];

/** What is kept how long: as long as the counts, and so long that a user can see why an expected lead is missing. */
const RETENTION_SECONDS: Readonly<Record<Result, number>> = { accepted: 400 * 24 * 60 * 60, refused: 30 * 24 * 60 * 60 };
/** Maximum number of listed submissions of a form and day with one outcome, if they were not accepted. */
const MAX_LISTED_PER_DAY = 100;

const consentStates = ["given", "pending", "none"] as const;
type ConsentState = (typeof consentStates)[number];

export const Row = z.object({
  id: z.string(),
  submitted_at: outputInstant(),
  outcome: z.enum(outcomes),
  lead_id: reference(LEAD).nullable(),
  personal_key_id: reference(PERSON).nullable(),
  interaction_id: reference(INTERACTION).nullable(),
  consent: z.enum(consentStates).describe("Pending until the person confirms it by mail"),
  consent_version: z.number().int().nullable().describe("Version of the form whose consent text the person read"),
});
type Row = z.output<typeof Row>;

const partitionKey = (form: string, result: Result): string => tenantKey(useTenant(), "INTAKE_LOG", form, result);

type Entry = Pick<Row, "lead_id" | "personal_key_id" | "interaction_id" | "consent" | "consent_version">;

function buildItem(form: string, result: Result, outcome: Outcome, entry: Entry) {
  const submitted_at = Clock.now();
  const ttl = Clock.toEpochSeconds(Clock.addSeconds(RETENTION_SECONDS[result]));
  const sk = `${submitted_at}#${randomBytes(6).toString("hex")}`;
  return { pk: partitionKey(form, result), sk, ...entry, outcome, submitted_at, ttl };
}

/** Adds an accepted submission to the transaction that writes its records. */
export const addAccepted = (tx: Transaction, form: string, entry: Entry): Transaction =>
  tx.put(buildItem(form, "accepted", "accepted", entry));

const NOTHING_WRITTEN: Entry = {
  ...{ lead_id: null, personal_key_id: null, interaction_id: null },
  ...{ consent: "none" as ConsentState, consent_version: null },
};

/** Counts a submission that wrote nothing, and lists it. */
export async function addRefused(form: string, outcome: Exclude<Outcome, "accepted">): Promise<void> {
  const number = await OutcomeCounts.add(form, outcome);
  if (number <= MAX_LISTED_PER_DAY) await put(buildItem(form, "refused", outcome, NOTHING_WRITTEN));
}

export const ListQuery = z.strictObject({
  id: text(64),
  result: oneOf(results).default("accepted").describe("accepted, or refused: by a robot, without consent, a duplicate"),
  limit: queryField.int(1, 100).optional().describe("Defaults to 20"),
  cursor: text(1000).optional().describe("The next_cursor of the previous page"),
});

/** Lists one page: one query. */
export async function listByForm({ id, result, limit = 20, cursor }: z.output<typeof ListQuery>): Promise<Page<Row>> {
  const fingerprint = `submissions/${id}/${result}`;
  const position = cursor === undefined ? undefined : await Cursor.open(cursor, fingerprint);
  const { Items: items = [] } = await query({
    KeyConditionExpression: position ? "pk = :pk and sk < :after" : "pk = :pk",
    ExpressionAttributeValues: { ":pk": partitionKey(id, result), ...(position ? { ":after": position.after } : {}) },
    ScanIndexForward: false,
    Limit: limit + 1,
  });
  const isMore = items.length > limit;
  const pageItems = items.slice(0, limit);
  const total = (position?.total ?? 0) + pageItems.length;
  const last = pageItems.at(-1);
  const next_cursor =
    isMore && last ? await Cursor.seal({ after: String(last.sk), total, isLowerBound: true }, fingerprint) : null;
  const meta = {
    ...{ page: 1, limit, total: isMore ? total + 1 : total, totalPages: Math.ceil(total / limit) },
    ...{ next_cursor, as_of: Clock.now() },
  };
  const rows = pageItems.map(({ pk: _pk, sk, ttl: _ttl, ...item }) => ({ ...item, id: String(sk) }) as Row);
  return new Page(rows, isMore ? { ...meta, total_is_lower_bound: true } : meta);
}

export * as SubmissionLog from "./submission-log.ts";
