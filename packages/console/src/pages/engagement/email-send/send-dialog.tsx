import { useState } from "react";
import { useKindIndex } from "../../../api/schema.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { type CheckResult, SendCheck } from "./send-check.tsx";

/** What the check of a send or of an A/B test says. Sample and rest are those of a test. */
export interface SendPreview extends CheckResult {
  readonly is_tracked: boolean;
  /** What the mail account says about opens and clicks. Null: not decided yet. */
  readonly account_tracks: boolean | null;
  /** The account whose answer can be kept. Null: there are several, or it is a text message. */
  readonly mail_account_id: string | null;
  readonly sample?: number;
  readonly rest?: number;
  readonly variants?: readonly { readonly id: string; readonly recipients: number }[];
  readonly needs_tracking?: boolean;
}

/** How opens and clicks are counted from now on. */
export interface TrackingChoice {
  readonly tracks: boolean | null;
  /** Whether the mail account keeps the answer. */
  readonly isForAccount: boolean;
}

interface SendDialogProps {
  readonly title: string;
  readonly verb: string;
  readonly isMail: boolean;
  readonly preview: SendPreview;
  /** The answer that was given before. */
  readonly tracks: boolean | null;
  readonly onConfirm: (choice: TrackingChoice) => Promise<unknown>;
  readonly onClose: () => void;
}

/** The question before a message goes out: who gets it, who does not and why, and whether opens and clicks are counted. */
export function SendDialog({ title, verb, isMail, preview, tracks, onConfirm, onClose }: SendDialogProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { account_tracks, needs_tracking = false, sample, rest, variants = [] } = preview;
  const isKnown = needs_tracking ? account_tracks === true : account_tracks !== null;
  const [choice, setChoice] = useState<boolean | null>(tracks ?? (isKnown ? account_tracks : null));
  const [isForAccount, setForAccount] = useState(false);
  const [isRunning, setRunning] = useState(false);
  const isEmpty = preview.recipients === 0 || sample === 0;
  const isRefused = needs_tracking && choice === false;
  const confirm = async (): Promise<void> => {
    setRunning(true);
    await onConfirm({ tracks: isMail ? choice : null, isForAccount: isMail && isForAccount && choice !== account_tracks });
    setRunning(false);
  };
  return (
    <Dialog
      role="alertdialog"
      title={title}
      isOpen
      onOpenChange={onClose}
      actions={(close) => (
        <>
          <Button onPress={close}>{t("Back")}</Button>
          <Button
            variant="primary"
            isPending={isRunning}
            isDisabled={isEmpty || isRefused || (isMail && choice === null)}
            onPress={() => void confirm()}
          >
            {verb}
          </Button>
        </>
      )}
    >
      <div className="flex min-w-0 flex-col gap-4">
        <SendCheck result={preview} />
        {sample === undefined || rest === undefined ? null : (
          <p className="text-body tabular-nums">
            {t("Sample: {sample} persons ({variants}). Others: {rest} persons.", {
              sample: formatCount(sample, locale),
              variants: variants.map(({ id, recipients }) => `${id} ${formatCount(recipients, locale)}`).join(" · "),
              rest: formatCount(rest, locale),
            })}
          </p>
        )}
        {isEmpty ? (
          <p className="text-body text-danger">
            {sample === 0 && preview.recipients > 0
              ? t("The sample is empty. Enlarge it, or choose more recipients.")
              : t("The message has no recipients. Choose others.")}
          </p>
        ) : null}
        {isMail ? (
          <TrackingQuestion
            choice={choice}
            isNeeded={needs_tracking}
            account={preview.mail_account_id !== null && choice !== account_tracks ? { isForAccount, setForAccount } : undefined}
            onChange={setChoice}
          />
        ) : null}
      </div>
    </Dialog>
  );
}

interface TrackingQuestionProps {
  readonly choice: boolean | null;
  readonly isNeeded: boolean;
  /** Undefined: the account has this answer already, or cannot keep it. */
  readonly account: { readonly isForAccount: boolean; readonly setForAccount: (isForAccount: boolean) => void } | undefined;
  readonly onChange: (tracks: boolean) => void;
}

/** Asks whether opens and clicks are counted. */
function TrackingQuestion({ choice, isNeeded, account, onChange }: TrackingQuestionProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const canKeep = kinds.find(({ kind }) => kind === "mail_account")?.operations.includes("update") === true;
  return (
    <section aria-label={t("Track opens and clicks?")} className="flex min-w-0 flex-col gap-2">
      <h3 className="text-body font-semibold">{t("Track opens and clicks?")}</h3>
      <SegmentedControl
        label={t("Track opens and clicks?")}
        segments={[
          { id: "yes", label: t("Track") },
          { id: "no", label: t("Do not track") },
        ]}
        value={choice === null ? "" : choice ? "yes" : "no"}
        onChange={(id) => onChange(id === "yes")}
      />
      <p
        aria-live="polite"
        className={isNeeded && choice === false ? "text-control text-danger" : "text-control text-text-muted"}
      >
        {isNeeded
          ? t("Opens or clicks decide this test, so it needs tracking.")
          : t("Without tracking, figures say “Not tracked”.")}
      </p>
      {choice !== null && account && canKeep ? (
        <Checkbox isSelected={account.isForAccount} onChange={account.setForAccount}>
          {t("Use this for all later mails of the account")}
        </Checkbox>
      ) : null}
    </section>
  );
}
