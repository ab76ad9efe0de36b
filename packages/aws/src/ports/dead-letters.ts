import type { Files } from "@crm/core/kernel/ports.ts";
import { lazyFiles } from "../lazy-files.ts";

/** The bucket of changes that could not be processed. */
export const deadLetters = (): Files => lazyFiles("CRM_DEAD_LETTERS");
