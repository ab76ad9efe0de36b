import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { ContractRecord } from "./contract.entity.ts";
import { isUndelivered } from "./status.rules.ts";

/** Notifications for the owners of contracts. */

const buildNotification = (
  isSo: (contract: ContractRecord) => boolean,
  title: (contract: ContractRecord) => string,
  body: (contract: ContractRecord) => string | null = () => null,
) =>
  ({
    recipient: (contract) => (isSo(contract) ? contract.owner_id : null),
    title,
    body: (contract) => body(contract)?.slice(0, 500) ?? null,
  }) satisfies NotificationType<ContractRecord>;

const formatName = ({ contract_number, title }: ContractRecord): string =>
  title === contract_number ? contract_number : `${contract_number} ${title}`;

export const approved = buildNotification(
  ({ status }) => status === "APPROVED",
  (contract) => `Contract approved: ${formatName(contract)}`,
);
export const signed = buildNotification(
  ({ customer_signed, company_signed }) => customer_signed && company_signed,
  (contract) => `Signed by both sides: ${formatName(contract)}`,
);
export const active = buildNotification(
  ({ status }) => status === "ACTIVE",
  (contract) => `Contract in force: ${formatName(contract)}`,
);
export const expired = buildNotification(
  ({ status }) => status === "EXPIRED",
  (contract) => `Contract has expired: ${formatName(contract)}`,
);
export const terminated = buildNotification(
  ({ termination }) => termination !== null,
  (contract) =>
    contract.status === "TERMINATED"
      ? `Contract terminated: ${formatName(contract)}`
      : `Contract ends on ${contract.termination?.effective_date}: ${formatName(contract)}`,
  ({ termination }) => termination?.reason ?? null,
);

const listDue = ({ deliverables }: ContractRecord) =>
  deliverables.filter(({ told_at, status }) => told_at !== null && isUndelivered(status));

export const deliverablesDue = buildNotification(
  (contract) => listDue(contract).length > 0,
  (contract) => `Due: ${formatName(contract)}`,
  (contract) =>
    listDue(contract)
      .map(({ name, due_date }) => `${due_date} ${name}`)
      .join("\n"),
);
