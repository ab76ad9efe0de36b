import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { crm } from "../../api/client.ts";
import { useScope, useSession } from "../../api/session.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { formatDayShort, formatTime } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { availabilityPath, availabilityQuery } from "./absence.ts";
import { endAbsence, findCurrentAbsence } from "./absence-rules.ts";

/** Says that the signed-in user is away, and ends the absence. */
export function AbsenceBanner() {
  const t = useText();
  const scope = useScope();
  const { id, permissions } = useSession();
  const options = useTextOptions();
  const client = useQueryClient();
  const [isPending, setPending] = useState(false);
  const query = availabilityQuery(scope, id);
  const { data } = useQuery({ ...query, enabled: permissions.includes("availability:write") });
  const absence = data && findCurrentAbsence(data, new Date().toISOString());
  if (!data || !absence) return null;
  const formatInstant = (at: string): string =>
    `${formatDayShort(at, new Date().toISOString(), options)}, ${formatTime(at, options)}`;
  const end = async (): Promise<void> => {
    setPending(true);
    try {
      const absences = endAbsence(data, absence, new Date().toISOString());
      const { user_id: _user, ...settings } = data;
      await crm.request("PUT", availabilityPath(id), { body: { ...settings, absences } });
      await client.invalidateQueries({ queryKey: query.queryKey });
      showToast({ text: t("You can get work again. Work that moved stays where it is.") });
    } catch {
      showToast({ text: t("The absence could not be ended"), isError: true });
    } finally {
      setPending(false);
    }
  };
  return (
    <Banner
      kind="info"
      title={absence.to ? t("You are away until {time}", { time: formatInstant(absence.to) }) : t("You are away")}
      action={
        <Button isSmall isPending={isPending} onPress={() => void end()}>
          {t("I am back")}
        </Button>
      }
    >
      {absence.reassign
        ? t("Your open work has moved, and new work goes to others.")
        : t("You get no new work from rules and queues.")}
    </Banner>
  );
}
