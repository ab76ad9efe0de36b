import { Sending } from "@crm/core/agreements/share-link/sending.ts";

/** What was sent to a customer, of whatever kind it is, what was seen of it, and what was answered. */
export const offerOutput = Sending.Info.meta({ id: "Offer" });
