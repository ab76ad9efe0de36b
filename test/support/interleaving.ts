import type { App } from "@crm/local/app.ts";
import { expect, vi } from "vitest";

export interface Interleaving {
  /** Selects the command to the table beside which `work` runs; the first one counts. */
  isTarget: (command: object) => boolean;
  /** What another process does in between. Its own commands are not interrupted. */
  work: () => Promise<unknown>;
  /** Whether the work runs just before the command is sent, or just after its answer. */
  at?: "before" | "after";
}

/** Runs an action, and other work once in the middle of it. Fails if the action sends no such command. */
export async function interleave<T>(
  { ports: { database } }: Pick<App, "ports">,
  { isTarget, work, at = "before" }: Interleaving,
  action: () => Promise<T>,
): Promise<T> {
  const send = database.send.bind(database);
  let hasRun = false;
  const spied = vi.spyOn(database, "send").mockImplementation(async (command, scope) => {
    if (hasRun || !isTarget(command)) return send(command, scope);
    hasRun = true;
    if (at === "before") await work();
    const answer = await send(command, scope);
    if (at === "after") await work();
    return answer;
  });
  try {
    const result = await action();
    expect(hasRun).toBe(true);
    return result;
  } finally {
    spied.mockRestore();
  }
}

/** Whether a command is a write whose text contains this part of a key or item. */
export const isWriteWith =
  (part: string) =>
  (command: object): boolean =>
    /^(Put|Update|Delete|TransactWrite)Command$/.test(command.constructor.name) && JSON.stringify(command).includes(part);
