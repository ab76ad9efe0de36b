import { useMemo, useState } from "react";
import { createRecordSearch } from "../../../api/option-search.ts";
import { type Kind, recordPath, useKindIndex } from "../../../api/schema.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { useFormState } from "../../../input/form/form-state.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import type { Option } from "../../../ui/kit/option.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import type { Channel } from "./send-rules.ts";

interface NewSendProps {
  readonly kind: Kind;
  /** The campaign, if the user is there already. */
  readonly preset: { readonly campaign_id?: string };
  readonly onClose: () => void;
}

/** The tab of a campaign with the form of a new send. */
const sendTab = (channel: Channel) => ({ tab: "sends", compose: channel });

/** Asks for which campaign a message is, and opens its form there. */
export function NewSend({ kind, preset, onClose }: NewSendProps) {
  const t = useText();
  const navigate = useNavigate();
  const { data: kinds = [] } = useKindIndex();
  const campaigns = kinds.find((candidate) => candidate.kind === "campaign");
  const search = useMemo(() => createRecordSearch(campaigns), [campaigns]);
  const form = useFormState(
    { campaign: preset.campaign_id === undefined ? null : { id: preset.campaign_id, label: "" }, channel: "email" },
    t,
    useDraft(`new send ${preset.campaign_id ?? ""}`),
  );
  const chosen = form.values.campaign as Option | null;
  const [isAsked, setAsked] = useState(false);
  const open = async (): Promise<void> => {
    setAsked(true);
    if (chosen === null || campaigns === undefined) return;
    form.complete();
    onClose();
    const address = { to: recordPath(campaigns, chosen.id), search: sendTab(form.values.channel as Channel) };
    await navigate({ ...address, ignoreBlocker: true });
  };
  return (
    <FormLayer
      layer="drawer"
      title={t("New {kind}", { kind: toNoun(kind.label) })}
      form={form}
      submit={{ label: t("Continue"), run: open }}
      onClose={onClose}
    >
      {preset.campaign_id === undefined ? (
        <Reference
          label={t("Campaign")}
          note="required"
          help={t("The send counts there. Its members can be the recipients.")}
          value={chosen}
          onChange={(option) => form.set("campaign", option)}
          search={search}
          {...(isAsked && chosen === null ? { error: t("Choose a campaign") } : {})}
        />
      ) : null}
      <SegmentedControl
        label={t("Channel")}
        segments={[
          { id: "email", label: t("Email") },
          { id: "sms", label: t("Text message") },
        ]}
        value={String(form.values.channel)}
        onChange={(channel) => form.set("channel", channel)}
      />
    </FormLayer>
  );
}
