import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { CONTRACT } from "../../agreements/contract/contract.kind.ts";
import { PROPOSAL } from "../../agreements/proposal/proposal.kind.ts";
import { QUOTE } from "../../agreements/quote/quote.kind.ts";
import { invalid } from "../../kernel/error.ts";
import { isId, type Kind } from "../../kernel/id.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { TICKET } from "../../service/ticket/ticket.kind.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { listMergeFields, objectName, type Values } from "./merge-fields.rules.ts";
import { buildMergeValues, type FoundRecords, type SourceType, sourceTypes } from "./merge-values.ts";
import type { Texts } from "./message-template.rules.ts";

/** Loads the values of merge fields for a record and its related records, as far as the caller sees them. */

const kindsByType = {
  ...{ opportunity: OPPORTUNITY, contact: CONTACT, customer: CUSTOMER, lead: LEAD, person: PERSON },
  ...{ quote: QUOTE, proposal: PROPOSAL, contract: CONTRACT, ticket: TICKET },
} as const satisfies Record<SourceType, Kind>;

type SourceRecord = BaseRecord & Readonly<Record<string, unknown>>;

/** Loads the values for a record. Answers 400 if the caller does not see it. */
export async function loadRecordValues(texts: Texts, id: string, type?: SourceType): Promise<Values> {
  const told = sourceTypes.find((sourceType) => isId(id, kindsByType[sourceType]));
  if (!told || (type && type !== told))
    throw invalid("related_to_id", `Must be an id of ${type ? `this kind` : sourceTypes.join(", ")}`);
  const record = await Records.findVisible(kindsByType[told], id);
  if (!record) throw invalid("related_to_id", `No such ${told}`);
  return buildRecordValues(told, record, texts);
}

/** Builds the values for a record that was read. Reads only the related records that the texts name. */
export async function buildRecordValues(
  type: SourceType,
  record: BaseRecord & object,
  { subject, body_html, body_text }: Texts,
): Promise<Values> {
  const objectNames = new Set(listMergeFields(subject, body_html, body_text).map(objectName));
  const sourceRecord = record as SourceRecord;
  const foundRecords: FoundRecords = { [type]: sourceRecord };
  const readPersonId = (row: object | undefined): unknown => (row as SourceRecord | undefined)?.personal_key_id;
  const namesPerson = typeof readPersonId(sourceRecord) === "string";
  // If the record has no person, the person of its contact is used, or else that of its customer.
  const through = objectNames.has("person") && type !== "person" && !namesPerson ? ["contact", "customer"] : [];
  const relatedTypes = sourceTypes.filter(
    (sourceType) => sourceType !== "person" && (objectNames.has(sourceType) || through.includes(sourceType)),
  );
  await loadVisible(
    foundRecords,
    Object.fromEntries(
      relatedTypes.map((relatedType) => [relatedType, relatedType === type ? null : sourceRecord[`${relatedType}_id`]]),
    ),
  );
  if (objectNames.has("person") && type !== "person")
    await loadVisible(foundRecords, {
      person: readPersonId(sourceRecord) ?? readPersonId(foundRecords.contact) ?? readPersonId(foundRecords.customer),
    });
  return buildMergeValues(foundRecords, typeof sourceRecord.owner_id === "string" ? sourceRecord.owner_id : null);
}

/** Loads those of the records that the caller sees, in one batch. */
async function loadVisible(records: FoundRecords, ids: Partial<Record<SourceType, unknown>>): Promise<void> {
  const references = sourceTypes.flatMap((type) => {
    const id = ids[type];
    return typeof id === "string" ? [{ type, kind: kindsByType[type], id }] : [];
  });
  if (references.length === 0) return;
  const visibleById = await Records.findVisibleByIds(references);
  for (const { type, id } of references) records[type] = visibleById.get(id);
}
