import { strikes } from "./harness.ts";
import { quotes } from "./verbs/quotes.ts";

strikes(quotes);
