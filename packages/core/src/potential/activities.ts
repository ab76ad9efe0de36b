import { activitiesOf } from "../activity/activities-of.ts";
import { Potential } from "./potential.ts";

/** What is done with a potential that was converted to an opportunity belongs to that. */
export const PotentialActivities = activitiesOf({
  type: "potential",
  read: Potential.read,
  touch: Potential.touch,
  about: ({ converted_opportunity_id: id }) => (id ? { type: "opportunity", id } : undefined),
});
