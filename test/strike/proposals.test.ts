import { strikes } from "./harness.ts";
import { proposals } from "./verbs/proposals.ts";

strikes(proposals);
