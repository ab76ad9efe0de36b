import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { App } from "@crm/local/app.ts";
import { isRecordWrite, type Tenant } from "../../support/app.ts";

/** Runs work in the system context of the tenant; `other` runs before its first command of the kind. */
export function runWithInterference<T>(
  app: App,
  { id }: Pick<Tenant, "id">,
  kind: "commit" | "BatchGetCommand",
  other: () => Promise<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  const { database } = app.ports;
  let isDone = false;
  const send: typeof database.send = async (command, scope) => {
    if (!isDone && (kind === "commit" ? isRecordWrite(command) : command.constructor.name === kind)) {
      isDone = true;
      await other();
    }
    return database.send(command, scope);
  };
  return runIn(systemContext({ ...app.ports, database: { ...database, send } }, id, "test"), work);
}
