import { Records } from "../storage/write/records.ts";
import { type MessageRecord, Messages } from "./message.entity.ts";

/** What other domains know of messages: what was written, without what writes and sends it. */

/** The live message, whoever asks. */
export const load = (id: string): Promise<MessageRecord | undefined> => Records.load(Messages, id, { live: true });

export * as KeptMessage from "./kept.ts";
export type { MessageRecord as Kept } from "./message.entity.ts";
