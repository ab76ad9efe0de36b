import { type KeyObject, verify } from "node:crypto";
import * as z from "zod";
import { decodeBase64, isEqual, TOLERANCE_SECONDS } from "./signature-primitives.rules.ts";
import type { SignatureCheck, VerificationContext, WebhookRequest } from "./webhook-request.ts";

/** Pure rules: parses and verifies messages of Amazon SNS (docs/messaging/inbound-webhooks.md). */

/** No field except the text may contain a line end, so that the signed lines have only one meaning. */
const lineSchema = z
  .string()
  .max(2048)
  .regex(/^[^\r\n]*$/);

const commonFields = {
  MessageId: lineSchema.min(1).max(256),
  TopicArn: lineSchema,
  Message: z.string(),
  Timestamp: lineSchema,
  SignatureVersion: z.enum(["1", "2"]),
  Signature: z.string().max(2048),
  SigningCertURL: lineSchema,
};
const confirmationFields = { ...commonFields, Token: lineSchema, SubscribeURL: lineSchema };

const SnsMessage = z.discriminatedUnion("Type", [
  z.object({ ...commonFields, Type: z.literal("Notification"), Subject: lineSchema.nullish() }),
  z.object({ ...confirmationFields, Type: z.literal("SubscriptionConfirmation") }),
  z.object({ ...confirmationFields, Type: z.literal("UnsubscribeConfirmation") }),
]);
type SnsMessage = z.output<typeof SnsMessage>;

/** Parses a message; undefined if it is not from SNS. */
export function parseSnsMessage(bytes: Uint8Array): SnsMessage | undefined {
  try {
    return SnsMessage.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8"))).data;
  } catch {
    return undefined;
  }
}

/** For example `arn:aws:sns:eu-central-1:123456789012:crm-mails`. Names of FIFO topics end with `.fifo`. */
const TOPIC_PATTERN = /^arn:(aws|aws-cn|aws-us-gov):sns:([a-z]{2}(?:-[a-z]+)+-\d{1,2}):\d{12}:[\w-]{1,256}(?:\.fifo)?$/;

export const isTopic = (text: string): boolean => TOPIC_PATTERN.test(text);

/** Returns the host of SNS in a region, in the region's partition. */
const regionHost = (region: string): string => `sns.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;

const CERTIFICATE_URL_PATTERN =
  /^https:\/\/(sns\.([a-z]{2}(?:-[a-z]+)+-\d{1,2})\.amazonaws\.com(?:\.cn)?)\/SimpleNotificationService-[0-9a-f]{8,64}\.pem$/;

/** Returns the region of a certificate URL of SNS; undefined for any other URL. */
export function parseCertificateRegion(url: string): string | undefined {
  const [, host, region] = CERTIFICATE_URL_PATTERN.exec(url) ?? [];
  return region !== undefined && host === regionHost(region) ? region : undefined;
}

/**
 * Returns the host names of the certificates of a region, as in `SnsHostProvider` of the AWS SDK for Java, including regions of
 * their own.
 */
export function listCertificateNames(region: string): string[] {
  if (region.startsWith("cn-")) return [`sns-${region}.amazonaws.com.cn`];
  if (region.startsWith("us-gov-")) return ["sns-us-gov-west-1.amazonaws.com"];
  return ["sns.amazonaws.com", `sns-signing.${region}.amazonaws.com`];
}

const SIGNED_FIELDS: Readonly<Record<SnsMessage["Type"], readonly string[]>> = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
};

/** Builds the signed text: names and values, each on a line. The subject is included only if there is one. */
function buildSignedText(posted: SnsMessage): string {
  const values: Readonly<Record<string, unknown>> = posted;
  return SIGNED_FIELDS[posted.Type]
    .flatMap((name) => (values[name] == null ? [] : [`${name}\n${String(values[name])}\n`]))
    .join("");
}

/** Seconds for which SNS repeats a message by HTTPS: its timestamp is that of the first try. */
const RETRY_SECONDS = 60 * 60;

/** Tells whether the signed timestamp is one with which SNS can still send. */
function isTimely({ Timestamp }: SnsMessage, now: number): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(Timestamp)) return false;
  const age = (now - Date.parse(Timestamp)) / 1000;
  return age <= RETRY_SECONDS + TOLERANCE_SECONDS && age >= -TOLERANCE_SECONDS;
}

/**
 * Parses a message that may be genuine as far as can be told without a request: its topic is that of the webhook, its time is
 * valid, and its certificate URL belongs to SNS.
 */
export function parsePlausibleMessage(
  { bytes }: Pick<WebhookRequest, "bytes">,
  { secrets, now }: Pick<VerificationContext, "secrets" | "now">,
): SnsMessage | undefined {
  const posted = parseSnsMessage(bytes);
  if (!posted || !isTimely(posted, now) || parseCertificateRegion(posted.SigningCertURL) === undefined) return undefined;
  return secrets.some((topic) => isEqual(topic, posted.TopicArn)) ? posted : undefined;
}

const isSignedBy = (posted: SnsMessage, key: KeyObject): boolean => {
  const signature = decodeBase64(posted.Signature);
  const algorithm = posted.SignatureVersion === "1" ? "sha1" : "sha256";
  return signature !== undefined && verify(algorithm, Buffer.from(buildSignedText(posted)), key, signature);
};

/**
 * Checks a message of Amazon SNS: an RSA signature with SHA1 or SHA256 over its fields, by a verified certificate. A repeat has the
 * same id.
 */
export const checkSns: SignatureCheck = (call, context) => {
  const posted = parsePlausibleMessage(call, context);
  if (!posted || !context.signer || !isSignedBy(posted, context.signer)) return undefined;
  return { external_id: posted.MessageId, idempotencyKey: `${posted.Type} ${posted.MessageId}` };
};

/**
 * Builds the URL that confirms a subscription from the signed fields; undefined if SubscribeURL contains anything else. So the only
 * request is to SNS in the topic's region, about this topic.
 */
export function buildConfirmationUrl({
  SubscribeURL,
  TopicArn,
  Token,
}: SnsMessage & { SubscribeURL: string; Token: string }): string | undefined {
  const [, , region = ""] = TOPIC_PATTERN.exec(TopicArn) ?? [];
  if (region === "" || Token === "" || !URL.canParse(SubscribeURL)) return undefined;
  const { origin, pathname, username, password, hash, searchParams } = new URL(SubscribeURL);
  const hasParameter = (name: string, value: string): boolean => searchParams.getAll(name).join("\n") === value;
  const isOurs =
    origin === `https://${regionHost(region)}` &&
    [pathname, username, password, hash].join("|") === "/|||" &&
    [hasParameter("Action", "ConfirmSubscription"), hasParameter("TopicArn", TopicArn), hasParameter("Token", Token)].every(
      Boolean,
    );
  return isOurs ? `${origin}/?${new URLSearchParams({ Action: "ConfirmSubscription", TopicArn, Token }).toString()}` : undefined;
}
