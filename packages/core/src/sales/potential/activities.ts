import { createRecordActivities } from "../../people/activity/record-activities.ts";
import { Potential } from "./potential.ts";

/** What is done with a potential that was converted to an opportunity belongs to that. */
export const PotentialActivities = createRecordActivities({
  type: "potential",
  read: Potential.read,
  touch: Potential.touch,
  resolveSubject: ({ converted_opportunity_id: id }) => (id ? { type: "opportunity", id } : undefined),
});
