import { strikes } from "./harness.ts";
import { offers } from "./verbs/offers.ts";

strikes(offers);
