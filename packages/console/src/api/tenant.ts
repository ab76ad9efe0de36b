import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { read } from "./client.ts";
import { usePreferences } from "./preferences.ts";
import { useScope } from "./session.ts";
import { sessionPaths } from "./session-reads.ts";

interface TenantSettings {
  readonly timezone: string;
  readonly currency: string;
  readonly brand_color: string | null;
  readonly letterhead?: { readonly logo_upload_id: string | null };
  readonly new_lead_owner?: string;
  readonly new_customer_owner?: string;
  readonly new_opportunity_owner?: string;
}

const standard: TenantSettings = {
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  currency: "USD",
  brand_color: null,
};

export const tenantQuery = (scope: readonly unknown[]) =>
  queryOptions({
    queryKey: [...scope, "tenant"],
    queryFn: async () => (await read<{ name: string; settings: TenantSettings }>(sessionPaths.tenant)).data,
    staleTime: 5 * 60_000,
  });

/** The tenant's settings, with the user's own time zone. The zone of the browser until they are loaded. */
export function useTenant(): { readonly settings: TenantSettings; readonly organizationZone: string } {
  const scope = useScope();
  const { data } = useQuery(tenantQuery(scope));
  const { data: preferences } = usePreferences();
  const zone = preferences?.time_zone;
  const settings = data?.settings ?? standard;
  return useMemo(
    () => ({ settings: zone ? { ...settings, timezone: zone } : settings, organizationZone: settings.timezone }),
    [settings, zone],
  );
}
