import { Mail, MessageSquare } from "lucide-react";
import { useState } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type Kind, useKind } from "../../../api/schema.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { useParameters } from "../../people/activity/activity-rows.ts";
import { findAction } from "../campaign/campaign-data.ts";
import { SendForm } from "./send-form.tsx";
import type { Channel } from "./send-rules.ts";
import { SendTable, useSends } from "./send-table.tsx";
import { nameMade } from "./send-text.ts";

interface SendsPanelProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** Shows the A/B tests of the campaign. */
  readonly onShowTests: () => void;
}

/** The mails and text messages of a campaign: a new one, and those that are planned, under way and sent. */
export function SendsPanel(props: SendsPanelProps) {
  const t = useText();
  const [{ compose: asked }, changeAddress] = useParameters();
  const [channel, setChannel] = useState<Channel | undefined>(asked === "email" || asked === "sms" ? asked : undefined);
  const close = (): void => {
    setChannel(undefined);
    if (asked !== undefined) changeAddress({ compose: undefined });
  };
  /** The button that gets the focus back. */
  const [opened, setOpened] = useState<Channel>();
  const compose = (next: Channel): void => {
    setChannel(next);
    setOpened(next);
  };
  const { data: sendKind } = useKind("email_send");
  if (channel)
    return (
      <SendForm
        kind={props.kind}
        record={props.record}
        channel={channel}
        onClose={close}
        onDone={(made) => {
          close();
          if (made === "test" || made === "test-draft") props.onShowTests();
          showToast({ text: nameMade(made, t) });
        }}
      />
    );
  return sendKind ? <SendList {...props} sendKind={sendKind} opened={opened} onCompose={compose} /> : <Skeleton shape="block" />;
}

interface SendListProps extends SendsPanelProps {
  readonly sendKind: Kind;
  readonly opened: Channel | undefined;
  readonly onCompose: (channel: Channel) => void;
}

function SendList({ kind, record, sendKind, opened, onShowTests, onCompose }: SendListProps) {
  const t = useText();
  const sends = useSends(sendKind, { campaign: record.id, sort: "-created_at" });
  const [canMail, canText] = ["sendCampaignEmail", "sendCampaignSms"].map((name) => findAction(kind, name) !== undefined);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {canMail || canText ? (
        <span className="flex flex-wrap justify-end gap-2">
          {canText ? (
            <Button icon={<MessageSquare />} autoFocus={opened === "sms"} onPress={() => onCompose("sms")}>
              {t("New text message")}
            </Button>
          ) : null}
          {canMail ? (
            <Button icon={<Mail />} autoFocus={opened === "email"} onPress={() => onCompose("email")}>
              {t("New email")}
            </Button>
          ) : null}
        </span>
      ) : null}
      <ListState
        query={sends.list}
        isEmpty={sends.rows.length === 0}
        empty={
          <EmptyState kind="empty" title={t("Nothing was sent yet")}>
            {t("Mails and text messages to the members of the campaign appear here with their results.")}
          </EmptyState>
        }
      />
      <SendTable sendKind={sendKind} sends={sends} onShowTest={onShowTests} />
    </div>
  );
}
