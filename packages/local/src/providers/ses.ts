import { randomBytes, randomUUID, sign } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { WebRequest, WebResponse } from "@crm/core/kernel/ports.ts";
import { type CertificateHolder, issueCertificate } from "./certificates.ts";
import {
  type Act,
  type Hook,
  jsonResponse,
  type OutgoingEvent,
  type ProviderDouble,
  type ProviderState,
  randomId,
} from "./double.ts";

/**
 * SES and SNS, as their published APIs behave (docs/messaging/mail-providers.md): mails by API v2, events by a topic, signed with certificates of the
 * double's own authority.
 */

interface SesMail {
  id: string;
  at: string;
  from: string;
  to: string[];
  tags: Record<string, string[]>;
  /** The raw mail, as the caller sent it. */
  raw: string;
  status: string;
}

interface SesAccount {
  region: string;
  topic: string;
  root: CertificateHolder;
  own: CertificateHolder;
  /** The name of the file with its certificate. */
  file: string;
}

const REGION = "eu-central-1";
const EMAIL_HOST = `email.${REGION}.amazonaws.com`;
const SNS_HOST = `sns.${REGION}.amazonaws.com`;
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

const errorResponse = (status: number, name: string, message: string): WebResponse =>
  jsonResponse(status, { message }, { "x-amzn-errortype": name });

interface SesDouble extends ProviderDouble {
  /** Returns the root certificates that sign the double's certificates. */
  authorities(): string[];
}

