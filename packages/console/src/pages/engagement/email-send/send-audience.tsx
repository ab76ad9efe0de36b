import { useMemo, useState } from "react";
import { createRecordSearch } from "../../../api/option-search.ts";
import { useKind, useKindIndex } from "../../../api/schema.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Reference } from "../../../ui/kit/reference.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Select, toKeys } from "../../../ui/kit/select.tsx";
import type { SearchOptions } from "../../../ui/kit/use-option-search.ts";
import { RecordTags } from "../campaign/record-tags.tsx";
import { NewSegmentButton } from "../segment/new-segment.tsx";
import type { SendDraft } from "./send-rules.ts";

interface SendAudienceProps {
  readonly draft: SendDraft;
  readonly errors: Readonly<Record<string, string>>;
  /** Finds the accounts that may send. Undefined: the user may not see them, or a test decides. */
  readonly senders: SearchOptions | undefined;
  readonly onChange: (changes: Partial<SendDraft>) => void;
}

const MAX_SEGMENTS = 10;

/** Who gets the message, and by whom: the members of the campaign, a segment that may be built here, or a contact list. */
export function SendAudience({ draft, errors, senders, onChange }: SendAudienceProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const { data: sendKind } = useKind("email_send");
  const { data: memberKind } = useKind("campaign_member");
  const segmentKind = kinds.find(({ kind }) => kind === "segment");
  const listKind = kinds.find(({ kind }) => kind === "contact_list");
  const searchSegments = useMemo(() => createRecordSearch(segmentKind), [segmentKind]);
  const searchLists = useMemo(() => createRecordSearch(listKind), [listKind]);
  const [created, setCreated] = useState<string>();
  const steps = memberKind?.fields.find(({ name }) => name === "status")?.choices ?? [];
  const typeField = sendKind?.fields.find(({ name }) => name === "subscription_type");
  return (
    <fieldset className="flex w-full max-w-form min-w-0 flex-col gap-4">
      <legend className="pb-3 text-section font-semibold">{t("Sender and recipients")}</legend>
      <SegmentedControl
        label={t("Recipients")}
        segments={[
          { id: "members", label: t("Members of the campaign") },
          ...(segmentKind ? [{ id: "segment", label: t("A segment") }] : []),
          ...(listKind ? [{ id: "list", label: t("A contact list") }] : []),
        ]}
        value={draft.audience}
        onChange={(audience) => onChange({ audience: audience as SendDraft["audience"] })}
      />
      {draft.audience === "segment" && segmentKind ? (
        <div className="flex min-w-0 flex-wrap items-start gap-2">
          <div className="min-w-field-short flex-1">
            <Reference
              key={created}
              label={segmentKind.label}
              note="required"
              value={draft.segment}
              search={searchSegments}
              onChange={(option) => onChange({ segment: option && { id: option.id, label: option.label } })}
              error={errors.segment_id}
            />
          </div>
          {segmentKind.operations.includes("create") ? (
            <NewSegmentButton
              onCreated={(segment) => {
                setCreated(segment.id);
                onChange({ segment });
              }}
            />
          ) : null}
        </div>
      ) : null}
      {draft.audience === "list" && listKind ? (
        <Reference
          label={listKind.label}
          note="required"
          value={draft.list}
          search={searchLists}
          onChange={(option) => onChange({ list: option && { id: option.id, label: option.label } })}
          error={errors.contact_list_id}
        />
      ) : null}
      {draft.audience === "members" ? (
        <Select
          label={t("Members")}
          selectionMode="multiple"
          placeholder={t("All active members")}
          help={t("Only members whose furthest step is one of these.")}
          options={steps
            .filter(({ code }) => code !== "BOUNCED" && code !== "OPTED_OUT")
            .map(({ code, name: label }) => ({ id: code, label }))}
          value={[...draft.member_status]}
          onChange={(keys) => onChange({ member_status: toKeys(keys) })}
          error={errors.member_status ?? errors.to_members}
        />
      ) : null}
      <RecordTags
        label={t("Excluded segments")}
        note="optional"
        value={draft.excluded}
        search={searchSegments}
        max={MAX_SEGMENTS}
        onChange={(excluded) => onChange({ excluded })}
        error={errors.exclude_segments ?? errors.exclude_segment_ids}
      />
      {senders ? (
        <Reference
          label={t("Sender")}
          note="optional"
          help={t("Without a choice, the standard account sends it.")}
          value={draft.sender}
          search={senders}
          onChange={(option) => onChange({ sender: option && { id: option.id, label: option.label } })}
          error={errors.sender_id}
        />
      ) : null}
      {typeField?.choices ? (
        <Select
          label={typeField.label}
          placeholder={t("That of the campaign")}
          options={typeField.choices.map(({ code, name: label }) => ({ id: code, label }))}
          value={draft.subscription_type}
          onChange={(code) => onChange({ subscription_type: code === null ? null : String(code) })}
          error={errors.subscription_type}
        />
      ) : null}
    </fieldset>
  );
}
