import { Contracts } from "@crm/core/agreements/contract/contract.entity.ts";
import { contractGrants } from "@crm/core/agreements/contract/contract.kind.ts";
import { Contract } from "@crm/core/agreements/contract/contract.ts";
import { ContractRenewals } from "@crm/core/agreements/renewal/renewal.ts";
import { operation, recordSchema, rowSchema } from "../../http/operation.ts";
import { linksFor } from "../shared/links.ts";

/** The output of all operations on a contract. */
export const contractOutput = recordSchema("Contract", Contract.Info);

const links = linksFor(Contracts);
const commonOptions = { tag: "Contracts", access: contractGrants.read } as const;

/** Operations on renewals of contracts, in the `contracts` function. */
export const contractRenewals = [
  operation({
    ...commonOptions,
    name: "listDueRenewals",
    method: "GET",
    path: "/contracts/renewals",
    summary: "List contracts whose renewal is due",
    description: "Contracts in force by the day of notice, `renewal_notice_days` before the last day; the earliest come first.",
    verb: ContractRenewals.listDue,
    output: rowSchema("DueRenewal", ContractRenewals.DueContract),
    kind: "list",
    links,
  }),
  operation({
    ...commonOptions,
    name: "getContractCalendar",
    method: "GET",
    path: "/contracts/calendar",
    summary: "List the days of notice and the last days of contracts",
    description: "Contracts in force that the caller can see, in chronological order.",
    verb: ContractRenewals.listCalendar,
    output: rowSchema("ContractDay", ContractRenewals.CalendarEntry),
    kind: "list",
    links,
  }),
  operation({
    ...commonOptions,
    name: "renewContract",
    method: "POST",
    path: "/contracts/{id}/renew",
    access: contractGrants.write,
    summary: "Renew a contract",
    description:
      "A new term follows the present one, also after a proposal. By default it is as long, at the price from `renewal_value` or " +
      "`renewal_uplift_percent`. It begins automatically on the day after `end_date`. A contract that is already renewed returns 409.",
    verb: ContractRenewals.renew,
    output: contractOutput,
    kind: "record",
    links,
  }),
  operation({
    ...commonOptions,
    name: "listContractRenewals",
    method: "GET",
    path: "/contracts/{id}/renewals",
    summary: "List the terms of a contract that have ended or been decided",
    description: "Each with its outcome, and with the next term.",
    verb: ContractRenewals.list,
    output: rowSchema("ContractRenewal", ContractRenewals.Row),
    kind: "list",
  }),
] as const;
