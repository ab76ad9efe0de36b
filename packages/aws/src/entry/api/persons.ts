import { journey } from "@crm/functions/api/journey.ts";
import { persons } from "@crm/functions/api/person.ts";
import { personViews } from "@crm/functions/api/person-views.ts";
import { sealingAndFilingPorts } from "../../filing.ts";
import { serve } from "../../request.ts";

export const handler = serve([...persons, ...journey, ...personViews], sealingAndFilingPorts);
