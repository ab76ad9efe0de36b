import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { defaultSettings } from "@crm/core/kernel/settings.ts";
import type { App } from "@crm/local/app.ts";
import type { Tenant } from "../../support/app.ts";

/** Does what the house does by itself in a tenant, such as hearing a word of a text message. */
export const runInTenant = <T>(app: App, { id }: Pick<Tenant, "id">, work: () => Promise<T>): Promise<T> => {
  const context: Context = { ...systemContext(app.ports, id, "test"), settings: { ...defaultSettings, default_country: "DE" } };
  return runIn(context, work);
};
