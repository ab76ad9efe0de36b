import type { ReactNode } from "react";
import type { ConsoleRecord } from "../data/records.ts";
import type { Kind } from "../data/schema.ts";
import { useText } from "../i18n/use-text.ts";
import { Tabs } from "../kit/tabs.tsx";
import { PerformancePanel } from "./performance-panel.tsx";

interface CampaignPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of a campaign: what each record has, and its figures. */
export function CampaignParts({ record, details }: CampaignPartsProps) {
  const t = useText();
  return (
    <div className="mx-auto w-full max-w-page min-w-0 px-4 pb-8 tablet:px-6">
      <Tabs
        label={t("Parts of the campaign")}
        tabs={[
          { id: "overview", label: t("Overview"), content: <div className="-mx-4 tablet:-mx-6">{details}</div> },
          { id: "performance", label: t("Performance"), content: <PerformancePanel id={record.id} /> },
        ]}
      />
    </div>
  );
}
