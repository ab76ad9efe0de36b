import * as z from "zod";
import { BulkChange, type BulkChangeRecord, BulkChanges, isOpen } from "../../bulk-change/bulk-change.ts";
import { beginning, Ledger, none, PART, type Progress } from "../../bulk-change/ledger.ts";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useRequest } from "../../kernel/context.ts";
import { type Detail, invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { detailsOf, fn, parse } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { text } from "../../kernel/schema.ts";
import { Wheres } from "../../storage/read/where.ts";
import { chunksOf } from "../../storage/table/database.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { wholeOf } from "../export/asked.ts";
import { requireQuery } from "../export/start.ts";
import { sealedText } from "../import/sealed.ts";
import { type Asked, Start } from "./asked.ts";
import { type Decides, newSecret, type Plan } from "./bulk-plan.ts";
import { type Changeable, changeableNamed, requireRight, selectableOf } from "./changeable.ts";
import { wrongChanges } from "./settable.ts";

/** The beginning of a bulk change: what is asked for must make sense. What becomes of each record is the worker's. */

/**
 * Changes many records of a kind as who asks; for requests, and for code that changes many in somebody's name. A
 * VALIDATION_ERROR names what is wrong with it, FORBIDDEN who may not do it with one record.
 */
export const start = fn(Start, async (asked) => {
  const begin = await prepared(asked);
  return retryOnConflict(async () => {
    const tx = transaction();
    return tx.commit(await begin(tx));
  });
});

/** A bulk change that makes sense, for work that begins it in a transaction of its own; each call begins one. */
export async function prepared(
  given: z.input<typeof Start>,
  decides?: Decides,
): Promise<(tx: Transaction) => Promise<BulkChangeRecord>> {
  const asked = parse(Start, given);
  const changeable = await changeableNamed(asked.kind);
  requireRight(changeable, asked.action);
  const query = await requireSense(changeable, asked);
  const { kind, action, changes = {}, add_tags = [], remove_tags = [], only_tagged, dry_run } = asked;
  const ids = asked.ids && [...new Set(asked.ids)];
  const plan: Plan = { changes, add_tags, remove_tags, only_tagged, secret: newSecret(), ...(decides ? { decides } : {}) };
  return async (tx) => {
    const record = Records.born(BulkChanges, {
      ...blank(),
      ...{ kind, action, query, fields: Object.keys(changes), add_tags, remove_tags, dry_run },
      found: ids?.length ?? null,
    });
    tx.create(BulkChanges, record);
    tx.step(Ledger.askedStep(record.id, await sealedText(record.id, JSON.stringify(plan))));
    if (ids) {
      const parts = chunksOf(ids, PART);
      for (const step of Ledger.idsSteps(record.id, 1, parts)) tx.step(step);
      tx.put(Job.started<Progress>(record.id, { ...beginning, gathered: true, parts: parts.length, found: ids.length }));
    }
    return record;
  };
}

/** Takes back what a bulk change has done, as far as nobody has touched it since: a bulk change of its own, of who asks for it. */
export const undo = fn(z.strictObject({ id: text(64) }), ({ id }) =>
  retryOnConflict(async () => {
    const original = await BulkChange.live(await BulkChange.own(id));
    await requireUndoable(original);
    const { kind, fields, done } = original;
    const record = Records.born(BulkChanges, { ...blank(), kind, action: "undo", fields, undoes_id: id, found: done });
    const { parts = 0 } = (await Job.progress<Progress>(id)) ?? {};
    const plan: Plan = { changes: {}, add_tags: [], remove_tags: [], secret: newSecret() };
    return transaction()
      .replace(BulkChanges, original, Records.nextVersion(original, { ...original, undone_by_id: record.id }))
      .create(BulkChanges, record)
      .step(Ledger.askedStep(record.id, await sealedText(record.id, JSON.stringify(plan))))
      .put(Job.started<Progress>(record.id, { ...beginning, gathered: true, parts, found: done }))
      .commit(record);
  }),
);

/** Seconds after its end in which a bulk change can be undone: for longer than that all of its rows are kept. */
const UNDOABLE = 7 * 24 * 60 * 60;

async function requireUndoable(original: BulkChangeRecord): Promise<void> {
  if (isOpen(original)) throw ruleViolation("It is under way: cancel it first");
  if (original.action === "undo") throw ruleViolation("An undo is not undone: ask for the change again");
  if (original.dry_run) throw ruleViolation("A dry run has changed nothing");
  if (original.finished_at === null || Clock.after(UNDOABLE, Date.parse(original.finished_at)) <= Clock.now())
    throw ruleViolation("What records had before is kept for seven days");
  const before = original.undone_by_id === null ? undefined : await Records.load(BulkChanges, original.undone_by_id);
  if (before && (isOpen(before) || before.status === "completed"))
    throw ruleViolation(`It is taken back already, by ${before.id}`);
  requireRight(await changeableNamed(original.kind), original.action);
}

const blank = () => ({
  status: "queued" as const,
  owner_id: useActorId(),
  query: null,
  add_tags: [],
  remove_tags: [],
  dry_run: false,
  undoes_id: null,
  undone_by_id: null,
  reason: useRequest().reason ?? null,
  as_of: Clock.now(),
  ...none,
  error: null,
  started_at: null,
  finished_at: null,
  ...Job.requested(),
});

/** What is asked must fit the kind, before any record is looked at; gives the query as its list takes it. */
async function requireSense(changeable: Changeable, asked: Asked): Promise<BulkChangeRecord["query"]> {
  const { ids, action } = asked;
  const details: Detail[] = [];
  if ((ids === undefined) === (asked.query === undefined))
    details.push({ field: "ids", message: "Name ids, or a query that finds them: one of the two" });
  for (const [at, id] of (ids ?? []).entries())
    if (!isId(id, changeable.collection.kind))
      details.push({ field: `ids[${at}]`, message: `Not the id of a record of the kind ${changeable.kind}` });
  details.push(...(action === "update" ? await wrongChanges(changeable, asked) : superfluous(asked)));
  if (details.length > 0) throw invalidAll(details);
  return asked.query === undefined ? null : requireSelection(changeable, asked.query, action);
}

const superfluous = ({ action, ...asked }: Asked): Detail[] =>
  (["changes", "add_tags", "remove_tags", "only_tagged"] as const).flatMap((field) =>
    asked[field] === undefined || asked[field] === false ? [] : [{ field, message: `Only to update, and not to ${action}` }],
  );

/** What the list of the kind would refuse is refused now. */
async function requireSelection(
  changeable: Changeable,
  asked: NonNullable<Asked["query"]>,
  action: Asked["action"],
): Promise<BulkChangeRecord["query"]> {
  const selectable = await selectableOf(changeable);
  if (!selectable) throw invalid("query", "Records of this kind are named by ids");
  const deleted = action === "restore" ? { deleted: true } : {};
  const { data, error } = wholeOf(selectable.query, () => "A bulk change has no order and no pages").safeParse({
    ...asked,
    ...deleted,
  });
  if (error) throw invalidAll(detailsOf(error, ["query"]));
  if (action !== "restore" && data.deleted)
    throw invalid("query.deleted", "Deleted records are restored, and nothing else: ask for live ones");
  await requireQuery(selectable, data);
  return Wheres.kept(data) as BulkChangeRecord["query"];
}
