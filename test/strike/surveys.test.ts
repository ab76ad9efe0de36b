import { strikes } from "./harness.ts";
import { surveys } from "./verbs/surveys.ts";

strikes(surveys);
