import { createMessageTranslator } from "@crm/core/lib/i18n/message-translator.ts";
import catalog from "@crm/functions/http/i18n/de.json" with { type: "json" };

/** Every error message that a test receives must have a template in the catalogues of translations. */

const translate = createMessageTranslator(catalog);
const checked = new Set<string>();

/** A sentence. Other messages are values, such as the statuses of records that block a change, or texts that were cut. */
const isSentence = (message: string): boolean => /\b[A-Za-z]{2,},? [a-z]{2,}\b/.test(message) && !message.endsWith("…");

/** Throws if the error of an answer has a message that cannot be translated. */
export function requireKnownMessages(body: string): void {
  if (!body.startsWith('{"success":false')) return;
  const { error } = JSON.parse(body) as { error: { message: string; details: readonly { message: string }[] } };
  for (const message of [error.message, ...error.details.map((detail) => detail.message)]) {
    if (checked.has(message)) continue;
    checked.add(message);
    if (isSentence(message) && translate(message) === message)
      throw new Error(
        `No catalogue has the error message "${message}": make its text a literal where it is thrown, and run npm run translations`,
      );
  }
}
