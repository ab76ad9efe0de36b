import { strikes } from "./harness.ts";
import { approvals } from "./verbs/approvals.ts";

strikes(approvals);
