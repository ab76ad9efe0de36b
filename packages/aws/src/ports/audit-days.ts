import { readVariable } from "../environment.ts";

/** The number of days for which the table keeps audit entries: a setting of the deployment. */
export const auditDays = (): number => Number(readVariable("CRM_AUDIT_DAYS"));
