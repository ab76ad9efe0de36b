import { strikes } from "./harness.ts";
import { messages } from "./verbs/messages.ts";

strikes(messages);
