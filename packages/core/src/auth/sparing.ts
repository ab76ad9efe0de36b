import { usePorts } from "../kernel/context.ts";
import { isFailure } from "../kernel/error.ts";
import type { MailMessage } from "../kernel/ports.ts";
import { type Subject, Throttle } from "./throttle.ts";

/** Sends, unless the address has had enough in this hour: then it is a stranger's doing, or one of those before is at hand. */
export async function sendSparingly(message: MailMessage, subject: Subject): Promise<void> {
  const { mail, log } = usePorts();
  try {
    const attempt = await Throttle.attempt("mail", subject);
    await mail.send(message).catch(async (error) => {
      await attempt.forgive();
      throw error;
    });
  } catch (error) {
    if (!isFailure(error, "RATE_LIMITED")) throw error;
    log.write("warn", "A mail was not sent: its address has had too many", { id: message.id });
  }
}
