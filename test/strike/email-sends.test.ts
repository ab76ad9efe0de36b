import { strikes } from "./harness.ts";
import { emailSends } from "./verbs/email-sends.ts";

strikes(emailSends);
