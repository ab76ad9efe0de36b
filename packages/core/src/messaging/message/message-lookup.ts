import { Records } from "../../storage/write/records.ts";
import { type MessageRecord, Messages } from "./message.entity.ts";

/** The interface for other domains to read messages, without the code that writes and sends them. */

/** Loads a live message, without a check of visibility. Ignores tests of templates. */
export async function load(id: string): Promise<MessageRecord | undefined> {
  const message = await Records.load(Messages, id, { live: true });
  return message?.purpose === "test" ? undefined : message;
}

export type { MessageRecord as Kept } from "./message.entity.ts";
export * as MessageLookup from "./message-lookup.ts";
