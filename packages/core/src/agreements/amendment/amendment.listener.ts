import type { DomainEvent } from "../../kernel/ports.ts";
import { onContractChanged, onEffectDue } from "./effect.ts";

/** Listener for an amendment's effective day and for changes of its contract. */
export const onAmendmentEvent = (event: DomainEvent): Promise<void> =>
  event.type === "contract_amendment.effect_due" ? onEffectDue(event) : onContractChanged(event);
