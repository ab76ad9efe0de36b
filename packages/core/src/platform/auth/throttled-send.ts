import { usePorts } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { MailMessage, SmsMessage } from "../../kernel/ports.ts";
import { type Subject, Throttle } from "./throttle.ts";

/**
 * Sends a mail, unless the address has had its limit in this hour. A message over the limit is dropped and logged: either a stranger causes the
 * mails, or the recipient has an earlier one.
 */
export const sendThrottled = (message: MailMessage, subject: Subject): Promise<void> =>
  throttleSend(message.id, () => usePorts().mail.send(message), subject);

/** Sends a text message under the same limit, counted for its number. */
export const sendSmsThrottled = (message: SmsMessage, subject: Subject): Promise<void> =>
  throttleSend(message.id, () => usePorts().sms.send(message), subject);

async function throttleSend(id: string, send: () => Promise<void>, subject: Subject): Promise<void> {
  try {
    const attempt = await Throttle.attempt("mail", subject);
    await send().catch(async (error) => {
      await attempt.refund();
      throw error;
    });
  } catch (error) {
    if (!isFailure(error, "RATE_LIMITED")) throw error;
    usePorts().log.write("warn", "A message was not sent: its address has reached the limit", { id });
  }
}
