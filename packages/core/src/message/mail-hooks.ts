import type { HookHandler, Told, Outcome as Worked } from "../inbound-webhook/hook-handler.ts";
import { isId } from "../kernel/id.ts";
import { emailPoint } from "../person/contact.ts";
import { Records } from "../storage/write/records.ts";
import { Suppressions } from "../suppression/suppressions.ts";
import { Tenant } from "../tenant/tenant.ts";
import { MESSAGE } from "./message.domain.ts";
import { type MessageRecord, Messages } from "./message.entity.ts";
import { messageOf, Outcome } from "./outcome.ts";
import type { MailNews, RecipientNews } from "./provider/mail-provider.ts";
import { newsIn } from "./provider/ses.rules.ts";

/**
 * What SES tells by SNS. A mail is looked for among the tenant's own messages. Who bounced for good or complained gets nothing more, also
 * where the mail was none of these: their address is what they say.
 */
export const ses: HookHandler = { handle: (told) => Tenant.asConfigured(() => handled(told)) };

async function handled({ body, delivery }: Told): Promise<Worked> {
  const news = newsIn(body, delivery.created_at);
  if (!news) return { quarantined: "Not an event as SES tells of them" };
  const message = await messageNamed(news);
  const source = message?.id ?? null;
  for (const recipient of news.recipients) await suppressed(recipient, source, news.report?.at ?? delivery.created_at);
  if (!message || !news.report) return { done: `${news.event}: nothing more follows` };
  const after = await Outcome.told(message.id, "ses", { provider_id: news.provider_id, report: news.report });
  return { done: after?.status === message.status ? "Nothing new" : `It is ${after?.status}`, record_id: message.id };
}

/** One that goes to somebody else is not the one that is meant. */
async function messageNamed({ message: named, provider_id, recipients }: MailNews): Promise<MessageRecord | undefined> {
  const id = named !== null && isId(named, MESSAGE) ? named : await messageOf("ses", provider_id);
  const message = id === undefined ? undefined : await Records.load(Messages, id, { live: true });
  const isTheirs = recipients.length === 0 || recipients.some(({ address }) => normal(address) === message?.to_address);
  return message?.channel === "email" && message.direction === "out" && isTheirs ? message : undefined;
}

const normal = (address: string): string | undefined => emailPoint(address)?.normalized;

async function suppressed({ address, became, is_permanent }: RecipientNews, source: string | null, at: string): Promise<void> {
  if (!is_permanent || normal(address) === undefined) return;
  const reason = became === "complained" ? "COMPLAINED" : "BOUNCED";
  await Suppressions.add({ channel: "email", address, reason, source, at });
}
