import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { usualSettings } from "@crm/core/kernel/settings.ts";
import type { App } from "@crm/local/app.ts";
import type { Tenant } from "../support.ts";

/** Does what the house does by itself in a tenant, such as hearing a word of a text message. */
export const inTenant = <T>(app: App, { id }: Pick<Tenant, "id">, work: () => Promise<T>): Promise<T> => {
  const context: Context = { ...systemContext(app.ports, id, "test"), settings: { ...usualSettings, default_country: "DE" } };
  return runIn(context, work);
};
