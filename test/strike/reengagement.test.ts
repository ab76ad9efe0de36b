import { strikes } from "./harness.ts";
import { reengagement } from "./verbs/reengagement.ts";

strikes(reengagement);
