import { strikes } from "./harness.ts";
import { users } from "./verbs/users.ts";

strikes(users);
