import { useTenant } from "@crm/core/kernel/context.ts";
import type { Database, Keys, Objects } from "@crm/core/kernel/ports.ts";
import { parseObjectKey } from "@crm/core/storage/table/object-key.ts";
import { OutOfScope, requireScope } from "@crm/core/storage/table/scope-guard.ts";

/**
 * Guards around ports that use the function's own role, for deployments whose isolation is `code`: AWS accepts keys of any tenant
 * there, so the guards refuse them. They are the last code before the clients of AWS.
 */
export const guardDatabase = (database: Database): Database => ({
  table: database.table,
  async send(command, scope) {
    requireScope(command, scope);
    return database.send(command, scope);
  },
});

function requireTenant(tenant: string | undefined, subject: string): void {
  if (tenant !== useTenant()) throw new OutOfScope(`${subject} outside ${useTenant()}`);
}

const requireObjectKey = (key: string): void => requireTenant(parseObjectKey(key).tenant, "Object");

export const guardObjects = (objects: Objects): Objects => ({
  async write(key, body) {
    requireObjectKey(key);
    return objects.write(key, body);
  },
  async open(key) {
    requireObjectKey(key);
    return objects.open(key);
  },
  async delete(prefix) {
    requireObjectKey(prefix);
    return objects.delete(prefix);
  },
  links: {
    async upload(key, options) {
      requireObjectKey(key);
      return objects.links.upload(key, options);
    },
    async download(key, options) {
      requireObjectKey(key);
      return objects.links.download(key, options);
    },
  },
});

export const guardKeys = (keys: Keys): Keys => ({
  async generate(context) {
    requireTenant(context.tenant, "Data key");
    return keys.generate(context);
  },
  async unwrap(wrapped, context) {
    requireTenant(context.tenant, "Data key");
    return keys.unwrap(wrapped, context);
  },
  startGeneration: () => keys.startGeneration(),
  isCurrent: (wrapped, generation) => keys.isCurrent(wrapped, generation),
});
