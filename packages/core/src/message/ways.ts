import { InboundWebhooks } from "../inbound-webhook/inbound-webhooks.ts";
import { usePorts } from "../kernel/context.ts";
import { isId } from "../kernel/id.ts";
import type { HandedOver } from "../kernel/mailing.ts";
import { Records } from "../storage/write/records.ts";
import { ReachLink } from "../suppression/link.ts";
import type { Limit } from "./gate.ts";
import { reportTo } from "./hook-address.ts";
import { type MailAccountRecord, MailAccounts } from "./mail-account/mail-account.entity.ts";
import { fromOf, providerOf as mailProviderOf } from "./mail-account/mail-account.ts";
import type { MessageRecord, Wait } from "./message.entity.ts";
import type { ProviderName } from "./outcome.ts";
import { SmsNumbers } from "./sms-account/number.entity.ts";
import { SmsSenders } from "./sms-account/sender.entity.ts";
import { SmsServiceAccounts } from "./sms-account/service-account.entity.ts";
import { providerOf } from "./sms-account/service-account.ts";
import { SMS_NUMBER } from "./sms-account/sms-account.domain.ts";
import { TrackedMails } from "./tracking/mail.ts";

/** How messages go out from a number, or by an account of mails. */
export interface Way {
  provider: ProviderName;
  /** Milliseconds from one message to the next. */
  pause: number;
  limit: Limit;
  /** Hands one over, once; what goes wrong is a `ProviderFault`. */
  hand(message: MessageRecord): Promise<HandedOver>;
}

/** Or why nothing does: somebody has switched it off. */
export type Off = { wrong: Wait; pause: number };

export const wayFrom = (outlet: string): Promise<Way | Off> =>
  isId(outlet, SMS_NUMBER) ? wayOfNumber(outlet) : wayOfAccount(outlet);

async function wayOfNumber(id: string): Promise<Way | Off> {
  const number = await Records.load(SmsNumbers, id, { live: true });
  const [account, sender] = number
    ? await Promise.all([
        Records.load(SmsServiceAccounts, number.account_id, { live: true }),
        Records.load(SmsSenders, number.sender_id, { live: true }),
      ])
    : [];
  const pause = 1000 / (number?.messages_per_second ?? 1);
  if (!number?.is_active) return { wrong: "number_inactive", pause };
  if (!account?.is_active) return { wrong: "account_inactive", pause };
  if (sender?.status !== "ACTIVE") return { wrong: "sender_suspended", pause };
  const { webhook_id } = account;
  const [provider, reports] = await Promise.all([
    providerOf(account),
    webhook_id === null ? undefined : InboundWebhooks.addressOf(webhook_id),
  ]);
  return {
    ...{ provider: provider.provider, pause, limit: sender },
    hand: ({ id: message, from_address: from, to_address: to, body: text }) =>
      provider.send({ from, to, text, report_to: reports && reportTo(reports, message) }),
  };
}

async function wayOfAccount(id: string): Promise<Way | Off> {
  const account = await Records.load(MailAccounts, id, { live: true });
  const pause = 1000 / (account?.mails_per_second ?? 1);
  if (!account?.is_active) return { wrong: "account_inactive", pause };
  const provider = await mailProviderOf(account);
  return {
    ...{ provider: provider.provider, pause, limit: account },
    async hand(message) {
      const { text, html, headers } = await dressed(message, account);
      const { id: own, to_address: to, subject, created_at: at } = message;
      return provider.send({
        ...{ id: own, from: fromOf(account), to, subject: subject ?? "", text, headers, at },
        ...(html === undefined ? {} : { html }),
        reply_to: account.address,
        message_id: `${own}@${new URL(usePorts().origin).hostname}`,
      });
    },
  };
}

interface Dressed {
  text: string;
  html: string | undefined;
  headers: Record<string, string>;
}

/** Marketing has a way out of it, for people and for their programs, and is counted where the account says so. */
async function dressed(
  { id, purpose, body, body_html, to_address: address, created_at: at }: MessageRecord,
  { tracks }: MailAccountRecord,
): Promise<Dressed> {
  if (purpose !== "marketing") return { text: body, html: body_html ?? undefined, headers: {} };
  const link = await ReachLink.linkOf({ channel: "email", address, message: id });
  const headers = { "List-Unsubscribe": `<${link}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };
  const text = `${body}\n\n-- \n${link}\n`;
  if (body_html === null) return { text, html: undefined, headers };
  const signed = `${body_html}<p><a href="${link}">${link}</a></p>`;
  if (!tracks) return { text, html: signed, headers };
  const { html } = await TrackedMails.htmlOf({ message: id, at, html: signed, plain: [link] });
  return { text, html, headers };
}
