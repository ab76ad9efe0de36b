import { strikes } from "./harness.ts";
import { reach } from "./verbs/reach.ts";

strikes(reach);
