import { createRecordActivities } from "../../people/activity/record-activities.ts";
import { Quote } from "./quote.ts";

/** A quote belongs to a customer and names no person, so each of its activities has its own collection. */
export const QuoteActivities = createRecordActivities({
  type: "quote",
  read: async (id: string) => ({ ...(await Quote.read(id)), personal_key_id: null }),
  touch: (tx, { personal_key_id: _none, ...quote }, at) => Quote.touch(tx, quote, at),
});
