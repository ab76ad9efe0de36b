import type { DomainEvent } from "../../kernel/ports.ts";
import { onContract, onEffect } from "./effect.ts";

/** At the day of an amendment, and at what becomes of its contract. */
export const onDue = (event: DomainEvent): Promise<void> =>
  event.type === "contract_amendment.effect_due" ? onEffect(event) : onContract(event);
