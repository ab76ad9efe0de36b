import { usePorts } from "../kernel/context.ts";
import { Failure } from "../kernel/error.ts";
import { NoAnswer, type WebAnswer } from "../kernel/ports.ts";
import type { Outcome } from "./hook-handler.ts";
import { confirmationOf, postedIn } from "./sns.rules.ts";

/**
 * What SNS says of the subscription itself, once its signature is known to be good: a confirmation is asked for, and given by asking
 * SNS in turn. Undefined of what a topic was told.
 */
export async function subscription(bytes: Uint8Array): Promise<Outcome | undefined> {
  const posted = postedIn(bytes);
  if (!posted || posted.Type === "Notification") return undefined;
  // Its address would subscribe once more.
  if (posted.Type === "UnsubscribeConfirmation") return { done: `The subscription to ${posted.TopicArn} has ended` };
  const url = confirmationOf(posted);
  if (url === undefined) return { quarantined: "SubscribeURL does not lead to the topic's own SNS" };
  const { status } = await asked(url);
  if (status === 200) return { done: `Subscribed to ${posted.TopicArn}` };
  if (status >= 500 || status === 429) throw unconfirmed(`it answered ${status}`);
  return { quarantined: `SNS does not confirm the subscription: it answered ${status}` };
}

/** To ask twice confirms what is confirmed. */
async function asked(url: string): Promise<WebAnswer> {
  try {
    return await usePorts().web.send({ method: "GET", url, headers: {}, seconds: 10, most: 64 * 1024 });
  } catch (error) {
    throw error instanceof NoAnswer ? unconfirmed("there was no answer", error) : error;
  }
}

const unconfirmed = (why: string, cause?: Error): Failure =>
  new Failure("INTERNAL", `SNS could not be asked to confirm the subscription: ${why}`, { cause });
