import * as z from "zod";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { loadCollectionById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { type PersonDisclosure, personDisclosureField } from "./disclosure.ts";
import * as Identity from "./identity.ts";

/**
 * Allows a record with `person_sight: LIMITED` to show its person, and withdraws that. Any user who sees the person may do so, without
 * seeing the record: its owner gives them the id. The person's visibility changes with it (docs/platform/visibility.md).
 */

const GrantInput = z.strictObject({
  id: text(64),
  record_id: text(64).describe("A lead, contact, customer, opportunity or ticket of the person"),
});

export const Info = z.object({ person_id: z.string(), record_id: z.string(), person_sight: personDisclosureField });

export const grant = fn(GrantInput, (input) => setDisclosure(input, "GRANTED"));

export const withdraw = fn(GrantInput, (input) => setDisclosure(input, "LIMITED"));

type LimitedRecord = BaseRecord & { person_sight: PersonDisclosure };

const setDisclosure = (
  { id, record_id }: z.output<typeof GrantInput>,
  person_sight: "GRANTED" | "LIMITED",
): Promise<z.output<typeof Info>> =>
  retryOnConflict(async () => {
    const person = await Identity.read(id);
    const collection = (await loadCollectionById(record_id)) as Collection<LimitedRecord> | undefined;
    const field = collection?.definition.visibilityGrant?.field;
    const record = field && (await Records.load(collection as Collection<LimitedRecord>, record_id, { live: true }));
    const ids: readonly unknown[] = Identity.listIds(person);
    if (!collection || !field || !record || !ids.includes(record[field]))
      throw invalid("record_id", "Must be a record of the person");
    if (!record.person_sight) throw ruleViolation("The record shows the person without a grant");
    const answer = { person_id: person.id, record_id, person_sight };
    if (record.person_sight === person_sight) return answer;
    const next = Records.nextVersion(record, { ...record, person_sight });
    return transaction().replace(collection, record, next).commit(answer);
  });

export * as DisclosureGrants from "./disclosure-grant.ts";
