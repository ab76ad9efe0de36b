import type { NotificationType } from "../notification/type.ts";
import type { ContractRecord } from "./contract.entity.ts";
import { isOwed } from "./status.rules.ts";

/** What owners are told of their contracts. */

const told = (
  isSo: (contract: ContractRecord) => boolean,
  title: (contract: ContractRecord) => string,
  body: (contract: ContractRecord) => string | null = () => null,
) =>
  ({
    recipient: (contract) => (isSo(contract) ? contract.owner_id : null),
    title,
    body: (contract) => body(contract)?.slice(0, 500) ?? null,
  }) satisfies NotificationType<ContractRecord>;

const called = ({ contract_number, title }: ContractRecord): string =>
  title === contract_number ? contract_number : `${contract_number} ${title}`;

export const approved = told(
  ({ status }) => status === "APPROVED",
  (contract) => `Contract approved: ${called(contract)}`,
);
export const signed = told(
  ({ customer_signed, company_signed }) => customer_signed && company_signed,
  (contract) => `Signed by both sides: ${called(contract)}`,
);
export const active = told(
  ({ status }) => status === "ACTIVE",
  (contract) => `Contract in force: ${called(contract)}`,
);
export const expired = told(
  ({ status }) => status === "EXPIRED",
  (contract) => `Contract has expired: ${called(contract)}`,
);
export const terminated = told(
  ({ termination }) => termination !== null,
  (contract) =>
    contract.status === "TERMINATED"
      ? `Contract terminated: ${called(contract)}`
      : `Contract ends on ${contract.termination?.effective_date}: ${called(contract)}`,
  ({ termination }) => termination?.reason ?? null,
);

const due = ({ deliverables }: ContractRecord) =>
  deliverables.filter(({ told_at, status }) => told_at !== null && isOwed(status));

export const deliverablesDue = told(
  (contract) => due(contract).length > 0,
  (contract) => `Due: ${called(contract)}`,
  (contract) =>
    due(contract)
      .map(({ name, due_date }) => `${due_date} ${name}`)
      .join("\n"),
);
