import { environment } from "../environment.ts";

/** As the deployment was told. */
export const auditDays = (): number => Number(environment("CRM_AUDIT_DAYS"));
