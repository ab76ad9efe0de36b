import { strikes } from "./harness.ts";
import { customers } from "./verbs/customers.ts";

strikes(customers);
