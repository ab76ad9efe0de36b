import type { DomainEvent } from "../../kernel/ports.ts";
import { Signing } from "./signing.ts";

/**
 * Listener for the domain of a signed record, called when the record gets another owner, is deleted or cannot be signed any more. Voids its open
 * request. A repeated or late call is safe.
 */
export async function onSubjectChanged({ type, record_id }: DomainEvent): Promise<void> {
  await Signing.voidOpenRequest(record_id, `The record to be signed was ${type.split(".")[1]?.replaceAll("_", " ")}`);
}
