import type { Log } from "@crm/core/kernel/ports.ts";

/** Log lines as JSON to standard output, which Lambda takes to CloudWatch line by line. */
export const stdoutLog = (write: (line: string) => unknown = (line) => process.stdout.write(line)): Log => ({
  write(level, message, fields = {}) {
    write(`${JSON.stringify({ level, at: new Date().toISOString(), message, ...fields })}\n`);
  },
});
