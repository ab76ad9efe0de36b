import type { Ports } from "@crm/core/kernel/ports.ts";

/**
 * Counts the commands to the table during some work, and how often the work waited for the table: commands that are sent while another one is
 * on its way share a wait.
 */
export async function countCommands<T>(
  database: Ports["database"],
  work: () => Promise<T>,
): Promise<{ result: T; commands: number; trips: number }> {
  const { send } = database;
  let commands = 0;
  let trips = 0;
  let running = 0;
  database.send = async (command, scope) => {
    commands++;
    if (running++ === 0) trips++;
    try {
      return await send.call(database, command, scope);
    } finally {
      running--;
    }
  };
  try {
    return { result: await work(), commands, trips };
  } finally {
    database.send = send;
  }
}
