import { SendPreview } from "@crm/core/agreements/share-link/send-preview.ts";
import { Sending } from "@crm/core/agreements/share-link/sending.ts";

/** A document of any kind that was sent to a customer, with its views and the customer's answer. */
export const offerOutput = Sending.Info.meta({ id: "Offer" });

/** Who gets the mail is asked first, also if no address is suggested. */
export const sendDialog = { inputs: { to: { isFirst: true }, cc: { isFirst: true } } } as const;

/** What all operations that preview a sending share. */
export const sendPreviewOptions = {
  method: "GET",
  description: "The address, the usual text, the PDF and the last day, as the mail would have them. Writes nothing.",
  output: SendPreview,
} as const;