export function sesDouble(state: ProviderState): SesDouble {
  const loadAccount = (): SesAccount => {
    const storedAccount = state.get<SesAccount>("account", "own");
    if (storedAccount) return storedAccount;
    const times = { from: Clock.ms() - YEAR_MS, to: Clock.ms() + 10 * YEAR_MS };
    const root = issueCertificate({ name: "Root of the double", ...times, is_authority: true });
    const createdAccount = {
      region: REGION,
      topic: `arn:aws:sns:${REGION}:123456789012:crm-mails`,
      root,
      own: issueCertificate({ name: "sns.amazonaws.com", ...times, hosts: ["sns.amazonaws.com"], keys: "rsa" }, root),
      file: `SimpleNotificationService-${randomBytes(16).toString("hex")}.pem`,
    };
    state.put("account", "own", createdAccount);
    return createdAccount;
  };
  const save = (mail: SesMail): void => state.put("message", mail.id, mail);

  /** Queues a post of SNS. Its signature covers the sorted fields, with name and value on a line each. */
  const queue = (event: string, mail: string, fields: Record<string, string>): OutgoingEvent[] => {
    const hook = state.get<Hook>("hook", "account");
    if (!hook) return [];
    const { topic, own: signer, file } = loadAccount();
    const snsMessage: Record<string, string> = { ...fields, MessageId: randomUUID(), TopicArn: topic, Timestamp: Clock.now() };
    const text = Object.keys(snsMessage)
      .sort()
      .map((name) => `${name}\n${snsMessage[name]}\n`)
      .join("");
    const Signature = sign("sha256", Buffer.from(text), signer.key).toString("base64");
    const body = JSON.stringify({
      ...snsMessage,
      SignatureVersion: "2",
      Signature,
      SigningCertURL: `https://${SNS_HOST}/${file}`,
    });
    const headers = { "content-type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": fields.Type ?? "" };
    const outgoingEvent = { id: randomId(), provider: "ses", envelope_id: mail, event, url: hook.url, headers, body };
    state.put("waiting", outgoingEvent.id, outgoingEvent);
    return [outgoingEvent];
  };

  const tell = ({ id, at: timestamp, from, to, tags }: SesMail, eventType: string, more: object): OutgoingEvent[] => {
    const mail = { messageId: id, timestamp: timestamp, source: from, destination: to, tags };
    return queue(eventType, id, { Type: "Notification", Message: JSON.stringify({ eventType, mail, ...more }) });
  };

  const send = ({ body }: WebRequest): WebResponse => {
    const input = JSON.parse(Buffer.from(body ?? "").toString("utf8")) as {
      FromEmailAddress?: string;
      Destination?: { ToAddresses?: string[]; CcAddresses?: string[] };
      Content?: { Raw?: { Data?: string } };
      EmailTags?: { Name: string; Value: string }[];
    };
    const { ToAddresses = [], CcAddresses = [] } = input.Destination ?? {};
    const raw = Buffer.from(input.Content?.Raw?.Data ?? "", "base64").toString("utf8");
    if (raw === "") return errorResponse(400, "BadRequestException", "Content is missing");
    if (ToAddresses.some((address) => !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address)))
      return errorResponse(400, "BadRequestException", "Missing final '@domain'");
    const tags = Object.fromEntries((input.EmailTags ?? []).map(({ Name, Value }) => [Name, [Value]]));
    const to = [...ToAddresses, ...CcAddresses];
    const mail = {
      id: `0107${randomUUID()}`,
      at: Clock.now(),
      from: input.FromEmailAddress ?? "",
      to,
      tags,
      raw,
      status: "sent",
    };
    save(mail);
    tell(mail, "Send", { send: {} });
    return jsonResponse(200, { MessageId: mail.id });
  };

  const events: Readonly<
    Record<string, (mail: SesMail, reason: string | undefined) => [event: string, more: object, settled: boolean]>
  > = {
    deliver: ({ to }) => ["Delivery", { delivery: { timestamp: Clock.now(), recipients: to, smtpResponse: "250 ok" } }, true],
    bounce: (mail, reason = "General") => ["Bounce", buildBounce(mail, "Permanent", reason, "5.1.1"), true],
    soft_bounce: (mail, reason = "MailboxFull") => ["Bounce", buildBounce(mail, "Transient", reason, "4.2.2"), true],
    complain: ({ to }, reason = "abuse") => [
      "Complaint",
      { complaint: { timestamp: Clock.now(), complaintFeedbackType: reason, complainedRecipients: toRecipients(to) } },
      false,
    ],
    delay: ({ to }, reason = "MailboxFull") => [
      "DeliveryDelay",
      { deliveryDelay: { timestamp: Clock.now(), delayType: reason, delayedRecipients: toRecipients(to) } },
      false,
    ],
    reject: () => ["Reject", { reject: { reason: "Bad content" } }, true],
  };

  return {
    provider: "ses",
    hosts: [EMAIL_HOST, SNS_HOST],
    authorities: () => [loadAccount().root.certificate],
    async serve(request) {
      const { host, pathname, searchParams } = new URL(request.url);
      const { own: signer, file, topic } = loadAccount();
      if (host === SNS_HOST && pathname === `/${file}`)
        return { status: 200, headers: { "content-type": "application/x-pem-file" }, body: Buffer.from(signer.certificate) };
      if (host === SNS_HOST && searchParams.get("Action") === "ConfirmSubscription" && searchParams.get("TopicArn") === topic)
        return { status: 200, headers: { "content-type": "text/xml" }, body: Buffer.from("<ConfirmSubscriptionResponse/>") };
      const key = `${request.method} ${host === EMAIL_HOST ? pathname : ""}`;
      if (key === "POST /v2/email/outbound-emails") return send(request);
      if (key === "GET /v2/email/account")
        return jsonResponse(200, { SendingEnabled: true, EnforcementStatus: "HEALTHY", ProductionAccessEnabled: true });
      return errorResponse(404, "NotFoundException", "No such resource");
    },
    failureResponse: (mode) =>
      ({
        error: errorResponse(500, "InternalServiceErrorException", "An internal error has occurred"),
        refused: errorResponse(400, "MessageRejected", "Email address is not verified"),
        rate_limited: errorResponse(429, "TooManyRequestsException", "Maximum sending rate exceeded"),
      })[mode],
    credentials: async () => ({ region: loadAccount().region, topic: loadAccount().topic }),
    async configure({ hook }) {
      if (hook === null) state.remove("hook", "account");
      if (hook === null || hook === undefined) return undefined;
      state.put("hook", "account", hook);
      const { topic } = loadAccount();
      const Token = randomBytes(32).toString("hex");
      const asking = new URLSearchParams({ Action: "ConfirmSubscription", TopicArn: topic, Token });
      const Message = `You have chosen to subscribe to the topic ${topic}.\nTo confirm the subscription, visit the SubscribeURL.`;
      const SubscribeURL = `https://${SNS_HOST}/?${asking.toString()}`;
      queue("SubscriptionConfirmation", topic, { Type: "SubscriptionConfirmation", Message, Token, SubscribeURL });
      return undefined;
    },
    async performAct(id, { do: action, reason }: Act) {
      const mail = state.get<SesMail>("message", id);
      if (!mail) return { wrong: "No such message" };
      const event = Object.hasOwn(events, action) ? events[action] : undefined;
      if (!event) return { wrong: `The action must be one of ${Object.keys(events).join(", ")}` };
      const [name, more, isSettled] = event(mail, reason);
      if (isSettled && mail.status !== "sent") return { wrong: `The message is ${mail.status}` };
      if (isSettled) save({ ...mail, status: name });
      return { events: tell(mail, name, more) };
    },
    listEnvelopes: () => state.list<SesMail>("message"),
  };
}

const toRecipients = (addresses: readonly string[]) => addresses.map((emailAddress) => ({ emailAddress }));

const buildBounce = ({ to }: SesMail, bounceType: string, bounceSubType: string, status: string) => ({
  bounce: {
    ...{ bounceType, bounceSubType, timestamp: Clock.now(), feedbackId: randomUUID() },
    bouncedRecipients: toRecipients(to).map((recipient) => ({
      ...recipient,
      action: "failed",
      status,
      diagnosticCode: `smtp; 550 ${status}`,
    })),
  },
});
