import { usePorts } from "../../kernel/context.ts";
import { findKindById } from "../../storage/table/collection-registry.ts";
import type { MessageRecord } from "./message.entity.ts";

/**
 * What messages are written for that are asked of once more as each of them goes out: whether it is still wanted. Its domain says so
 * under the name of its kind (`sends`).
 */
export interface SendGate {
  /** By what holds now. What is not wanted is refused as `recalled`, and never sent. */
  isWanted(message: MessageRecord, person: string): Promise<boolean>;
}

/** Whether a message may go out, as far as what it was written for is asked; one that is for nothing else may. */
export async function passesSendGate(message: MessageRecord, person: string): Promise<boolean> {
  const { sent_for_id } = message;
  if (sent_for_id === null) return true;
  const kind = findKindById(sent_for_id)?.name ?? "";
  const load = usePorts().domains.flatMap(({ sendGates: sends = {} }) => (Object.hasOwn(sends, kind) ? [sends[kind]] : []))[0];
  if (!load) throw new Error(`Nobody says whether messages for ${sent_for_id} are wanted`);
  return ((await load()) as SendGate).isWanted(message, person);
}
