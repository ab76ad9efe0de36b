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
    description: "Contracts in force by the day of notice, `renewal_notice_days` before the last day, those long past first.",
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
    summary: "Show the days of notice and the ends of contracts",
    description: "Of contracts in force, as far as the caller sees them, in the order of their days.",
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
      "Another term follows the present one, whatever was proposed: as long, and at the price that `renewal_value` or `renewal_uplift_percent` " +
      "make of it, unless told otherwise. It begins by itself the day after `end_date`. A contract that is renewed already is a 409.",
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
    summary: "List the terms of a contract that ended or were settled",
    description: "Each with what became of its end, and with the term that follows.",
    verb: ContractRenewals.list,
    output: rowSchema("ContractRenewal", ContractRenewals.Row),
    kind: "list",
  }),
] as const;
