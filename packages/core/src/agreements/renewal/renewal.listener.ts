import { Contact } from "../../accounts/contact/contact.ts";
import { Customer } from "../../accounts/customer/customer.ts";
import { useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type ContractRecord, Contracts } from "../contract/contract.entity.ts";
import { planNextTerm } from "../contract/planned-term.rules.ts";
import { type DueStep, findDueStep } from "../contract/renewal.rules.ts";
import { RenewalApproval } from "../contract/renewal-approval.ts";
import { toRenewable, withNotice } from "../contract/renewal-fields.ts";
import { ContractTerm } from "../contract/term.rules.ts";
import { beginNextTerm, decideTerm, emptyRenewal } from "./next-term.ts";
import { resolveRecipient } from "./recipient.ts";

/**
 * Listener for `contract.notice_due`. Does one renewal step and sets the clock for the next one, so after an outage each term still gets its own
 * notice. Each step is done once.
 */
export const onNoticeDue = createClockListener((id, due_at) =>
  Tenant.runWithSettings(() =>
    Clocks.runDue(Contracts, id, "notice", due_at, async (contract, tx) =>
      deferNotice(due_at, withNotice(await applyDueStep(contract, tx), readTimezone())),
    ),
  ),
);

/**
 * The next step must have a later instant than this one. If it is due already, for example when the day of notice is the first day of the term, it is
 * set one second later.
 */
function deferNotice<C extends { notice_at: string | null }>(due_at: string, contract: C): C {
  const isBehind = contract.notice_at === null || contract.notice_at > due_at;
  return isBehind ? contract : { ...contract, notice_at: new Date(Date.parse(due_at) + 1000).toISOString() };
}

const readTimezone = (): string => useSettings().timezone;

async function applyDueStep(contract: ContractRecord, tx: Transaction): Promise<ContractRecord> {
  const customer = await Customer.load(contract.customer_id);
  const due = findDueStep(toRenewable(contract, customer?.customer_type === "individual"));
  // The step has moved to a later day, and the clock with it.
  if (!due || due.day > today()) return contract;
  if (due.step === "BEGIN") return beginNextTerm(contract, tx);
  const obstacle = ContractTerm.findTermFault(planNextTerm(contract))?.message ?? (await explainMissingApproval(contract, due));
  if (due.step === "PROPOSE" || obstacle)
    return proposeRenewal(contract, tx, obstacle ?? explainProposal(contract, customer?.customer_type));
  if (due.step === "RENEW") return decideTerm(contract, tx, { outcome: "RENEW", is_automatic: true });
  const to = await resolveRecipient(contract, customer);
  if (typeof to === "string") return proposeRenewal(contract, tx, `The customer could not be notified: ${to}`);
  return { ...contract, renewal: { ...(contract.renewal ?? emptyRenewal), told_for: contract.end_date, told_on: today() } };
}

/** Explains which approval a term that would begin by itself lacks. Its owner decides then, as about any other proposal. */
async function explainMissingApproval(contract: ContractRecord, { step }: DueStep): Promise<string | undefined> {
  const missing = step === "PROPOSE" ? undefined : await RenewalApproval.findUnapprovedRound(contract);
  return missing && `The next term needs the approval "${missing.level}": ${missing.reasons.join("; ")}`;
}

/** Explains why a contract with auto_renew is only proposed. */
function explainProposal({ auto_renew, auto_renew_agreed }: ContractRecord, type: string | undefined): string | null {
  if (!auto_renew) return null;
  return type === "individual" && !auto_renew_agreed
    ? "The customer is an individual who has not agreed to auto_renew"
    : "The customer was notified too late of the next term";
}

/** Creates an opportunity of type RENEWAL for the owner, unless the customer is deleted. */
async function proposeRenewal(contract: ContractRecord, tx: Transaction, reason: string | null): Promise<ContractRecord> {
  const customer = await Customer.load(contract.customer_id);
  const opportunity = customer && (await prepareOpportunity(contract));
  if (opportunity) {
    tx.requireLive(contract.customer_id, () => new WriteConflict(`${contract.customer_id} was deleted`));
    Opportunity.add(tx, opportunity);
  }
  return decideTerm(contract, tx, {
    outcome: "PROPOSE",
    is_automatic: true,
    reason,
    opportunity_id: opportunity?.id ?? null,
  });
}

async function prepareOpportunity(contract: ContractRecord) {
  const { title, contract_number, customer_id, end_date, currency } = contract;
  const next = planNextTerm(contract);
  const contact = contract.contact_id ? await Contact.load(contract.contact_id) : undefined;
  return Opportunity.prepare(
    {
      name: toSingleLine(`Renewal: ${title}`, 255),
      description: `${contract_number} ends on ${end_date}`,
      type: "RENEWAL",
      customer_id,
      contact_id: contact?.customer_id === customer_id ? contact.id : null,
      amount: next.contract_value,
      currency,
      close_date: end_date,
    },
    { owner_id: contract.owner_id },
  );
}
