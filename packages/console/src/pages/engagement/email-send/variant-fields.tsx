import { Plus, Trash2 } from "lucide-react";
import { useMemo } from "react";
import { useTenant } from "../../../api/tenant.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { InstantField } from "../../../ui/kit/instant-field.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import type { SearchOptions } from "../../../ui/kit/use-option-search.ts";
import { MergeLine } from "../../messaging/template/merge-line.tsx";
import { nameMetric, namePart, nameWarning } from "./ab-test-rules.ts";
import { createTemplateSearch } from "./send-content.tsx";
import {
  addVariant,
  changeTested,
  countForVariant,
  MAX_VARIANTS,
  MIN_VARIANTS,
  nameVariant,
  type SendDraft,
  type TestedPart,
  type VariantDraft,
} from "./send-rules.ts";

interface VariantFieldsProps {
  readonly draft: SendDraft;
  readonly errors: Readonly<Record<string, string>>;
  /** Finds the accounts that may send. Undefined: the user may not see them. */
  readonly senders: SearchOptions | undefined;
  /** How many members get the mail. Undefined: the number is not known. */
  readonly members?: number | undefined;
  readonly onChange: (changes: Partial<SendDraft>) => void;
}

const PARTS: readonly TestedPart[] = ["subject", "content", "sender", "time"];
const METRICS = ["click_rate", "response_rate", "conversion_rate", "open_rate"];
/** Responses and purchases are counted for members of the campaign alone. */
const TRACKED_METRICS = ["click_rate", "open_rate"];
const MAX_HOURS = 72;

/** The variants of an A/B test, and how the winner is found. */
export function VariantFields({ draft, errors, senders, members, onChange }: VariantFieldsProps) {
  const t = useText();
  const numbers = [
    {
      name: "sample_percent" as const,
      label: t("Share of the sample in percent"),
      help: t("So many members get a variant. The others get the winner."),
      min: 1,
      max: 100,
    },
    {
      name: "decide_after_hours" as const,
      label: t("Hours until the decision"),
      help: t("Counted from the last mail of the sample."),
      min: 1,
      max: MAX_HOURS,
    },
    {
      name: "minimum_sample_size" as const,
      label: t("Delivered mails that each variant needs"),
      help: t("With fewer, the test has no winner."),
      min: 1,
      max: 1_000_000,
    },
    {
      name: "confidence_level" as const,
      label: t("Confidence in percent"),
      help: t("How sure the difference must be."),
      min: 80,
      max: 99.9,
    },
  ];
  const setVariant = (index: number, changes: Partial<VariantDraft>): void =>
    onChange({ variants: draft.variants.map((variant, place) => (place === index ? { ...variant, ...changes } : variant)) });
  const warning = draft.success_metric === "open_rate" ? nameWarning("opens_are_uncertain", t) : undefined;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <SegmentedControl
        label={t("What differs")}
        segments={PARTS.filter((part) => part !== "sender" || senders).map((part) => ({ id: part, label: namePart(part, t) }))}
        value={draft.tests}
        onChange={(part) => onChange(changeTested(draft, { tests: part as TestedPart }))}
      />
      {errors.variants === undefined ? null : <Banner kind="danger" title={errors.variants} />}
      <ol className="flex min-w-0 flex-col gap-3">
        {draft.variants.map((variant, index) => (
          // Variants are their places: A is the first one.
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is what tells a variant.
          <li key={index} className="flex min-w-0 flex-col gap-3 rounded-card border border-border bg-surface p-4">
            <span className="flex items-center gap-2">
              <h3 className="min-w-0 flex-1 text-body font-semibold">{t("Variant {letter}", { letter: nameVariant(index) })}</h3>
              {draft.variants.length > MIN_VARIANTS ? (
                <IconButton
                  isSmall
                  label={t("Remove variant {letter}", { letter: nameVariant(index) })}
                  icon={<Trash2 />}
                  onPress={() => onChange({ variants: draft.variants.filter((_, place) => place !== index) })}
                />
              ) : null}
            </span>
            <VariantInput
              tests={draft.tests}
              variant={variant}
              path={`variants[${index}]`}
              errors={errors}
              senders={senders}
              onChange={(changes) => setVariant(index, changes)}
            />
          </li>
        ))}
      </ol>
      {draft.variants.length < MAX_VARIANTS ? (
        <span>
          <Button isSmall icon={<Plus />} onPress={() => onChange({ variants: addVariant(draft.variants) })}>
            {t("Add a variant")}
          </Button>
        </span>
      ) : null}
      <Select
        label={t("What decides")}
        options={(draft.audience === "members" ? METRICS : TRACKED_METRICS).map((metric) => ({
          id: metric,
          label: nameMetric(metric, t),
        }))}
        value={draft.success_metric}
        onChange={(metric) => onChange({ success_metric: String(metric) })}
        error={errors["ab_test.success_metric"] ?? errors.success_metric}
      />
      {warning === undefined ? null : <Banner kind="warning" title={warning} />}
      <div className="grid min-w-0 grid-cols-1 gap-4 tablet:grid-cols-2">
        {numbers.map(({ name, label, help, min, max }) => (
          <NumberField
            key={name}
            label={label}
            help={help}
            value={draft[name]}
            minValue={min}
            maxValue={max}
            onChange={(value) => onChange({ [name]: Number.isNaN(value) ? min : value })}
            error={errors[`ab_test.${name}`] ?? errors[name]}
          />
        ))}
      </div>
      {members ? <SampleSize draft={draft} members={members} /> : null}
      <Select
        label={t("If no variant wins")}
        options={[
          { id: "wait", label: t("The others wait until a person chooses") },
          { id: "send_better", label: t("The others get the variant with the highest rate") },
        ]}
        value={draft.without_winner}
        onChange={(choice) => onChange({ without_winner: String(choice) })}
      />
    </div>
  );
}

