import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts, useSettings } from "../../kernel/context.ts";
import { escapeHtml } from "../../kernel/html.ts";
import { isId } from "../../kernel/id.ts";
import type { MailAttachment, SendReceipt } from "../../kernel/mail-provider.ts";
import { memoize } from "../../kernel/memoize.ts";
import { ProviderFault } from "../../lib/provider-http/fault.ts";
import { PreferencesLink } from "../../people/suppression/preferences-link.ts";
import { GENERAL_TYPE } from "../../people/suppression/subscription-type.masters.ts";
import { Upload } from "../../platform/upload/upload.ts";
import { Records } from "../../storage/write/records.ts";
import { InboundWebhooks } from "../inbound-webhook/inbound-webhooks.ts";
import { MailAccounts } from "../mail-account/mail-account.entity.ts";
import { formatSender, createProvider as mailProviderOf } from "../mail-account/mail-account.ts";
import type { MessageRecord, WaitReason } from "../message/message.entity.ts";
import { PostalAddress } from "../message/postal-address.ts";
import { ReplyThread } from "../message/reply-thread.ts";
import { type DailyLimit, listAllowedCopies } from "../message/send-policy.ts";
import { isTracked } from "../message/tracking-choice.rules.ts";
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
  /** Whether opens and clicks of a message are counted. */
  tracks(message: MessageRecord): boolean;
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
    ...{ provider: provider.provider, pause, limit: sender, tracks: () => false },
    send: ({ id: message, from_address, to_address, body }) =>
      provider.send({ from: from_address, to: to_address, text: body, report_to: reports && buildCallbackUrl(reports, message) }),
  };
}

async function loadAccountRoute(id: string): Promise<Route | Unavailable> {
  const account = await Records.load(MailAccounts, id, { live: true });
  const pause = 1000 / (account?.mails_per_second ?? 1);
  if (!account?.is_active) return { wrong: "account_inactive", pause };
  const provider = await mailProviderOf(account);
  return {
    ...{ provider: provider.provider, pause, limit: account },
    tracks: (message) => isTracked(message, account.tracks ?? false),
    async send(message) {
      const { text, html, headers } = await buildMailContent(message);
      const { id: messageId, to_address, subject, created_at } = message;
      const [{ reply_to, references }, cc, attachments] = await Promise.all([
        ReplyThread.build(message, account.address),
        listAllowedCopies(message),
        loadAttachments(message),
      ]);
      return provider.send({
        ...{
          id: messageId,
          from: formatSender(account),
          to: to_address,
          cc,
          subject: subject ?? "",
          text,
          headers,
          sentAt: created_at,
        },
        ...(html === undefined ? {} : { html }),
        ...{ attachments, reply_to, references },
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

/** Loads the files of a mail. Their bytes never change. A mail without all of its files is not sent. */
async function loadAttachments({ files }: MessageRecord): Promise<MailAttachment[]> {
  return Promise.all(
    (files ?? []).map(async ({ upload_id, file_name, file_type }) => {
      const source = await usePorts().objects.open(Upload.permanentKey(upload_id));
      if (!source) throw new ProviderFault("refused", "attachment_missing", `The file ${file_name} no longer exists`);
      return { file_name, content_type: file_type, base64: Buffer.from(await collectBytes(source.read())).toString("base64") };
    }),
  );
}

/**
 * Builds the content of a mail. Marketing mail gets a footer with the postal address of the tenant and an unsubscribe link, headers for
 * unsubscribing, and the UTM parameters of its campaign. Opens and clicks are counted if the mail is tracked.
 */
async function buildMailContent(message: MessageRecord): Promise<MailContent> {
  const { id, purpose, subscription_type, body, body_html, to_address } = message;
  if (purpose !== "marketing") {
    const html = body_html === null ? undefined : placePreferencesLink(body_html, null);
    return { text: body, html: await rewriteHtml(message, html, []), headers: {} };
  }
  const type = subscription_type ?? GENERAL_TYPE;
  const link = await PreferencesLink.buildLink({ channel: "email", address: to_address, message: id, type });
  const headers = PreferencesLink.buildUnsubscribeHeaders(link);
  const postalAddress = PostalAddress.find() ?? [];
  const { language } = useSettings().letterhead;
  const { translationsFor } = await loadTranslations();
  const footer = { link, label: translationsFor(language).footer_link, postalAddress };
  const text = addTextFooter(body, footer);
  const html = body_html === null ? undefined : addHtmlFooter(placePreferencesLink(body_html, escapeHtml(link)), footer);
  return { text, html: await rewriteHtml(message, html, [link]), headers };
}

/** Replaces the links of a tracked mail and adds its pixel. Other mails get the UTM parameters alone. `plain` are links that stay as they are. */
async function rewriteHtml(
  message: MessageRecord,
  content: string | undefined,
  plain: readonly string[],
): Promise<string | undefined> {
  if (content === undefined) return undefined;
  const mail = { html: content, plain, utm: await CampaignUtm.loadLinkUtm(message) };
  if (!message.is_tracked) return TrackedHtml.addUtm(mail);
  const { html } = await TrackedHtml.build({ message: message.id, sentAt: message.created_at, ...mail });
  return html;
}
