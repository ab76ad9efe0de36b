import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { findAction, useCampaignChange } from "./campaign-data.ts";

interface CampaignStateProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** Whether the messages go out later. A campaign that is planned may send then. */
  readonly isLater: boolean;
}

/** The actions after which a campaign sends, by its status. */
const startActions: Readonly<Record<string, { readonly name: string; readonly path: string }>> = {
  DRAFT: { name: "activateCampaign", path: "activate" },
  PLANNING: { name: "activateCampaign", path: "activate" },
  ON_HOLD: { name: "resumeCampaign", path: "resume" },
};

/** Says before the message is written that a campaign sends nothing in its status, and starts it in place. */
export function CampaignState({ kind, record, isLater }: CampaignStateProps) {
  const t = useText();
  const change = useCampaignChange(["campaign"]);
  const invalidate = useInvalidation();
  const status = String(record.status);
  if (status === "IN_PROGRESS" || (status === "PLANNING" && isLater)) return null;
  const start = startActions[status];
  if (!start) return <Banner kind="warning" title={t("The campaign has ended, so it sends nothing more")} />;
  const run = async (path: string): Promise<void> => {
    if (await change("POST", `${kind.path}/${record.id}/${path}`, {})) await invalidate(kind, record.id);
  };
  const label = status === "ON_HOLD" ? t("Resume the campaign") : t("Start the campaign");
  return (
    <Banner
      kind="info"
      title={t("A campaign sends messages while it is in progress")}
      action={findAction(kind, start.name) ? <Button onPress={() => void run(start.path)}>{label}</Button> : undefined}
    />
  );
}
