import { strikes } from "./harness.ts";
import { definitions } from "./verbs/definitions.ts";

strikes(definitions);
