import { createRecordActivities } from "../../people/activity/record-activities.ts";
import { Contract } from "./contract.ts";

/** A contract belongs to a customer and names no person, so each of its activities has its own collection. */
export const ContractActivities = createRecordActivities({
  type: "contract",
  read: async (id: string) => ({ ...(await Contract.read(id)), personal_key_id: null }),
  touch: (tx, { personal_key_id: _none, ...contract }, at) => Contract.touch(tx, contract, at),
});
