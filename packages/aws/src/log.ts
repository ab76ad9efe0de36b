import type { Log } from "@crm/core/kernel/ports.ts";
import { buildEmbeddedMetrics } from "./emf.ts";

/**
 * Writes log lines as JSON to standard output, which Lambda sends to CloudWatch line by line. Totals become metrics where
 * `CRM_STAGE` is set.
 */
export const stdoutLog = (write: (line: string) => unknown = (line) => process.stdout.write(line)): Log => ({
  write(level, message, fields = {}, totals) {
    const now = new Date();
    const stage = process.env.CRM_STAGE;
    const metrics = totals && stage ? buildEmbeddedMetrics(message, fields, totals, now.getTime(), stage) : {};
    write(`${JSON.stringify({ level, at: now.toISOString(), message, ...fields, ...metrics })}\n`);
  },
});
