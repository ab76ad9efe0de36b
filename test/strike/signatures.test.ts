import { strikes } from "./harness.ts";
import { signatures } from "./verbs/signatures.ts";

strikes(signatures);
