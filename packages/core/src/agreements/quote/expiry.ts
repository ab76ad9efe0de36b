import { createExpiryListener } from "../versioned-offer/offer-state.ts";
import { Quotes } from "./quote.entity.ts";

export const onExpiry = createExpiryListener(Quotes);
