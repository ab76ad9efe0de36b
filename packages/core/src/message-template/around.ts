import { CONTACT } from "../contact/contact.domain.ts";
import { CONTRACT } from "../contract/contract.domain.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { invalid } from "../kernel/error.ts";
import { isId, type Kind } from "../kernel/id.ts";
import { LEAD } from "../lead/lead.domain.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { PERSON } from "../person/person.domain.ts";
import { PROPOSAL } from "../proposal/proposal.domain.ts";
import { QUOTE } from "../quote/quote.domain.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { TICKET } from "../ticket/ticket.domain.ts";
import { mergeFieldsOf, objectOf, type Values } from "./merge-fields.rules.ts";
import type { Texts } from "./message-template.rules.ts";
import { type Found, type Type, types, valuesAmong } from "./values.ts";

/** What merge fields say around a record: of the record, and of those that it names, as far as the caller sees them. */

export const kinds = {
  ...{ opportunity: OPPORTUNITY, contact: CONTACT, customer: CUSTOMER, lead: LEAD, person: PERSON },
  ...{ quote: QUOTE, proposal: PROPOSAL, contract: CONTRACT, ticket: TICKET },
} as const satisfies Record<Type, Kind>;

type Row = BaseRecord & Readonly<Record<string, unknown>>;

/** A 400 where it is not there, or not shown to the caller. */
export async function valuesAround(texts: Texts, id: string, type?: Type): Promise<Values> {
  const told = types.find((each) => isId(id, kinds[each]));
  if (!told || (type && type !== told)) throw invalid("related_to_id", `Not the id of ${type ? `this kind` : types.join(", ")}`);
  const record = await Records.shown(kinds[told], id);
  if (!record) throw invalid("related_to_id", `No such ${told}`);
  return valuesOf(told, record, texts);
}

/** As of a record that was read; of the others only those are read that the texts name. */
export async function valuesOf(
  type: Type,
  record: BaseRecord & object,
  { subject, body_html, body_text }: Texts,
): Promise<Values> {
  const wanted = new Set(mergeFieldsOf(subject, body_html, body_text).map(objectOf));
  const own = record as Row;
  const found: Found = { [type]: own };
  const personOf = (row: object | undefined): unknown => (row as Row | undefined)?.personal_key_id;
  const namesPerson = typeof personOf(own) === "string";
  // Whom a record is about, where it does not say so itself, its contact says, or else its customer.
  const through = wanted.has("person") && type !== "person" && !namesPerson ? ["contact", "customer"] : [];
  const beside = types.filter((each) => each !== "person" && (wanted.has(each) || through.includes(each)));
  await read(found, Object.fromEntries(beside.map((each) => [each, each === type ? null : own[`${each}_id`]])));
  if (wanted.has("person") && type !== "person")
    await read(found, { person: personOf(own) ?? personOf(found.contact) ?? personOf(found.customer) });
  return valuesAmong(found, typeof own.owner_id === "string" ? own.owner_id : null);
}

/** Those of these that the caller sees, in one batch. */
async function read(found: Found, ids: Partial<Record<Type, unknown>>): Promise<void> {
  const named = types.flatMap((type) => {
    const id = ids[type];
    return typeof id === "string" ? [{ type, kind: kinds[type], id }] : [];
  });
  if (named.length === 0) return;
  const shown = await Records.shownOf(named);
  for (const { type, id } of named) found[type] = shown.get(id);
}
