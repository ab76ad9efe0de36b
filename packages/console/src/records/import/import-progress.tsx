import { formatCount } from "../../ui/i18n/formatters.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { ProgressBar } from "../../ui/kit/progress-bar.tsx";
import type { ImportJob } from "./import-data.ts";
import { nameActivity } from "./import-text.ts";

interface ImportProgressProps {
  readonly job: ImportJob | undefined;
  /** What happens, until the job is known. */
  readonly label?: string;
}

/** How far an import is, while it runs. */
export function ImportProgress({ job, label: firstLabel }: ImportProgressProps) {
  const t = useText();
  const label = job ? nameActivity(job, t) : (firstLabel ?? t("The rows are being imported"));
  // The number of rows is not known before the file is read, and an undo counts its own steps.
  const total = job && job.status !== "reverting" ? (job.total_rows ?? undefined) : undefined;
  return (
    <div className="flex min-h-page-head min-w-0 flex-col justify-center gap-2" aria-busy="true" aria-live="polite">
      <p className="text-body">
        {label}
        {job && total !== undefined ? (
          <span className="ps-2 tabular-nums text-text-muted">
            {t("{done} of {total}", { done: formatCount(job.processed), total: formatCount(total) })}
          </span>
        ) : null}
      </p>
      <ProgressBar label={label} value={job?.processed ?? 0} max={total} />
    </div>
  );
}
