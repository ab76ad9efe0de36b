import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { CONTRACT } from "../contract/contract.kind.ts";
import type { RenewalRecord } from "./renewal.entity.ts";

export const contractRenewal: PersonalData<RenewalRecord> = {
  purpose: "Renew contracts in time.",
  subject: aboutPerson(reach("contract_id", CONTRACT), reach("customer_id", CUSTOMER)),
  fields: {
    contract_id: "reference",
    contract_number: "relationship",
    customer_id: "reference",
    currency: "financial",
    term_number: "relationship",
    start_date: "relationship",
    end_date: "relationship",
    contract_value: "financial",
    monthly_fee: "financial",
    status: "relationship",
    is_automatic: "relationship",
    reason: "free_text",
    settled_on: "relationship",
    told_on: "relationship",
    next: "relationship",
    opportunity_id: "reference",
  },
};
