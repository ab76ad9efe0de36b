import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { type Kind, useKind, useKindIndex } from "../../../api/schema.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { ForbiddenState } from "../../../frame/shell/forbidden-state.tsx";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { listNeighbors } from "../../../frame/shell/page-tabs.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { CreateDrawer } from "../../../input/form/create-drawer.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { FigureTiles } from "../../../ui/kit/figure-tiles.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { useParameters } from "../../people/activity/activity-rows.ts";
import { formatTrackedRate } from "../campaign/tracked-figure.ts";
import { computeShare, countDelivered, countUnsent, sumResults } from "./send-rules.ts";
import { SendTable, useSends } from "./send-table.tsx";

/** Which sends are shown, by their status. */
const filters = {
  all: {},
  planned: { "send_status[in]": "SCHEDULED,PENDING_APPROVAL", sort: "scheduled_send_time" },
  sent: { "send_status[in]": "SENDING,SENT" },
  draft: { send_status: "DRAFT" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;
const isFilter = (name: unknown): name is keyof typeof filters => typeof name === "string" && Object.hasOwn(filters, name);

/** `/crm/campaigns/email`: the messages of all campaigns, when they go out, and how they were received. */
export function EmailCampaignsPage() {
  const t = useText();
  const { data: kinds } = useKindIndex();
  const summary = kinds?.find(({ kind }) => kind === "email_send");
  const { data: kind } = useKind(summary ? "email_send" : undefined);
  const [{ show }, change] = useParameters();
  const shown = isFilter(show) ? show : "all";
  const [isCreating, setCreating] = useState(false);
  return (
    <PageFrame
      title={t("Email campaigns")}
      pages={listNeighbors("campaign", "email", t)}
      isLoading={!kinds || (summary !== undefined && !kind)}
      width="record"
      actions={
        summary?.operations.includes("create") ? (
          <>
            <Button variant="primary" icon={<Plus />} onPress={() => setCreating(true)}>
              {t("New {kind}", { kind: toNoun(summary.label) })}
            </Button>
            <CreateDrawer kindName={isCreating ? "email_send" : undefined} onClose={() => setCreating(false)} />
          </>
        ) : null
      }
      bar={
        summary ? (
          <SegmentedControl
            label={t("Which sends")}
            segments={[
              { id: "all", label: t("All") },
              { id: "planned", label: t("Planned") },
              { id: "sent", label: t("Sent") },
              { id: "draft", label: t("Drafts") },
            ]}
            value={shown}
            onChange={(id) => change({ show: id === "all" ? undefined : String(id) })}
          />
        ) : null
      }
    >
      {kinds && !summary ? <ForbiddenState /> : kind ? <Sends kind={kind} shown={shown} /> : <Skeleton shape="block" />}
    </PageFrame>
  );
}

function Sends({ kind, shown }: { readonly kind: Kind; readonly shown: keyof typeof filters }) {
  const t = useText();
  const { locale } = useTextOptions();
  const query = useMemo(() => ({ sort: "-created_at", ...filters[shown] }), [shown]);
  const sends = useSends(kind, query);
  const { results } = sends;
  const total = sumResults([...(results.data?.values() ?? [])]);
  const delivered = countDelivered(total);
  const unsent = countUnsent(total);
  // Zeros would be wrong while the results are on their way, or where they could not be read.
  const areKnown = !sends.list.isPending && !results.isLoading && !results.isError;
  const count = (messages: number): string => (areKnown ? formatCount(messages, locale) : EMPTY);
  const rate = (messages: number | null | undefined): string =>
    formatTrackedRate(messages, computeShare(messages, delivered), locale, t);
  return (
    <>
      {shown === "all" || shown === "sent" ? (
        <FigureTiles
          label={t("Figures of the sends below")}
          tiles={[
            { label: t("Messages"), value: count(total.written ?? 0) },
            ...(unsent > 0 ? [{ label: t("Not sent"), value: count(unsent) }] : []),
            { label: t("Delivered"), value: count(delivered) },
            { label: t("Opened"), value: rate(total.opened) },
            { label: t("Clicked"), value: rate(total.clicked) },
          ]}
        />
      ) : null}
      <ListState
        query={sends.list}
        isEmpty={sends.rows.length === 0}
        empty={
          <EmptyState kind="empty" title={shown === "all" ? t("Nothing was sent yet") : t("There are no such sends")}>
            {t("Mails and text messages of all campaigns appear here with their results.")}
          </EmptyState>
        }
      />
      <SendTable sendKind={kind} sends={sends} hasCampaign />
    </>
  );
}
