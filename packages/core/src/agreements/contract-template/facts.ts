import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CustomerAddressee } from "../../accounts/customer/addressee.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { useSettings } from "../../kernel/context.ts";
import { amount, date, email, oneOf, text } from "../../kernel/schema.ts";
import { createLocaleFormat } from "../../lib/pdf/locale-format.ts";
import { buildMergeValues, type FoundRecords } from "../../messaging/template/merge-values.ts";
import type { Values as CustomValues } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { CONTRACT_TYPES } from "../../platform/master-data/shared.masters.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { Records } from "../../storage/write/records.ts";
import { composeLetter } from "../letterhead/letter.ts";
import { type Parties, toParties } from "../letterhead/parties.rules.ts";
import { QUOTE } from "../quote/quote.kind.ts";
import { billingFrequencies } from "./billing-frequency.rules.ts";
import { readCustomValues } from "./custom-fields.ts";
import { type ContractFacts, fields, type Group, type Type } from "./merge-fields.rules.ts";

/** The facts of a contract: the values that its text can contain, from the contract and the records that it names. */

const schemasByType: Readonly<Record<Type, () => z.ZodType>> = {
  text: () => text(10_000),
  money: amount,
  number: () => z.number(),
  date,
  boolean: () => z.boolean(),
  frequency: () => oneOf(billingFrequencies),
};

const groupSchema = (typesByName: Readonly<Record<string, Type>>) =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(typesByName).map(([name, type]) => [name, (name === "email" ? email() : schemasByType[type]()).nullish()]),
    ),
  );

/** Facts that a caller sends for a preview. */
export const Facts = z.strictObject({
  ...(Object.fromEntries(
    Object.entries(fields).map(([group, groupFields]) => [group, groupSchema(groupFields).optional()]),
  ) as Record<Group, z.ZodOptional<ReturnType<typeof groupSchema>>>),
  custom: z
    .record(text(100), z.union([text(2000), z.number(), z.boolean(), z.array(text(255)).max(50)]).nullable())
    .optional()
    .describe("Custom fields of contracts, by name"),
});

/** The fields of a contract record that texts use. A missing field is unknown. */
export interface ContractLike {
  contract_number?: string | null;
  title?: string | null;
  description?: string | null;
  contract_type_id?: string | null;
  contract_value?: string | null;
  currency?: string | null;
  monthly_fee?: string | null;
  billing_frequency?: string | null;
  payment_terms?: string | null;
  start_date?: string | null;
  end_date?: string | null;
  duration_months?: number | null;
  auto_renew?: boolean | null;
  renewal_notice_days?: number | null;
  renewal_terms?: string | null;
  requires_signature?: boolean | null;
  governing_law?: string | null;
  jurisdiction?: string | null;
  customer_id: string;
  contact_id?: string | null;
  opportunity_id?: string | null;
  quote_id?: string | null;
  owner_id?: string | null;
  custom_fields?: CustomValues | null;
}

const kinds = { contact: CONTACT, customer: CUSTOMER, opportunity: OPPORTUNITY, quote: QUOTE } as const;

/**
 * Loads the facts of a contract. Name and address of the customer are always included, as on a letter; of the other records only what the caller
 * sees.
 */
export async function loadFacts(contract: ContractLike, language = useSettings().letterhead.language): Promise<ContractFacts> {
  const references = (["contact", "customer", "opportunity", "quote"] as const).flatMap((type) => {
    const id = contract[`${type}_id`];
    return id ? [{ type, kind: kinds[type], id }] : [];
  });
  const speech = createLocaleFormat(language);
  const [visibleRecords, customer, contract_type, custom] = await Promise.all([
    Records.findVisibleByIds(references),
    CustomerAddressee.load(contract.customer_id, speech.country),
    contract.contract_type_id ? Master.findLabel(CONTRACT_TYPES, contract.contract_type_id) : undefined,
    readCustomValues(contract.custom_fields ?? null),
  ]);
  const recordByType: FoundRecords & { quote?: Record<string, unknown> } = {};
  for (const { type, id } of references) Object.assign(recordByType, { [type]: visibleRecords.get(id) });
  const { quote, ...otherRecords } = recordByType;
  const values = await buildMergeValues(otherRecords, contract.owner_id ?? null);
  const readGroup = (group: string): Record<string, string | null> =>
    Object.fromEntries(
      Object.entries(values).flatMap(([path, value]) =>
        path.startsWith(`${group}.`) ? [[path.slice(group.length + 1), value ?? null]] : [],
      ),
    );
  const { sender } = useSettings().letterhead;
  const { contract_number = null, ...contractFields } = contract;
  const fieldValues = Object.fromEntries(
    Object.keys(fields.contract).map((name) => [name, (contractFields as Readonly<Record<string, unknown>>)[name] ?? null]),
  );
  return {
    contract: { ...fieldValues, number: contract_number, contract_type: contract_type ?? null },
    customer: {
      name: customer?.name ?? null,
      legal_name: customer?.name ?? null,
      number: readGroup("customer").number ?? null,
      address: customer?.address.join(", ") ?? null,
      country: customer?.country ?? null,
    },
    contact: readGroup("contact"),
    owner: readGroup("owner"),
    opportunity: readGroup("opportunity"),
    quote: toQuoteFacts(quote),
    tenant: { name: sender[0] ?? readGroup("tenant").name ?? null, address: sender.slice(1).join(", ") || null },
    custom,
  } as ContractFacts;
}

const toQuoteFacts = (quote: Record<string, unknown> | undefined) =>
  quote && {
    name: quote.name,
    number: quote.quote_number,
    quote_date: quote.quote_date,
    net_amount: quote.net_amount,
    total_amount: quote.total_amount,
    currency: quote.currency,
  };

/** Loads both parties, as on a letter between them. */
export const loadParties = async (contract: Pick<ContractLike, "customer_id" | "contact_id">): Promise<Parties> =>
  toParties(await composeLetter(contract));
