import { strikes } from "./harness.ts";
import { merging } from "./verbs/merging.ts";

strikes(merging);
