import { createRecordActivities } from "../../people/activity/record-activities.ts";
import { Potential } from "./potential.ts";

/** Activities of a potential that was converted to an opportunity belong to the opportunity. */
export const PotentialActivities = createRecordActivities({
  type: "potential",
  read: Potential.read,
  touch: Potential.touch,
  resolveSubject: ({ converted_opportunity_id: id }) => (id ? { type: "opportunity", id } : undefined),
});
