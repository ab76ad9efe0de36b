import { usePorts, useSettings } from "../../kernel/context.ts";
import { escapeHtml } from "../../kernel/html.ts";
import { isId } from "../../kernel/id.ts";
import type { SendReceipt } from "../../kernel/mail-provider.ts";
import { memoize } from "../../kernel/memoize.ts";
import { PreferencesLink } from "../../people/suppression/preferences-link.ts";
import { GENERAL_TYPE } from "../../people/suppression/subscription-type.masters.ts";
import { Records } from "../../storage/write/records.ts";
import { InboundWebhooks } from "../inbound-webhook/inbound-webhooks.ts";
import { type MailAccountRecord, MailAccounts } from "../mail-account/mail-account.entity.ts";
import { formatSender, createProvider as mailProviderOf } from "../mail-account/mail-account.ts";
import type { MessageRecord, WaitReason } from "../message/message.entity.ts";
import { PostalAddress } from "../message/postal-address.ts";
import type { DailyLimit } from "../message/send-policy.ts";
import { SmsNumbers } from "../sms-account/number.entity.ts";
import { SmsSenders } from "../sms-account/sender.entity.ts";
import { SmsServiceAccounts } from "../sms-account/service-account.entity.ts";
import { createProvider } from "../sms-account/service-account.ts";
import { SMS_NUMBER } from "../sms-account/sms-account.kind.ts";
import { placePreferencesLink } from "../template/preferences-link.rules.ts";
import { CampaignUtm } from "../tracking/campaign-utm.ts";
import { TrackedHtml } from "../tracking/tracked-html.ts";
import { buildCallbackUrl } from "./callback-url.ts";
import { addHtmlFooter, addTextFooter } from "./marketing-footer.rules.ts";
import type { ProviderName } from "./status-update.ts";

/** How messages from a number or mail account are sent. */
export interface Route {
  provider: ProviderName;
  /** Milliseconds between two messages. */
  pause: number;
  limit: DailyLimit;
  /** Sends one message, once. Errors are `ProviderFault`. */
  send(message: MessageRecord): Promise<SendReceipt>;
}

/** Why nothing is sent: the sender, account or number is switched off. */
export type Unavailable = { wrong: WaitReason; pause: number };

export const resolveRoute = (outlet: string): Promise<Route | Unavailable> =>
  isId(outlet, SMS_NUMBER) ? loadNumberRoute(outlet) : loadAccountRoute(outlet);

async function loadNumberRoute(id: string): Promise<Route | Unavailable> {
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
    createProvider(account),
    webhook_id === null ? undefined : InboundWebhooks.findUrl(webhook_id),
  ]);
  return {
    ...{ provider: provider.provider, pause, limit: sender },
    send: ({ id: message, from_address: from, to_address: to, body: text }) =>
      provider.send({ from, to, text, report_to: reports && buildCallbackUrl(reports, message) }),
  };
}

async function loadAccountRoute(id: string): Promise<Route | Unavailable> {
  const account = await Records.load(MailAccounts, id, { live: true });
  const pause = 1000 / (account?.mails_per_second ?? 1);
  if (!account?.is_active) return { wrong: "account_inactive", pause };
  const provider = await mailProviderOf(account);
  return {
    ...{ provider: provider.provider, pause, limit: account },
    async send(message) {
      const { text, html, headers } = await buildMailContent(message, account);
      const { id: messageId, to_address: to, subject, created_at: createdAt } = message;
      return provider.send({
        ...{ id: messageId, from: formatSender(account), to, subject: subject ?? "", text, headers, at: createdAt },
        ...(html === undefined ? {} : { html }),
        reply_to: account.address,
        message_id: `${messageId}@${new URL(usePorts().origin).hostname}`,
      });
    },
  };
}

/** The texts in all languages are loaded with the first marketing mail. */
const loadTranslations = memoize(() => import("../../people/suppression/i18n.ts"));

interface MailContent {
  text: string;
  html: string | undefined;
  headers: Record<string, string>;
}

/**
 * Builds the content of a mail. Marketing mail gets a footer with the postal address of the tenant and an unsubscribe link, headers for
 * unsubscribing, and the UTM parameters of its campaign. Its opens and clicks are counted if it is tracked.
 */
async function buildMailContent(message: MessageRecord, { tracks }: MailAccountRecord): Promise<MailContent> {
  const { id, purpose, subscription_type, body, body_html, is_tracked, to_address: address, created_at: createdAt } = message;
  if (purpose !== "marketing")
    return { text: body, html: body_html === null ? undefined : placePreferencesLink(body_html, null), headers: {} };
  const type = subscription_type ?? GENERAL_TYPE;
  const link = await PreferencesLink.buildLink({ channel: "email", address, message: id, type });
  const headers = PreferencesLink.buildUnsubscribeHeaders(link);
  const postalAddress = PostalAddress.find() ?? [];
  const { language } = useSettings().letterhead;
  const { translationsFor } = await loadTranslations();
  const footer = { link, label: translationsFor(language).footer_link, postalAddress };
  const text = addTextFooter(body, footer);
  if (body_html === null) return { text, html: undefined, headers };
  const signed = addHtmlFooter(placePreferencesLink(body_html, escapeHtml(link)), footer);
  const mail = { html: signed, plain: [link], utm: await CampaignUtm.loadLinkUtm(message) };
  // Messages of earlier releases do not say whether they are tracked: the account does.
  const html =
    (is_tracked ?? tracks ?? false)
      ? (await TrackedHtml.build({ message: id, at: createdAt, ...mail })).html
      : await TrackedHtml.addUtm(mail);
  return { text, html, headers };
}
