import { Sending } from "@crm/core/offer/sending.ts";

/** What was sent to a customer, of whatever kind it is, what was seen of it, and what was answered. */
export const offer = Sending.Info.meta({ id: "Offer" });
