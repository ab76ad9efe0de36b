import type { DomainEvent } from "../../kernel/ports.ts";
import { Signing } from "./signing.ts";

/**
 * For the domain of what is signed, at the events of its changes: what changed hands, was deleted or withdrawn is not signed any more. Twice
 * and late too: what has ended stays so.
 */
export async function onSubjectChanged({ type, record_id }: DomainEvent): Promise<void> {
  await Signing.voidOpenRequest(record_id, `What was to be signed was ${type.split(".")[1]?.replaceAll("_", " ")}`);
}
