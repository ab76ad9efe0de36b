import { strikes } from "./harness.ts";
import { sets } from "./verbs/sets.ts";

strikes(sets);
