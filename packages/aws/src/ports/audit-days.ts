import { readVariable } from "../environment.ts";

/** As the deployment was told. */
export const auditDays = (): number => Number(readVariable("CRM_AUDIT_DAYS"));
