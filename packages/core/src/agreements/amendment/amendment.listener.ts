import type { DomainEvent } from "../../kernel/ports.ts";
import { onContractChanged, onEffectDue } from "./effect.ts";

/** At the day of an amendment, and at what becomes of its contract. */
export const onAmendmentEvent = (event: DomainEvent): Promise<void> =>
  event.type === "contract_amendment.effect_due" ? onEffectDue(event) : onContractChanged(event);
