import { usePorts } from "../../kernel/context.ts";
import { Failure } from "../../kernel/error.ts";
import { NoResponse, type WebResponse } from "../../kernel/ports.ts";
import { buildConfirmationUrl, parseSnsMessage } from "./sns.rules.ts";
import type { HandlerResult } from "./webhook-handler.ts";

/**
 * Handles SNS messages about the subscription, after their signature is verified: a request for confirmation is confirmed by
 * calling SNS. Undefined for notifications.
 */
export async function confirmSubscription(bytes: Uint8Array): Promise<HandlerResult | undefined> {
  const posted = parseSnsMessage(bytes);
  if (!posted || posted.Type === "Notification") return undefined;
  // Its URL would subscribe again.
  if (posted.Type === "UnsubscribeConfirmation") return { done: `The subscription to ${posted.TopicArn} has ended` };
  const url = buildConfirmationUrl(posted);
  if (url === undefined) return { quarantined: "SubscribeURL does not point to the SNS endpoint of the topic" };
  const { status } = await requestConfirmation(url);
  if (status === 200) return { done: `Subscribed to ${posted.TopicArn}` };
  if (status >= 500 || status === 429) throw confirmationError(`SNS answered ${status}`);
  return { quarantined: `SNS did not confirm the subscription: it answered ${status}` };
}

/** Calls the confirmation URL. A repeated call changes nothing. */
async function requestConfirmation(url: string): Promise<WebResponse> {
  try {
    return await usePorts().web.send({ method: "GET", url, headers: {}, timeoutSeconds: 10, maxBytes: 64 * 1024 });
  } catch (error) {
    throw error instanceof NoResponse ? confirmationError("no response", error) : error;
  }
}

const confirmationError = (why: string, cause?: Error): Failure =>
  new Failure("INTERNAL", `The request to SNS to confirm the subscription failed: ${why}`, { cause });
