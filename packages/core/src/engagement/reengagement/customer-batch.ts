import { Customer } from "../../accounts/customer/customer.ts";
import { refreshCustomer, runForEach } from "../../accounts/customer/denormalized.ts";
import { isLimited } from "../../people/person/disclosure.ts";
import * as Identity from "../../people/person/identity.ts";
import { ReengagementLedger } from "./contact-ledger.ts";
import type { MemberRecord } from "./member.entity.ts";
import { hasEnded } from "./member.rules.ts";

/**
 * Maintains `id_batch` of individual customers: among the memberships of the person that have not ended, the batch that the person was added to
 * last. The handler recomputes the current value each time, so repeated, late and reordered changes are safe.
 */

interface MemberChange {
  before: MemberRecord | undefined;
  after: MemberRecord | undefined;
}

export async function onMemberChanges(changes: readonly MemberChange[]): Promise<void> {
  const persons = changes.flatMap(({ before, after }) =>
    formatMembershipKey(before) === formatMembershipKey(after) ? [] : [(after ?? before)?.personal_key_id ?? ""],
  );
  await runForEach(new Set(persons), async (personId) => {
    const person = await Identity.resolveMerged(personId);
    if (!person) return;
    const ids = Identity.listIds(person);
    for (const customer of (await Customer.findByPerson(ids)).ids)
      await refreshCustomer(customer, async (current) => ({
        ...current,
        id_batch: isLimited(current) ? null : await findBatch(ids),
      }));
  });
}

/** Builds a key that changes when a membership can change `id_batch`. */
const formatMembershipKey = (member: MemberRecord | undefined): string =>
  member && !member.deleted_at && !hasEnded(member.status) ? `${member.personal_key_id} ${member.added_to_batch_at}` : "";

async function findBatch(persons: readonly string[]): Promise<string | null> {
  const open = (await ReengagementLedger.loadMembers(persons)).filter(({ status }) => !hasEnded(status));
  const sorted = open.sort((a, b) => (a.added_to_batch_at < b.added_to_batch_at ? -1 : 1));
  return sorted.at(-1)?.batch_id ?? null;
}
