import { strikes } from "./harness.ts";
import { persons } from "./verbs/persons.ts";

strikes(persons);
