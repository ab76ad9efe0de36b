import type { Translate } from "../../../ui/i18n/use-text.ts";
import type { Hue } from "../../../ui/kit/hue.ts";
import { type AmendmentType, amendmentTypes } from "./amendment-rules.ts";

/** Names of what amendments have, because the schema has no kind for them. */

const statusHues: Readonly<Record<string, Hue>> = {
  LEGAL_REVIEW: "blue",
  INTERNAL_APPROVAL: "blue",
  CUSTOMER_APPROVAL: "indigo",
  SIGNING: "purple",
  SIGNED: "teal",
  EFFECTIVE: "green",
  REJECTED: "red",
};

export const findAmendmentHue = (status: unknown): Hue => statusHues[String(status)] ?? "gray";

export function nameAmendmentStatus(status: unknown, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    DRAFT: t("Draft"),
    LEGAL_REVIEW: t("Legal review"),
    INTERNAL_APPROVAL: t("Internal approval"),
    CUSTOMER_APPROVAL: t("Waits for the customer"),
    SIGNING: t("Being signed"),
    SIGNED: t("Signed"),
    EFFECTIVE: t("In effect"),
    REJECTED: t("Rejected"),
    WITHDRAWN: t("Withdrawn"),
    VOID: t("Void"),
  };
  return names[String(status)] ?? t("Unknown");
}

export function nameAmendmentType(type: unknown, t: Translate): string {
  const names: Readonly<Record<AmendmentType, string>> = {
    VALUE: t("Value"),
    TERM: t("Term"),
    PRICING: t("Pricing"),
    SCOPE: t("Deliverables"),
  };
  const known = amendmentTypes.find((name) => name === type);
  return known ? names[known] : t("Unknown");
}

/** Names an action of an amendment on its button. */
export function nameAmendmentAction(action: string, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    submitContractAmendment: t("Submit"),
    sendContractAmendment: t("Send to the customer"),
    approveContractAmendment: t("Record the customer’s approval"),
    rejectContractAmendment: t("Record the customer’s refusal"),
    revokeContractAmendmentLinks: t("Revoke the links"),
    signContractAmendment: t("Sign"),
    refreshContractAmendment: t("Refresh from contract"),
    withdrawContractAmendment: t("Withdraw"),
    deleteContractAmendment: t("Delete"),
  };
  return names[action] ?? action;
}
