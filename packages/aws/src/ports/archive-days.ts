import { readVariable } from "../environment.ts";

/** The number of days for which the table keeps records: a setting of the deployment. */
export const archiveDays = (): number => Number(readVariable("CRM_ARCHIVE_DAYS"));
