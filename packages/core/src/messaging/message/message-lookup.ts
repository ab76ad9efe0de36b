import { Records } from "../../storage/write/records.ts";
import { type MessageRecord, Messages } from "./message.entity.ts";

/** What other domains know of messages: what was written, without what writes and sends it. */

/** The live message, whoever asks; a test of a template is none to anybody else. */
export async function load(id: string): Promise<MessageRecord | undefined> {
  const message = await Records.load(Messages, id, { live: true });
  return message?.purpose === "test" ? undefined : message;
}

export type { MessageRecord as Kept } from "./message.entity.ts";
export * as MessageLookup from "./message-lookup.ts";
