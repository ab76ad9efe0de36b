import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { amount, date, id, oneOf } from "../../kernel/schema.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { CONTRACT, CONTRACT_RENEWAL } from "../contract/contract.kind.ts";

/** The decision about the end of a term. Together they are the history of a contract's terms. */

export const renewalStatuses = ["PROPOSED", "PLANNED", "BEGUN", "VOID"] as const;

/** Fields of a term and its price. */
const termFields = (subject: string) => ({
  term_number: personalData("relationship", z.number().int()),
  start_date: date(),
  end_date: date().describe("Last day, inclusive"),
  contract_value: amount().describe(`Value of ${subject}`),
  monthly_fee: amount().nullable(),
});

export const Term = personalData("relationship", z.object(termFields("this term")));
export type Term = z.output<typeof Term>;

export const Stored = z.object({
  contract_id: id(CONTRACT),
  contract_number: personalData("relationship", z.string()),
  customer_id: id(CUSTOMER),
  currency: personalData("financial", z.string()),
  ...termFields("the term that ends"),
  status: personalData(
    "relationship",
    oneOf(renewalStatuses).describe(
      "PROPOSED: a user must renew it; PLANNED: another term follows; BEGUN: that term has begun; VOID: the contract ended, or its last day moved",
    ),
  ),
  is_automatic: personalData("relationship", z.boolean().describe("true: not renewed by hand")),
  reason: z.string().nullable().describe("Why the contract does not renew automatically although auto_renew is set"),
  settled_on: date(),
  told_on: date().nullable().describe("When the customer was notified"),
  next: Term.nullable().describe("The next term: as planned or, once it has begun, as it began"),
  opportunity_id: id(OPPORTUNITY).nullable().describe("The opportunity that proposes the renewal"),
});

export type RenewalRecord = z.output<typeof Stored> & BaseRecord;

export const Renewals = new Collection<RenewalRecord>({
  kind: CONTRACT_RENEWAL,
  schema: Stored,
  personalData: {
    purpose: "Renew contracts in time.",
    subject: aboutPerson(reach("contract_id", CONTRACT), reach("customer_id", CUSTOMER)),
  },
  row: [
    "contract_id",
    "contract_number",
    "customer_id",
    "currency",
    "term_number",
    "start_date",
    "end_date",
    "contract_value",
    "monthly_fee",
    "status",
    "is_automatic",
    "reason",
    "settled_on",
    "told_on",
    "next",
    "opportunity_id",
  ],
  indexes: { by_time: indexBy(), by_related: indexBy("contract_id") },
  visibleWith: "contract_id",
  parent: "contract_id",
  events: {
    proposed: (after, before) => after.status === "PROPOSED" && before === undefined,
    planned: (after, before) => after.status === "PLANNED" && before?.status !== "PLANNED",
    begun: (after, before) => after.status === "BEGUN" && before?.status !== "BEGUN",
  },
  sensitivity: "confidential",
});
