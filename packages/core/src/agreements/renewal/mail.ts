import { useSettings, useTenant } from "../../kernel/context.ts";
import { matchLanguage } from "../../kernel/language.ts";
import { sanitizeName, stripLinks } from "../../kernel/mail-sanitizer.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { createLocaleFormat } from "../../lib/pdf/locale-format.ts";
import { sendThrottled } from "../../platform/auth/throttled-send.ts";
import { withBrand } from "../../platform/tenant/branded-mail.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { normalizeAddress } from "../../scheduling/invitation/recipients.ts";
import { Records } from "../../storage/write/records.ts";
import { type ContractRecord, Contracts } from "../contract/contract.entity.ts";
import { planNextTerm } from "../contract/planned-term.rules.ts";
import { noticeDay } from "../contract/term.rules.ts";
import { translationsFor } from "./i18n.ts";
import { resolveRecipient } from "./recipient.ts";

/**
 * The mail that tells a customer about an automatic renewal. The mail id is the event id, so the mail port sends it once even if the event is
 * delivered again. If the contract no longer renews, no mail is sent.
 */

/** Maximum mails in an hour to one address, for each tenant. */
const MAX_MAILS_PER_HOUR = 10;
/** Maximum characters of the contract title. */
const MAX_TITLE_LENGTH = 120;

export const onRenewalNotified = (event: DomainEvent): Promise<void> => Tenant.runWithSettings(() => sendRenewalMail(event));

async function sendRenewalMail({ id, record_id }: DomainEvent): Promise<void> {
  const contract = await Records.load(Contracts, record_id, { live: true });
  if (contract?.status !== "ACTIVE" || contract.termination !== null) return;
  if (contract.renewal?.told_for !== contract.end_date) return;
  const [tenant, to] = await Promise.all([Tenant.get({}), resolveRecipient(contract)]);
  if (tenant.status === "SUSPENDED" || typeof to === "string") return;
  const { language, ...content } = composeMail(contract, tenant.name);
  await sendThrottled(withBrand({ id, to: to.email, ...content }, tenant, language), [
    `renewals of ${useTenant()} to ${normalizeAddress(to.email)}`,
    MAX_MAILS_PER_HOUR,
  ]);
}

/** The names of the tenant and of the contract are untrusted: links in them are removed. */
function composeMail(contract: ContractRecord, name: string): { language: string; subject: string; text: string } {
  const { letterhead } = useSettings();
  const language = matchLanguage(letterhead.language) ? letterhead.language : "en";
  const [words, speech] = [translationsFor(language), createLocaleFormat(language)];
  const { contract_number, currency, title, term_start_date, end_date, renewal_notice_days } = contract;
  const next = planNextTerm(contract);
  const placeholders = {
    from: sanitizeName(name) || contract_number,
    title: [...stripLinks(title)].slice(0, MAX_TITLE_LENGTH).join(""),
    number: contract_number,
    end: speech.day(end_date),
    until: speech.day(noticeDay({ start_date: term_start_date, end_date }, renewal_notice_days)),
    next_start: speech.day(next.start_date),
    next_end: speech.day(next.end_date),
    value: speech.money(next.contract_value, currency),
  };
  const text = [words.greeting, words.ends, words.follows, words.refuse].map((line) => fillPlaceholders(line, placeholders));
  return { language, subject: fillPlaceholders(words.subject, placeholders), text: `${text.join("\n\n")}\n` };
}
