import type { Ports } from "@crm/core/kernel/ports.ts";

/** Ports of a process that ends itself, as a kill would, when it is about to send its n-th command to the table. */
export function dying(ports: Ports, at = Number(process.env.CRM_DIE_AT ?? Number.POSITIVE_INFINITY)): Ports {
  let sent = 0;
  const { database } = ports;
  return {
    ...ports,
    database: {
      table: database.table,
      async send(command, scope) {
        if (++sent === at) process.kill(process.pid, "SIGKILL");
        return database.send(command, scope);
      },
    },
  };
}
