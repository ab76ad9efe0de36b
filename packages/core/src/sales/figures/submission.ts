import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, useActor, useActorId, useContext, useSettings, useTenant } from "../../kernel/context.ts";
import { forbidden, invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Money } from "../../kernel/money.ts";
import { IdInput, id, month, text } from "../../kernel/schema.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { forecastGrants } from "./figures.kind.ts";
import { inputFields, Stored, type SubmissionRecord, Submissions } from "./submission.entity.ts";

/**
 * Forecast submissions of owners, with one record for each owner and month. The first submission creates it under a lock; each later one is
 * its next version, so the audit trail keeps all of them. A leader's override is stored beside the owner's values and does not replace
 * them.
 */

export const Info = Stored;
export const Row = rowSchema(Stored, Submissions.definition.row);

export const list = fn(listSchema(Submissions, { period: text(64).optional().describe("YYYY-MM") }), (input) =>
  listRecords(Submissions, buildListQuery(Submissions, input)),
);

export const get = fn(IdInput, (input) => Records.read(Submissions, input.id));

export const Input = z.strictObject({
  period: month(),
  owner_id: id(USER)
    .optional()
    .describe("Defaults to the caller; for another user, a leader can override the forecast, with a note"),
  ...inputFields,
});

export const submit = fn(Input, async ({ period, owner_id = useActorId(), ...input }) => {
  const isOwn = owner_id === useActorId() && useActor().type === "user";
  if (!isOwn) await requireLeader(owner_id, input.note);
  return retryOnConflict(async () => {
    const key = lockKey(owner_id, period);
    const lock = await readItem(key);
    if (lock) return Records.change(Submissions, String(lock.id), (current) => applyInput(current, input, isOwn));
    const createdSubmission = Records.init(
      Submissions,
      applyInput({ ...emptySubmission, period, owner_id, currency: useSettings().currency }, input, isOwn),
    );
    const buildConflict = () => new WriteConflict("The forecast was submitted concurrently");
    return transaction()
      .create(Submissions, createdSubmission)
      .put({ ...key, id: createdSubmission.id }, { condition: "attribute_not_exists(pk)", rejection: buildConflict })
      .commit(createdSubmission);
  });
});

const emptySubmission = {
  commit: null,
  best_case: null,
  note: null,
  submitted_at: null,
  override_commit: null,
  override_best_case: null,
  override_note: null,
  overridden_by: null,
  overridden_at: null,
};

type SubmissionInput = Omit<z.output<typeof Input>, "period" | "owner_id">;

/** Applies the owner's values, or a leader's override. */
function applyInput<R extends z.output<typeof Stored>>(
  record: R,
  { note = null, ...amounts }: SubmissionInput,
  isOwn: boolean,
): R {
  const commit = Money.toCurrencyPrecision("commit", amounts.commit, record.currency);
  const best_case = Money.toCurrencyPrecision("best_case", amounts.best_case, record.currency);
  if (Money.compare(best_case, commit) < 0) throw invalid("best_case", "Must not be less than commit");
  const now = Clock.now();
  if (isOwn) return { ...record, commit, best_case, note, submitted_at: now };
  return {
    ...record,
    override_commit: commit,
    override_best_case: best_case,
    override_note: note,
    overridden_by: useActorId(),
    overridden_at: now,
  };
}

/** Requires a caller who may override, who sees the owner's records, and who gives a note. */
async function requireLeader(owner: string, note: string | null | undefined): Promise<void> {
  if (!hasPermission(forecastGrants.override)) throw forbidden("Only leaders can submit a forecast for another user");
  const visible = await useContext().visibleOwners();
  const isSeen = visible === "all" || visible.has(owner);
  if (!isSeen || !(await Directory.findActive(owner))) throw invalid("owner_id", "No active user has this id");
  if (!note?.trim()) throw invalid("note", "Required for a forecast of another user");
}

const lockKey = (owner: string, period: string): Key => ({ pk: tenantKey(useTenant(), "FORECAST", owner), sk: period });

/** The most submissions of one month that are read: one for each owner. */
const MAX_READ = 5_000;

/** Lists the submissions for a month. `isMeant` selects the owners that the caller sees. */
export async function listByMonth(period: string, isMeant: (owner: string) => boolean): Promise<SubmissionRecord[]> {
  const submissions: SubmissionRecord[] = [];
  let count = 0;
  for await (const row of queryPartitions(Submissions, [{ index: "by_status", facets: { period } }], {
    order: "asc",
    after: undefined,
    chunk: 200,
  })) {
    const record = Submissions.fromRow(row);
    if (isMeant(record.owner_id)) submissions.push(record);
    if (++count >= MAX_READ) break;
  }
  return submissions;
}

export * as Submission from "./submission.ts";
