import { handle } from "@crm/functions/subscribe/mail.ts";
import { mailPorts } from "../../ports.ts";
import { onEvent } from "../../work.ts";

export const handler = onEvent(mailPorts, handle);
