import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { isConditionFailed, readItem, update } from "../../storage/table/database.ts";
import { type Key, recordKey } from "../../storage/table/key.ts";

/**
 * The log of text messages: one item for each instant at which an activity reminds by SMS. A try is claimed before it is sent, because a
 * text message costs money and providers do not recognise repetitions. So repeated and concurrent deliveries of an event send it once.
 */
type State = "sending" | "failed" | "sent";

/** A reminder: its activity and its instant. Two events of the same instant remind once. */
export interface DueReminder {
  activity: string;
  at: string;
}

const logKey = ({ activity, at }: DueReminder): Key => ({
  ...recordKey(useTenant(), activity),
  sk: `~texted#${activity}#${at}`,
});

/** Claims a try and returns its number; undefined if the message was sent, or if another delivery claimed it and has not failed. */
export async function claim(reminder: DueReminder, lifetime: number): Promise<number | undefined> {
  try {
    const { Attributes } = await update({
      Key: logKey(reminder),
      UpdateExpression: "SET #state = :sending, #ttl = :ttl ADD tries :one",
      ConditionExpression: "attribute_not_exists(pk) OR #state = :failed",
      ExpressionAttributeNames: { "#state": "state", "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ":sending": "sending",
        ":failed": "failed",
        ":one": 1,
        ":ttl": Clock.toEpochSeconds(Clock.addSeconds(lifetime, Date.parse(reminder.at))),
      },
      ReturnValues: "UPDATED_NEW",
    });
    return Number(Attributes?.tries);
  } catch (error) {
    if (isConditionFailed(error)) return undefined;
    throw error;
  }
}

export const isSent = async (reminder: DueReminder): Promise<boolean> => (await readItem(logKey(reminder)))?.state === "sent";

/** Stores the result of the claimed try. After `failed` the next delivery tries again. */
export async function record(reminder: DueReminder, state: Exclude<State, "sending">): Promise<void> {
  await update({
    Key: logKey(reminder),
    UpdateExpression: "SET #state = :state",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":state": state },
  });
}

export * as ReminderTextLog from "./reminder-text-log.ts";
