import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { Kind } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { toCountedNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { ErrorGroups } from "./error-groups.tsx";
import { FigureList } from "./figure-list.tsx";
import { cancelImport, type ImportRequest, isOpenImport, startImport, useImport } from "./import-data.ts";
import { ImportProgress } from "./import-progress.tsx";
import { listCounts } from "./import-text.ts";
import { StepFoot } from "./step-foot.tsx";
import { useWizard } from "./wizard-state.ts";

interface CheckStepProps {
  readonly kind: Kind;
  readonly request: ImportRequest;
  readonly onBack: () => void;
}

/** What the import would do: the server tries all rows and writes nothing. The import starts from here. */
export function CheckStep({ kind, request, onBack }: CheckStepProps) {
  const t = useText();
  const navigate = useNavigate();
  const { state, change } = useWizard();
  const text = JSON.stringify(request);
  const checkId = state.check?.request === text ? state.check.id : undefined;
  const { data: job, error } = useImport(checkId);
  const [isStarting, setStarting] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const describe = (reason: unknown): string => {
    const { form, fields } = readErrors(reason, t);
    return form ?? Object.values(fields)[0] ?? t("The import could not be started");
  };
  const begin = async (): Promise<void> => {
    setRefusal(undefined);
    try {
      const id = await startImport(kind.path, { ...request, options: { ...request.options, dry_run: true } });
      change({ check: { id, request: text } });
    } catch (reason) {
      setRefusal(describe(reason));
    }
  };
  const beginFirst = useEffectEvent(begin);
  const begun = useRef<string>(undefined);
  useEffect(() => {
    if (checkId !== undefined || begun.current === text) return;
    begun.current = text;
    void beginFirst();
  }, [checkId, text]);
  const start = async (): Promise<void> => {
    setStarting(true);
    setRefusal(undefined);
    try {
      // The check no longer matters. Both would read the same file.
      if (job && isOpenImport(job)) await cancelImport(job.id).catch(() => undefined);
      const id = await startImport(kind.path, request);
      await navigate({ to: `/crm/imports/view/${id}`, replace: true });
    } catch (reason) {
      setRefusal(describe(reason));
      setStarting(false);
    }
  };
  const isRunning = checkId !== undefined && (job === undefined || isOpenImport(job));
  const changed = job ? job.created + job.updated : 0;
  const hasFailed = job?.status === "failed";
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {refusal === undefined && error === null ? null : (
        <Banner
          kind="danger"
          title={refusal ?? describe(error)}
          action={<Button onPress={() => void begin()}>{t("Try again")}</Button>}
        />
      )}
      {isRunning || job === undefined ? (
        // The buttons stay in their place when the result comes.
        <div className="min-h-panel">
          {refusal === undefined ? <ImportProgress job={job} label={t("The rows are being checked")} /> : null}
        </div>
      ) : (
        <section aria-label={t("What would happen")} className="flex min-h-panel min-w-0 flex-col gap-4">
          <Banner
            kind={hasFailed ? "danger" : job.failed > 0 ? "warning" : "success"}
            title={
              hasFailed
                ? (job.error?.message ?? t("The check failed"))
                : job.failed === 0
                  ? t("All {count} rows can be imported", { count: formatCount(job.processed) })
                  : t("{count, plural, one {# row would be refused} other {# rows would be refused}}", { count: job.failed })
            }
          >
            {hasFailed
              ? job.error?.details.map(({ message }) => message).join(" ")
              : job.failed > 0
                ? t("Go back to change columns and values, or start: refused rows can be corrected afterwards.")
                : null}
          </Banner>
          <FigureList label={t("What would happen")} figures={listCounts(job, t)} />
          {job.failed > 0 ? <ErrorGroups kind={kind} job={job} /> : null}
        </section>
      )}
      <StepFoot onBack={onBack}>
        <Button variant="primary" isPending={isStarting} isDisabled={hasFailed} onPress={() => void start()}>
          {isRunning || job === undefined
            ? t("Start without the check")
            : changed > 0
              ? t("Import {count} {kinds}", { count: formatCount(changed), kinds: toCountedNoun(changed, kind) })
              : t("Start the import")}
        </Button>
      </StepFoot>
    </div>
  );
}
