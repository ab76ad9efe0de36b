import { sign } from "node:crypto";
import { type CertificateHolder, issueCertificate } from "@crm/local/providers/certificates.ts";
import type { SignedRequest } from "./provider-requests.ts";

/** Signs messages as Amazon SNS does, written from its documentation. */

export const TOPIC = "arn:aws:sns:eu-central-1:123456789012:crm-mails";
export const CERTIFICATE =
  "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-6209c161c6221fdf56ec1eb5c821d112.pem";
export const ISSUER = "http://crt.r2m02.amazontrust.com/r2m02.cer";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A certificate chain: a root, an intermediate that it issued, and the certificate of SNS. */
export function createCertificateChain(
  now: number,
  leaf: Partial<Parameters<typeof issueCertificate>[0]> = {},
  between: Partial<Parameters<typeof issueCertificate>[0]> = {},
) {
  const times = { from: now - DAY_MS, to: now + 90 * DAY_MS };
  const root = issueCertificate({ name: "Root of the test", ...times, is_authority: true });
  const middle = issueCertificate({ name: "Between", ...times, is_authority: true, ...between }, root);
  const own = { name: "sns.amazonaws.com", ...times, hosts: ["sns.amazonaws.com"], issuer_url: ISSUER, keys: "rsa" as const };
  return { root, middle, leaf: issueCertificate({ ...own, ...leaf }, middle) };
}

export type SnsFields = Readonly<Record<string, string>>;

const SIGNED_FIELDS = {
  Notification: "Message MessageId Subject Timestamp TopicArn Type",
  SubscriptionConfirmation: "Message MessageId SubscribeURL Timestamp Token TopicArn Type",
  UnsubscribeConfirmation: "Message MessageId SubscribeURL Timestamp Token TopicArn Type",
};

export const buildNotification = (message: string, at: number, more: SnsFields = {}): SnsFields => ({
  Type: "Notification",
  MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
  TopicArn: TOPIC,
  Subject: "Amazon SES Email Event Notification",
  Message: message,
  Timestamp: new Date(at).toISOString(),
  ...more,
});

export const buildConfirmation = (at: number, more: SnsFields = {}): SnsFields => {
  const Token = "2336412f37";
  const asking = new URLSearchParams({ Action: "ConfirmSubscription", TopicArn: TOPIC, Token });
  return {
    Type: "SubscriptionConfirmation",
    MessageId: "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
    Token,
    TopicArn: TOPIC,
    Message: "You have chosen to subscribe to the topic.\nTo confirm the subscription, visit the SubscribeURL.",
    SubscribeURL: `https://sns.eu-central-1.amazonaws.com/?${asking.toString()}`,
    Timestamp: new Date(at).toISOString(),
    ...more,
  };
};

/** Signs the fields that SNS signs, and adds `more` unsigned. */
export function signSnsMessage(
  fields: SnsFields,
  { key }: CertificateHolder,
  version: "1" | "2" = "2",
  more: SnsFields = {},
): SignedRequest {
  const names = SIGNED_FIELDS[fields.Type as keyof typeof SIGNED_FIELDS].split(" ").filter((name) => fields[name] !== undefined);
  const text = names.map((name) => `${name}\n${fields[name]}\n`).join("");
  const Signature = sign(version === "1" ? "sha1" : "sha256", Buffer.from(text), key).toString("base64");
  const whole = { ...fields, SignatureVersion: version, Signature, SigningCertURL: CERTIFICATE, ...more };
  return {
    body: Buffer.from(JSON.stringify(whole)).toString("latin1"),
    headers: { "content-type": "text/plain; charset=UTF-8" },
  };
}
