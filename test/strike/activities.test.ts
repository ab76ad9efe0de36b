import { strikes } from "./harness.ts";
import { activities } from "./verbs/activities.ts";

strikes(activities);
