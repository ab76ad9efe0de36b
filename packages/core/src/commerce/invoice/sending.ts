import { Clock } from "../../kernel/clock.ts";
import { conflict } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { language } from "../../kernel/language.ts";
import { email, IdInput, oneLine, text } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { Invoices } from "./invoice.entity.ts";
import { addMail } from "./mails.rules.ts";
import { requireAddress } from "./recipient.ts";

/** Sends an issued invoice or credit note by mail, with its PDF. A consumer of the event sends the mail. */
export const send = fn(
  IdInput.extend({
    to: email().optional().describe("If empty, the address of the billing contact"),
    subject: oneLine(255).min(1).nullish(),
    message: text(5000).nullish().describe("Text of the mail in place of the usual one"),
    language: language().nullish().describe("Language of the mail. If empty, that of the document"),
  }),
  ({ id: invoiceId, to, subject, message, language: tag }) =>
    Records.change(Invoices, invoiceId, async (current) => {
      if (current.status !== "ISSUED")
        throw conflict("The invoice is a draft: issue it before you send it", [{ field: "status", message: "Must be ISSUED" }]);
      const address = await requireAddress(current, to);
      return addMail(
        { ...current, sent_at: Clock.now(), sent_to: address },
        {
          mail_type: "INVOICE",
          level: null,
          to: address,
          subject: subject ?? null,
          message: message ?? null,
          language: tag ?? null,
        },
      );
    }),
);

export * as InvoiceSending from "./sending.ts";
