import { CONTACT } from "@crm/core/accounts/contact/contact.kind.ts";
import { CUSTOMER } from "@crm/core/accounts/customer/customer.kind.ts";
import { customerReferences, listContactReferences, type ReferenceField } from "@crm/core/accounts/merging/reference-fields.ts";
import { domains } from "@crm/core/domains.ts";
import type { Kind } from "@crm/core/kernel/id.ts";
import { listReferenceFields } from "@crm/core/kernel/schema.ts";
import { loadedCollections } from "@crm/core/storage/table/collection.ts";
import { describe, expect, it } from "vitest";

/**
 * Every field that refers to a mergeable record is either repointed by a merge, or keeps its id on purpose, and that id then leads to the
 * survivor. A new field is in neither list until a developer decides.
 */
const repointedFields: Readonly<Record<string, readonly ReferenceField[]>> = {
  customer: customerReferences,
  contact: listContactReferences({ customer_id: "cus_1" }),
};

/** Fields that keep their original id, each with the reason. */
const preservedFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  customer: {
    "campaign_attribution.customer_id": "follows the opportunity or order that the merge moves",
    "lead.converted_customer_id": "what the conversion made; leads are listed under all ids of a customer",
    "conversion.customer_id": "what was done then",
    "activity_series.related_to_id": "new occurrences are about what the last one is about",
    "health_score.customer_id": "the customer that was scored",
    "customer.ancestor_ids": "follows parent_customer_id, level by level",
    "stage_action.recipient_ids": "the recipients at that time",
    "workflow_enrollment.record_id": "the next step goes on with the survivor",
    "playbook_progress.record_id": "the survivor reads the progress of those that were merged into it",
    "comment.mentioned_ids": "users and teams",
    "ticket_comment.mentioned_ids": "users and teams",
    "approval.subject_id": "what is approved is no customer",
    "email_send.sender_id": "accounts and senders",
    "offer.record_id": "what is sent is no customer",
    "pricing_rule.customer_ids": "a rule for a customer holds under all ids of the customer",
    "pricing_rule_revision.customer_ids": "what the rule said then",
    "contract_renewal.customer_id": "the customer of that term",
    "inbound_delivery.record_id": "what a provider tells of is no customer",
    "ledger_entry.record_id": "what moved money is no customer",
    "message_queue.outlet_id": "what messages go out through is no customer",
    "webhook_attempt.record_id": "what an endpoint was told of then",
    "signature_request.subject_id": "what is signed is no customer",
    "sla_outcome.customer_id": "the customer at the time of the judgement",
    "ticket_duty.customer_id": "the customer of the tickets to process; the survivor has its own duty",
    "ticket_review.customer_id": "the customer of the tickets to review; the survivor has its own review",
    "customer.merged_into": "the merge itself",
    "customer.merged_ids": "the merge itself",
    "record_merge.survivor_id": "the merge itself",
    "record_merge.merged_id": "the merge itself",
  },
  contact: {
    "campaign_member.contact_id": "the contact that was added; the member follows the person",
    "lead.converted_contact_id": "what the conversion made",
    "conversion.contact_id": "what was done then",
    "interaction.participants": "the participants at that time",
    "activity_series.related_to_id": "new occurrences are about what the last one is about",
    "stage_action.recipient_ids": "the recipients at that time",
    "workflow_enrollment.record_id": "the next step goes on with the survivor",
    "playbook_progress.record_id": "the survivor reads the progress of those that were merged into it",
    "comment.mentioned_ids": "users and teams",
    "ticket_comment.mentioned_ids": "users and teams",
    "approval.subject_id": "what is approved is no contact",
    "email_send.sender_id": "accounts and senders",
    "inbound_delivery.record_id": "what a provider tells of is no contact",
    "ledger_entry.record_id": "what moved money is no contact",
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

/** Every field of a stored record that can refer to a record of the kind. */
async function findReferencingFields(targetKind: Kind): Promise<string[]> {
  // Modules that declare no collection have no records.
  await Promise.all(domains.flatMap(({ kinds }) => kinds).map((domain) => domain.load?.()));
  return [...loadedCollections.values()]
    .flatMap(({ name, definition }) =>
      listReferenceFields(definition.schema.shape)
        .filter(
          ({ kind, acceptsAnyKind: isAny, byType }) => kind === targetKind || isAny || Object.values(byType).includes(targetKind),
        )
        .map(({ field }) => `${name}.${field}`),
    )
    .sort();
}

describe.each([
  ["customer", CUSTOMER],
  ["contact", CONTACT],
])("what names a %s", (name, kind) => {
  it("is repointed by a merge or preserved on purpose in every field that references it", async () => {
    const knownFields = [
      ...(repointedFields[name] ?? []).map(({ kind: { name: kindName }, field }) => `${kindName}.${field}`),
      ...Object.keys(preservedFields[name] ?? {}),
    ];
    expect(await findReferencingFields(kind)).toEqual(knownFields.sort());
  });
});
