import { withFullVisibility } from "../../kernel/context.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { FilterRevisions } from "../audience/filter-revisions.ts";
import type { SetRecord } from "../segment/set-record.ts";
import { SendApproval } from "./approval.ts";
import { EmailSends, isOpen, type SendRecord } from "./email-send.entity.ts";

/** What a slice of a send checks before it writes messages: whether the approval still covers the send, and what the slice may reach. */

/**
 * Returns the changed filters, to which the slice is limited; undefined if the send waits for approval instead. The need for approval was determined when the
 * send was scheduled, and its audience may have grown since. So it is determined again before the first message: a send that has written some cannot
 * wait, because its messages would be recalled for good.
 */
export async function prepareSlice(send: SendRecord, lease: JobLease<unknown>): Promise<readonly SetRecord[] | undefined> {
  const changed = await FilterRevisions.loadChanged(send.filter_revisions);
  const isFirst = lease.state === undefined;
  if (!isFirst && changed.length === 0) return changed;
  const missing = await SendApproval.findMissing(send, changed.length > 0);
  if (!missing) return changed;
  if (!isFirst)
    throw ruleViolation(
      `The filter of "${changed[0]?.name}" was changed while the send was going out, and its approval does not cover the change`,
    );
  const { rule, need } = missing;
  await withFullVisibility(() =>
    Records.change(EmailSends, send.id, async (current, tx) => {
      if (!isOpen(current)) return current;
      // A worker that another one has replaced must not recall what that one writes.
      tx.addStep(Job.requireLeaseStep(send.id, lease));
      const filter_revisions = await FilterRevisions.read(Object.keys(current.filter_revisions));
      const next: SendRecord = { ...current, filter_revisions, started_at: null, attention_at: null };
      return SendApproval.addRequest(tx, next, { rule, need: { ...need, reasons: [...need.reasons, ...listChanges(changed)] } });
    }),
  );
  return undefined;
}

const listChanges = (changed: readonly SetRecord[]): string[] =>
  changed.map(({ name }) => `The filter of "${name}" was changed after the send was scheduled`);
