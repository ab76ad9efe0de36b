import type { Files } from "@crm/core/kernel/ports.ts";
import { filesOf } from "../bucket.ts";

/** The bucket of what could not be derived. */
export const deadLetters = (): Files => filesOf("CRM_DEAD_LETTERS");
