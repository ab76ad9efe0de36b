import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { defaultSettings } from "@crm/core/kernel/settings.ts";
import type { App } from "@crm/local/app.ts";
import type { Tenant } from "../../support/app.ts";

/** Runs work in the system context of a tenant, such as handling a keyword in a text message. */
export const runInTenant = <T>(app: App, { id }: Pick<Tenant, "id">, work: () => Promise<T>): Promise<T> => {
  const context: Context = { ...systemContext(app.ports, id, "test"), settings: { ...defaultSettings, default_country: "DE" } };
  return runIn(context, work);
};