/** How many members get each variant, before the test shows it: too few decide nothing. */
function SampleSize({ draft, members }: { readonly draft: SendDraft; readonly members: number }) {
  const t = useText();
  const { locale } = useTextOptions();
  const count = countForVariant(members, draft);
  const numbers = {
    count: formatCount(count, locale),
    members: formatCount(members, locale),
    minimum: formatCount(draft.minimum_sample_size, locale),
  };
  return (
    <div aria-live="polite" className="min-w-0">
      {count < draft.minimum_sample_size ? (
        <Banner
          kind="warning"
          title={t("About {count} of {members} members get each variant, but each needs {minimum} mails to win", numbers)}
        >
          {t("Enlarge the sample, or need fewer mails.")}
        </Banner>
      ) : (
        <p className="text-control text-text-muted">{t("About {count} of {members} members get each variant.", numbers)}</p>
      )}
    </div>
  );
}

interface VariantInputProps extends Pick<VariantFieldsProps, "errors" | "senders"> {
  readonly tests: TestedPart;
  readonly variant: VariantDraft;
  readonly path: string;
  readonly onChange: (changes: Partial<VariantDraft>) => void;
}

/** The input of what differs, and the share of the variant. */
function VariantInput({ tests, variant, path, errors, senders, onChange }: VariantInputProps) {
  const t = useText();
  const { settings } = useTenant();
  const searchTemplates = useMemo(() => createTemplateSearch("email"), []);
  return (
    <>
      {tests === "subject" ? (
        <MergeLine
          label={t("Subject")}
          note="required"
          value={variant.subject}
          onChange={(subject) => onChange({ subject })}
          error={errors[`${path}.subject`]}
          maxLength={255}
        />
      ) : null}
      {tests === "content" ? (
        <Reference
          label={t("Template")}
          note="required"
          value={variant.template}
          search={searchTemplates}
          onChange={(option) => onChange({ template: option && { id: option.id, label: option.label } })}
          error={errors[`${path}.template_id`]}
        />
      ) : null}
      {tests === "sender" && senders ? (
        <Reference
          label={t("Sender")}
          note="required"
          value={variant.sender}
          search={senders}
          onChange={(option) => onChange({ sender: option && { id: option.id, label: option.label } })}
          error={errors[`${path}.sender_id`]}
        />
      ) : null}
      {tests === "time" ? (
        <InstantField
          label={t("Time")}
          note="required"
          value={variant.send_at}
          timeZone={settings.timezone}
          onChange={(send_at) => onChange({ send_at })}
          error={errors[`${path}.send_at`]}
        />
      ) : null}
      <div className="w-field-short">
        <NumberField
          label={t("Share")}
          help={t("Weights of 1 and 1 split the members 50/50.")}
          value={variant.share}
          minValue={1}
          maxValue={100}
          onChange={(share) => onChange({ share: Number.isNaN(share) ? 1 : share })}
          error={errors[`${path}.share`]}
        />
      </div>
    </>
  );
}
