import { createRecordActivities } from "../../people/activity/record-activities.ts";
import { Proposal } from "./proposal.ts";

/** A proposal belongs to a customer and names no person, so each of its activities has its own collection. */
export const ProposalActivities = createRecordActivities({
  type: "proposal",
  read: async (id: string) => ({ ...(await Proposal.read(id)), personal_key_id: null }),
  touch: (tx, { personal_key_id: _none, ...proposal }, at) => Proposal.touch(tx, proposal, at),
});
