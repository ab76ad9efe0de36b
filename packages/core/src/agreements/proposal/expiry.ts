import { createExpiryListener } from "../versioned-offer/offer-state.ts";
import { Proposals } from "./proposal.entity.ts";

export const onExpiry = createExpiryListener(Proposals);
