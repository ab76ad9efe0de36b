import { strikes } from "./harness.ts";
import { webhooksOut } from "./verbs/webhooks-out.ts";

strikes(webhooksOut);
