import { strikes } from "./harness.ts";
import { contracts } from "./verbs/contracts.ts";

strikes(contracts);
