import { strikes } from "./harness.ts";
import { bulk } from "./verbs/bulk.ts";

strikes(bulk);
