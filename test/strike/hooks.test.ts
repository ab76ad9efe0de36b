import { strikes } from "./harness.ts";
import { hooks } from "./verbs/hooks.ts";

strikes(hooks);
