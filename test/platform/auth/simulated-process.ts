import type { Scope } from "@crm/core/kernel/scope.ts";
import { type FunctionName, functionNames } from "@crm/functions/api/function-loaders.ts";
import { registry } from "@crm/functions/api/index.ts";
import { type Handler, httpHandler } from "@crm/functions/http/handler.ts";
import type { App } from "@crm/local/app.ts";

/**
 * Another process on the same table: caches are separate for each database client, as they are for each process. `before` is called with
 * each command and its scope before it is sent.
 */
export function simulateProcess(
  app: App,
  before: (command: object, scope: Scope) => void | Promise<void> = () => undefined,
): App {
  const { database } = app.ports;
  const own: typeof database = {
    table: database.table,
    send: async (command, scope) => {
      await before(command, scope);
      return database.send(command, scope);
    },
  };
  const ports = { ...app.ports, database: own };
  const handlers = Object.fromEntries(functionNames.map((name) => [name, httpHandler(registry[name], ports)]));
  return { ...app, handlers: handlers as Record<FunctionName, Handler> };
}
