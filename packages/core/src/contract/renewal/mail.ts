import { sendSparingly } from "../../auth/sparing.ts";
import { speechOf } from "../../document/speech.ts";
import { addressOf } from "../../invitation/recipients.ts";
import { useSettings, useTenant } from "../../kernel/context.ts";
import { languageOf } from "../../kernel/language.ts";
import { spoken, unlinked } from "../../kernel/mail-text.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { filled } from "../../kernel/text.ts";
import { Records } from "../../storage/write/records.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { type ContractRecord, Contracts } from "../contract.entity.ts";
import { noticeDay } from "../term.rules.ts";
import { reached } from "./reached.ts";
import { nextOf } from "./settle.ts";
import { wordsOf } from "./words.ts";

/**
 * The mail to a customer whose contract renews itself, behind the change that tells them. Its number is that of the event, so the mail port
 * sends it once, however often the event comes; one that comes when nothing renews any more is not sent.
 */

/** Mails in an hour to one address, of one tenant. */
const MOST = 10;
/** Characters of a contract's title. */
const TITLE = 120;

export const tell = (event: DomainEvent): Promise<void> => Tenant.asConfigured(() => mailed(event));

async function mailed({ id, record_id }: DomainEvent): Promise<void> {
  const contract = await Records.load(Contracts, record_id, { live: true });
  if (contract?.status !== "ACTIVE" || contract.termination !== null) return;
  if (contract.renewal?.told_for !== contract.end_date) return;
  const [tenant, to] = await Promise.all([Tenant.get({}), reached(contract)]);
  if (tenant.status === "SUSPENDED" || typeof to === "string") return;
  await sendSparingly({ id, to: to.email, ...letterOf(contract, tenant.name) }, [
    `renewals of ${useTenant()} to ${addressOf(to.email)}`,
    MOST,
  ]);
}

/** A tenant may be called anything, and so may a contract: neither leads anywhere. */
function letterOf(contract: ContractRecord, name: string): { subject: string; text: string } {
  const { letterhead } = useSettings();
  const language = languageOf(letterhead.language) ? letterhead.language : "en";
  const [words, speech] = [wordsOf(language), speechOf(language)];
  const { contract_number: number, currency, title, term_start_date: start_date, end_date, renewal_notice_days } = contract;
  const next = nextOf(contract);
  const said = {
    from: spoken(name) || number,
    title: [...unlinked(title)].slice(0, TITLE).join(""),
    number,
    end: speech.day(end_date),
    until: speech.day(noticeDay({ start_date, end_date }, renewal_notice_days)),
    next_start: speech.day(next.start_date),
    next_end: speech.day(next.end_date),
    value: speech.money(next.contract_value, currency),
  };
  const text = [words.greeting, words.ends, words.follows, words.refuse].map((line) => filled(line, said));
  return { subject: filled(words.subject, said), text: `${text.join("\n\n")}\n` };
}
