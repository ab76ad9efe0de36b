import { createRecordActivities } from "../../people/activity/record-activities.ts";
import { Deal } from "./deal.ts";

/** A deal belongs to a customer and names no person, so each of its activities has its own collection. */
export const DealActivities = createRecordActivities({
  type: "deal",
  read: async (id: string) => ({ ...(await Deal.read(id)), personal_key_id: null }),
  touch: (tx, { personal_key_id: _none, ...deal }, at) => Deal.touch(tx, deal, at),
});
