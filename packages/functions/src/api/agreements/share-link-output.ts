import { Sending } from "@crm/core/agreements/share-link/sending.ts";

/** A document of any kind that was sent to a customer, with its views and the customer's answer. */
export const offerOutput = Sending.Info.meta({ id: "Offer" });
