import { strikes } from "./harness.ts";
import { leads } from "./verbs/leads.ts";

strikes(leads);
