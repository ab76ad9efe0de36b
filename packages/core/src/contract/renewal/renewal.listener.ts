import { Contact } from "../../contact/contact.ts";
import { Customer } from "../../customer/customer.ts";
import { useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { Opportunity } from "../../opportunity/opportunity.ts";
import { Clocks, onClock } from "../../storage/jobs/clocks.ts";
import { Moved, type Transaction } from "../../storage/write/transaction.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { type ContractRecord, Contracts } from "../contract.entity.ts";
import { dueOf } from "../renewal.rules.ts";
import { ContractTerm } from "../term.rules.ts";
import { reached } from "./reached.ts";
import { begun, nextOf, none, settled } from "./settle.ts";
import { renewableOf, withNotice } from "./standing.ts";

/**
 * At `contract.notice_due`: one step of what becomes of a term, each once, also when the schedule was away for a while. What is due next stands
 * in its clock again, so a term that has begun and ended meanwhile has its own notice.
 */
export const onNotice = onClock((id, due_at) =>
  Tenant.asConfigured(() =>
    Clocks.attend(Contracts, id, "notice", due_at, async (contract, tx) =>
      behind(due_at, withNotice(await stepped(contract, tx), zone())),
    ),
  ),
);

/** What is due next, and was so at the same instant or before, is due a second later: of a term whose notice is its first day, say. */
function behind<C extends { notice_at: string | null }>(due_at: string, contract: C): C {
  const isBehind = contract.notice_at === null || contract.notice_at > due_at;
  return isBehind ? contract : { ...contract, notice_at: new Date(Date.parse(due_at) + 1000).toISOString() };
}

const zone = (): string => useSettings().timezone;

async function stepped(contract: ContractRecord, tx: Transaction): Promise<ContractRecord> {
  const customer = await Customer.load(contract.customer_id);
  const due = dueOf(renewableOf(contract, customer?.customer_type === "individual"));
  // It has moved since, and its clock with it.
  if (!due || due.day > today()) return contract;
  if (due.step === "BEGIN") return begun(contract, tx);
  const wrong = ContractTerm.wrongIn(nextOf(contract));
  if (due.step === "PROPOSE" || wrong) return proposed(contract, tx, wrong?.message ?? whyNot(contract, customer?.customer_type));
  if (due.step === "RENEW") return settled(contract, tx, { outcome: "RENEW", is_automatic: true });
  const to = await reached(contract, customer);
  if (typeof to === "string") return proposed(contract, tx, `The customer could not be told: ${to}`);
  return { ...contract, renewal: { ...(contract.renewal ?? none), told_for: contract.end_date, told_on: today() } };
}

/** Why one that says auto_renew is proposed all the same. */
function whyNot({ auto_renew, auto_renew_agreed }: ContractRecord, type: string | undefined): string | null {
  if (!auto_renew) return null;
  return type === "individual" && !auto_renew_agreed
    ? "The customer is an individual, and has not agreed to auto_renew"
    : "The customer was told too late that another term follows";
}

/** Its owner gets an opportunity of type RENEWAL, unless the customer is gone. */
async function proposed(contract: ContractRecord, tx: Transaction, reason: string | null): Promise<ContractRecord> {
  const customer = await Customer.load(contract.customer_id);
  const opportunity = customer && (await opportunityOf(contract));
  if (opportunity) {
    tx.alive(contract.customer_id, () => new Moved(`${contract.customer_id} was deleted`));
    Opportunity.add(tx, opportunity);
  }
  return settled(contract, tx, {
    outcome: "PROPOSE",
    is_automatic: true,
    reason,
    opportunity_id: opportunity?.id ?? null,
  });
}

async function opportunityOf(contract: ContractRecord) {
  const { title, contract_number, customer_id, end_date, currency } = contract;
  const next = nextOf(contract);
  const contact = contract.contact_id ? await Contact.load(contract.contact_id) : undefined;
  return Opportunity.prepare(
    {
      name: `Renewal: ${title}`.slice(0, 255),
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
