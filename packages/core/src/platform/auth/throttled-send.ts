import { usePorts } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { MailMessage, SmsMessage } from "../../kernel/ports.ts";
import { type Subject, Throttle } from "./throttle.ts";

/**
 * Sends a mail, unless the address has had its limit in this hour. A message over the limit is dropped and logged: either a stranger causes the
 * mails, or the recipient has an earlier one.
 */
export async function sendThrottled(message: MailMessage, subject: Subject): Promise<void> {
  await throttleSend(message.id, () => usePorts().mail.send(message), [subject]);
}

/** Sends a text message under limits of the same kind, counted for its number first. Returns whether it was sent. */
export const sendSmsThrottled = (message: SmsMessage, ...subjects: readonly Subject[]): Promise<boolean> =>
  throttleSend(message.id, () => usePorts().sms.send(message), subjects);

async function throttleSend(id: string, send: () => Promise<void>, subjects: readonly Subject[]): Promise<boolean> {
  try {
    const attempt = await Throttle.attempt("mail", ...subjects);
    await send().catch(async (error) => {
      await attempt.refund();
      throw error;
    });
    return true;
  } catch (error) {
    if (!isFailure(error, "RATE_LIMITED")) throw error;
    usePorts().log.write("warn", "A message was not sent: its address has reached the limit", { id });
    return false;
  }
}
