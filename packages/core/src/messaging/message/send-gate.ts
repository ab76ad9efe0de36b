import { usePorts } from "../../kernel/context.ts";
import { findKindById } from "../../storage/table/collection-registry.ts";
import type { MessageRecord } from "./message.entity.ts";

/**
 * The check, just before a message is sent, whether it is still wanted. The domain of the record for which it is sent declares it
 * under its kind in `sendGates` of the manifest.
 */
export interface SendGate {
  /** Decides by the present state. An unwanted message is refused as `recalled`, and never sent. */
  isStillDue(message: MessageRecord, person: string): Promise<boolean>;
}

/** Tells whether the record of a message still wants it. A message without such a record passes. */
export async function passesSendGate(message: MessageRecord, person: string): Promise<boolean> {
  const { sent_for_id } = message;
  if (sent_for_id === null) return true;
  const kind = findKindById(sent_for_id)?.name ?? "";
  const load = usePorts().domains.flatMap(({ sendGates = {} }) => (Object.hasOwn(sendGates, kind) ? [sendGates[kind]] : []))[0];
  if (!load) throw new Error(`No domain declares a send gate for ${sent_for_id}`);
  return ((await load()) as SendGate).isStillDue(message, person);
}
