import { Customer } from "../customer/customer.ts";
import { bringUp, forEach } from "../customer/kept.ts";
import * as Identity from "../person/identity.ts";
import { isLimited } from "../person/person-sight.ts";
import type { MemberRecord } from "./member.entity.ts";
import { hasEnded } from "./member.rules.ts";
import { Standing } from "./standing.ts";

/**
 * `id_batch` of an individual customer (seed 000, crm_customers): the batch that the person was added to last of those in which their
 * membership has not ended. The customer is brought to what holds now, whatever comes, twice, late or out of order.
 */

interface Followed {
  before: MemberRecord | undefined;
  after: MemberRecord | undefined;
}

export async function follow(changes: readonly Followed[]): Promise<void> {
  const persons = changes.flatMap(({ before, after }) =>
    standsFor(before) === standsFor(after) ? [] : [(after ?? before)?.personal_key_id ?? ""],
  );
  await forEach(new Set(persons), async (named) => {
    const person = await Identity.living(named);
    if (!person) return;
    const ids = Identity.idsOf(person);
    for (const customer of (await Customer.ofPerson(ids)).ids)
      await bringUp(customer, async (current) => ({ ...current, id_batch: isLimited(current) ? null : await batchOf(ids) }));
  });
}

/** What of a membership says in which batch the customer is. */
const standsFor = (member: MemberRecord | undefined): string =>
  member && !member.deleted_at && !hasEnded(member.status) ? `${member.personal_key_id} ${member.added_to_batch_at}` : "";

async function batchOf(persons: readonly string[]): Promise<string | null> {
  const open = (await Standing.membersOf(persons)).filter(({ status }) => !hasEnded(status));
  const sorted = open.sort((a, b) => (a.added_to_batch_at < b.added_to_batch_at ? -1 : 1));
  return sorted.at(-1)?.batch_id ?? null;
}
