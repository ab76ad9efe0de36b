import { strikes } from "./harness.ts";
import { stages } from "./verbs/stages.ts";

strikes(stages);
