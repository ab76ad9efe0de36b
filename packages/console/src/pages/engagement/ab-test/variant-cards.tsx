import { useMemo } from "react";
import { useKindIndex } from "../../../api/schema.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useMailPreview } from "../../../records/mail/mail-data.ts";
import { formatExact } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { LookControls, MailView, usePreviewLook } from "../../messaging/template/mail-preview.tsx";
import { formatTracked } from "../campaign/tracked-figure.ts";
import { useMemberChoice } from "../campaign/use-member-choice.ts";
import { namePart } from "../email-send/ab-test-rules.ts";
import { useAnyTemplate } from "../email-send/send-content.tsx";
import type { AbTest } from "./ab-test.ts";
import { type useAbTest, useRecordName } from "./ab-test-data.ts";

type Results = NonNullable<ReturnType<typeof useAbTest>["data"]>["results"];

interface VariantCardsProps {
  readonly campaign: string;
  readonly test: AbTest;
  readonly results: Results;
  /** Undefined: there is nothing to choose. */
  readonly onChoose: ((letter: string) => void) | undefined;
}

/** The variants beside each other, with their counts and the mail that their readers get. */
export function VariantCards({ campaign, test, results, onChoose }: VariantCardsProps) {
  const t = useText();
  const member = useMemberChoice(campaign);
  const [look, setLook] = usePreviewLook();
  return (
    <section aria-label={t("Variants")} className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-end gap-x-4 gap-y-2">
        <h3 className="min-w-0 flex-1 text-section font-semibold">{t("Variants")}</h3>
        <LookControls look={look} onChange={setLook} />
      </div>
      <div className="w-full max-w-field">
        <Reference
          label={t("Show as the member")}
          note="optional"
          value={member.chosen}
          search={member.search}
          onChange={member.choose}
        />
      </div>
      <ul className="grid min-w-0 grid-cols-1 items-start gap-4 tablet:grid-cols-2">
        {test.variants.map((variant) => (
          <VariantCard
            key={variant.id}
            test={test}
            variant={variant}
            figures={results.variants.find(({ id }) => id === variant.id)}
            person={member.chosen?.id}
            look={look}
            onChoose={onChoose}
          />
        ))}
      </ul>
    </section>
  );
}

interface VariantCardProps extends Pick<VariantCardsProps, "test" | "onChoose"> {
  readonly variant: AbTest["variants"][number];
  readonly figures: Results["variants"][number] | undefined;
  readonly person: string | undefined;
  readonly look: ReturnType<typeof usePreviewLook>[0];
}

function VariantCard({ test, variant, figures, person, look, onChoose }: VariantCardProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const isWinner = test.winning_variant === variant.id;
  const count = (value: number | null | undefined): string => (value === undefined ? EMPTY : formatTracked(value, locale, t));
  const facts = [
    [t("Persons"), figures?.assigned],
    [t("Delivered"), figures?.delivered],
    [t("Opened"), figures?.opened],
    [t("Clicked"), figures?.clicked],
    [t("Responded"), figures?.responded],
    [t("Converted"), figures?.converted],
  ] as const;
  return (
    <li className="flex min-w-0 flex-col gap-3 rounded-card border border-border bg-surface p-4">
      <header className="flex min-h-control flex-wrap items-center gap-2">
        <h4 className="text-body font-semibold">{t("Variant {letter}", { letter: variant.id })}</h4>
        {isWinner ? <Tag label={t("For the others")} hue="green" hasDot /> : null}
        {onChoose ? (
          <span className="ms-auto">
            <Button isSmall onPress={() => onChoose(variant.id)}>
              {t("Send variant {letter}", { letter: variant.id })}
            </Button>
          </span>
        ) : null}
      </header>
      {test.tests === "subject" ? null : <VariantDifference test={test} variant={variant} />}
      {test.start_date === null ? null : (
        <dl className="grid grid-cols-3 gap-x-4 gap-y-2 text-control">
          {facts.map(([label, value]) => (
            <div key={label} className="flex min-w-0 flex-col">
              <dt className="text-meta text-text-muted wrap-anywhere">{label}</dt>
              <dd className="font-medium tabular-nums">{count(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      <VariantMail test={test} variant={variant} person={person} look={look} />
    </li>
  );
}

/** What the variant has in another way than the others. */
function VariantDifference({ test, variant }: Pick<VariantCardProps, "test" | "variant">) {
  const t = useText();
  const options = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const pathOf = (name: string): string | undefined => kinds.find(({ kind }) => kind === name)?.path;
  const template = useRecordName(pathOf("message_template"), test.tests === "content" ? variant.template_id : null);
  const sender = useRecordName(pathOf("mail_account"), test.tests === "sender" ? variant.sender_id : null);
  const texts: Readonly<Record<string, string | null | undefined>> = {
    subject: variant.subject,
    content: template ?? variant.content?.subject,
    sender,
    time: variant.send_at && formatExact(variant.send_at, options),
  };
  return (
    <p dir="auto" className="text-body wrap-anywhere">
      <span className="text-text-muted">{namePart(test.tests, t)}: </span>
      {texts[test.tests] ?? EMPTY}
    </p>
  );
}

/** The mail of the variant: that of the test, with what the variant replaces. */
function VariantMail({ test, variant, person, look }: Pick<VariantCardProps, "test" | "variant" | "person" | "look">) {
  const t = useText();
  const content = variant.content ?? (variant.template_id === null ? test.content : null);
  const blocks = content?.blocks ?? null;
  const { data: anyTemplate } = useAnyTemplate(blocks !== null);
  const subject = variant.subject ?? content?.subject ?? test.subject;
  const unsaved = useMemo(() => {
    const changes = { ...(subject ? { subject } : {}), ...(blocks ? { blocks } : {}) };
    return Object.keys(changes).length === 0 ? undefined : JSON.stringify(changes);
  }, [subject, blocks]);
  const template = content ? (blocks ? anyTemplate : undefined) : (variant.template_id ?? test.template_id);
  const preview = useMailPreview({ id: template ?? undefined, unsaved, version: "", person });
  // The preview shows the subject with its values.
  if (!template) return test.tests === "subject" ? <VariantDifference test={test} variant={variant} /> : null;
  return (
    <MailView
      preview={preview.data}
      isError={preview.isError}
      look={look}
      title={t("Preview of variant {letter}", { letter: variant.id })}
    />
  );
}
