import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/client.ts";
import { useScope, useSession } from "../../api/session.ts";
import { useTenant } from "../../api/tenant.ts";

/** The hours of a weekday in which a user works, in local time. */
export interface WorkHours {
  readonly weekday: string;
  readonly from: string;
  readonly to: string;
}

interface Availability {
  readonly timezone: string | null;
  readonly working_hours: readonly WorkHours[] | null;
}

export const STANDARD_HOURS: readonly WorkHours[] = ["MON", "TUE", "WED", "THU", "FRI"].map((weekday) => ({
  weekday,
  from: "09:00",
  to: "17:00",
}));

interface WorkSchedule {
  readonly timeZone: string;
  readonly hours: readonly WorkHours[];
  readonly isLoading: boolean;
}

/** The time zone and the working hours of the user, or else those of the tenant. */
export function useWorkSchedule(): WorkSchedule {
  const scope = useScope();
  const { id } = useSession();
  const { settings } = useTenant();
  const { data, isPending } = useQuery({
    queryKey: [...scope, "availability"],
    queryFn: async () => (await read<Availability>(`/api/v1/users/${id}/availability`)).data,
    staleTime: 5 * 60_000,
    retry: false,
  });
  return { timeZone: data?.timezone ?? settings.timezone, hours: data?.working_hours ?? STANDARD_HOURS, isLoading: isPending };
}
