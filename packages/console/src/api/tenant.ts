import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { read } from "./client.ts";
import { usePreferences } from "./preferences.ts";
import { useScope } from "./session.ts";
import { sessionPaths } from "./session-reads.ts";

interface TenantSettings {
  readonly timezone: string;
  readonly currency: string;
  readonly brand_color?: string | null;
  readonly letterhead?: { readonly logo_upload_id: string | null };
  readonly new_lead_owner?: string;
  readonly new_customer_owner?: string;
  readonly new_opportunity_owner?: string;
}

const standard: TenantSettings = { timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, currency: "USD" };

/** The tenant's settings, with the user's own time zone. The zone of the browser until they are loaded. */
export function useTenant(): { readonly settings: TenantSettings; readonly organizationZone: string } {
  const scope = useScope();
  const { data } = useQuery({
    queryKey: [...scope, "tenant"],
    queryFn: async () => (await read<{ settings: TenantSettings }>(sessionPaths.tenant)).data,
    staleTime: 5 * 60_000,
  });
  const { data: preferences } = usePreferences();
  const zone = preferences?.time_zone;
  const settings = data?.settings ?? standard;
  return useMemo(
    () => ({ settings: zone ? { ...settings, timezone: zone } : settings, organizationZone: settings.timezone }),
    [settings, zone],
  );
}
