import { createOperations } from "@crm/functions/http/operation-runner.ts";

/** Operations of the API inside this function. */
export const operations = createOperations;
