import { persons } from "@crm/functions/api/person.ts";
import { sealingPorts } from "../../ports.ts";
import { serve } from "../../request.ts";

export const handler = serve(persons, sealingPorts);
