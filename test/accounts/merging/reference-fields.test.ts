import { CONTACT } from "@crm/core/accounts/contact/contact.kind.ts";
import { CUSTOMER } from "@crm/core/accounts/customer/customer.kind.ts";
import { customerReferences, listContactReferences, type ReferenceField } from "@crm/core/accounts/merging/reference-fields.ts";
import { domains } from "@crm/core/domains.ts";
import type { Kind } from "@crm/core/kernel/id.ts";
import { listReferenceFields } from "@crm/core/kernel/schema.ts";
import { loadedCollections } from "@crm/core/storage/table/collection.ts";
import { describe, expect, it } from "vitest";

/**
 * Whatever names a record that can be joined to another follows it, or keeps the id on purpose, which then leads to the survivor. A field
 * that a domain adds stands in neither until somebody has decided.
 */
const repointedFields: Readonly<Record<string, readonly ReferenceField[]>> = {
  customer: customerReferences,
  contact: listContactReferences({ customer_id: "cus_1" }),
};

/** Fields that keep the id that they were given, and why. */
const preservedFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  customer: {
    "lead.converted_customer_id": "what the conversion made; leads are listed under all ids of a customer",
    "conversion.customer_id": "what was done then",
    "activity_series.related_to_id": "new occurrences are about what the last one is about",
    "health_score.customer_id": "whose score it was",
    "customer.ancestor_ids": "follows parent_customer_id, level by level",
    "stage_action.recipient_ids": "who was written to then",
    "approval.subject_id": "what is approved is no customer",
    "offer.record_id": "what is sent is no customer",
    "pricing_rule.customer_ids": "a rule for a customer holds under all ids of the customer",
    "pricing_rule_revision.customer_ids": "what the rule said then",
    "contract_renewal.customer_id": "whose term it was",
    "inbound_delivery.record_id": "what a provider tells of is no customer",
    "message_queue.outlet_id": "what messages go out through is no customer",
    "webhook_attempt.record_id": "what an endpoint was told of then",
    "signature_request.subject_id": "what is signed is no customer",
    "sla_outcome.customer_id": "whose ticket it was when it was judged",
    "ticket_duty.customer_id": "whose tickets are gone through, those of the survivor by a duty of its own",
    "ticket_review.customer_id": "whose tickets are looked at, those of the survivor by a review of its own",
    "customer.merged_into": "the merge itself",
    "customer.merged_ids": "the merge itself",
    "record_merge.survivor_id": "the merge itself",
    "record_merge.merged_id": "the merge itself",
  },
  contact: {
    "lead.converted_contact_id": "what the conversion made",
    "conversion.contact_id": "what was done then",
    "interaction.participants": "who was there then",
    "activity_series.related_to_id": "new occurrences are about what the last one is about",
    "stage_action.recipient_ids": "who was written to then",
    "approval.subject_id": "what is approved is no contact",
    "inbound_delivery.record_id": "what a provider tells of is no contact",
    "message_queue.outlet_id": "what messages go out through is no contact",
    "webhook_attempt.record_id": "what an endpoint was told of then",
    "offer.record_id": "what is sent is no contact",
    "signature_request.subject_id": "what is signed is no contact",
    "contact.merged_into": "the merge itself",
    "contact.merged_ids": "the merge itself",
    "record_merge.survivor_id": "the merge itself",
    "record_merge.merged_id": "the merge itself",
  },
};

/** Each field of a stored record that can name one of the kind. */
async function findReferencingFields(of: Kind): Promise<string[]> {
  // Modules that declare no collection have no records.
  await Promise.all(domains.flatMap(({ kinds }) => kinds).map((each) => each.load?.()));
  return [...loadedCollections.values()]
    .flatMap(({ name, definition }) =>
      listReferenceFields(definition.schema.shape)
        .filter(({ kind, acceptsAnyKind: isAny, byType }) => kind === of || isAny || Object.values(byType).includes(of))
        .map(({ field }) => `${name}.${field}`),
    )
    .sort();
}

describe.each([
  ["customer", CUSTOMER],
  ["contact", CONTACT],
])("what names a %s", (name, kind) => {
  it("follows it into another, or keeps its id on purpose", async () => {
    const known = [
      ...(repointedFields[name] ?? []).map(({ kind: { name: by }, field }) => `${by}.${field}`),
      ...Object.keys(preservedFields[name] ?? {}),
    ];
    expect(await findReferencingFields(kind)).toEqual(known.sort());
  });
});
