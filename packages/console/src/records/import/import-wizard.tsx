import { useEffect, useRef } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { type KindSummary, useKind, useKindIndex } from "../../api/schema.ts";
import { PageFrame } from "../../frame/shell/page-frame.tsx";
import { readErrors } from "../../input/form/form-state.ts";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { type Translate, useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { CheckStep } from "./check-step.tsx";
import { ColumnStep } from "./column-step.tsx";
import { FileStep } from "./file-step.tsx";
import { useInspection } from "./import-data.ts";
import {
  buildOptions,
  canKeepText,
  listImportKinds,
  listUnknownValues,
  pickValues,
  readEntity,
  readSuggestion,
} from "./mapping-rules.ts";
import { ValueStep } from "./value-step.tsx";
import { type Step, steps, useNewWizard, useWizard, WizardContext } from "./wizard-state.ts";

/** Imports the rows of a file: file, columns, values, check. */
export function ImportWizard() {
  return (
    <WizardContext value={useNewWizard()}>
      <WizardPage />
    </WizardContext>
  );
}

function WizardPage() {
  const t = useText();
  const { locale } = useLocale();
  const { data: kinds } = useKindIndex();
  const { address } = useWizard();
  const choices = listImportKinds(kinds ?? [], locale);
  const summary = choices.find(({ kind }) => kind === address.kind);
  return (
    <PageFrame
      title={summary ? t("Import {kinds}", { kinds: toPluralNoun(summary.labels) }) : t("Import a file")}
      // Tables of columns and values need more room than the form.
      width={address.step === "file" ? "form" : "record"}
      isLoading={!kinds}
      bar={<StepList current={address.step} />}
    >
      {!kinds ? (
        <Skeleton shape="block" />
      ) : choices.length === 0 ? (
        <EmptyState kind="forbidden" title={t("Your role imports no records")}>
          {t("Ask an administrator for the right to create records.")}
        </EmptyState>
      ) : summary && address.upload !== undefined && address.step !== "file" ? (
        <FileSteps summary={summary} uploadId={address.upload} />
      ) : (
        <FileStep kinds={choices} />
      )}
    </PageFrame>
  );
}

const nameStep = (step: Step, t: Translate): string =>
  ({ file: t("File"), columns: t("Map columns"), values: t("Values"), check: t("Check and import") })[step];

/** Where the user is. */
function StepList({ current }: { readonly current: Step }) {
  const t = useText();
  const at = steps.indexOf(current);
  return (
    <ol aria-label={t("Steps of the import")} className="flex min-w-0 flex-wrap gap-x-3 gap-y-2 text-control tablet:gap-x-4">
      {steps.map((step, index) => (
        <li
          key={step}
          aria-current={index === at ? "step" : undefined}
          className={`flex items-center gap-2 ${index === at ? "font-semibold text-text" : "text-text-muted"}`}
        >
          <span
            className={`flex size-6 items-center justify-center rounded-full border text-meta tabular-nums ${index === at ? "border-accent bg-accent text-on-accent" : "border-border"}`}
          >
            {index + 1}
          </span>
          {/* A phone names the present step. */}
          <span className={index === at ? "" : "sr-only tablet:not-sr-only"}>{nameStep(step, t)}</span>
        </li>
      ))}
    </ol>
  );
}

/** The steps that need the file. */
function FileSteps({ summary, uploadId }: { readonly summary: KindSummary; readonly uploadId: string }) {
  const t = useText();
  const { data: kind } = useKind(summary.kind);
  const { address, state, change, open } = useWizard();
  const entity = readEntity(summary);
  const { encoding, sheet, create_masters, historic, match_on, mode } = state.options;
  // Only these options decide which fields and columns there are. Values that name nothing are asked for, so no column is left out because of them.
  const options = {
    ...buildOptions({ mode, match_on, encoding, sheet, create_masters, historic }),
    unknown_values: "leave_empty",
  };
  const first = useInspection({ entity, upload_id: uploadId, options });
  const mapping = state.mapping ?? readSuggestion(first.data?.columns ?? []);
  // The values that name nothing depend on the mapping.
  const mapped = useInspection(
    address.step === "columns" || first.data === undefined || Object.keys(mapping).length === 0
      ? undefined
      : { entity, upload_id: uploadId, options, mapping },
  );
  const error = first.error ?? mapped.error;
  if (error)
    return (
      <Banner
        kind="danger"
        title={readErrors(error, t).form ?? Object.values(readErrors(error, t).fields)[0] ?? t("The file could not be read")}
        action={<Button onPress={() => open({ upload: undefined, step: "file" })}>{t("Choose another file")}</Button>}
      />
    );
  if (!kind || !first.data) return <Skeleton shape="block" />;
  const known = new Set(Object.keys(mapping));
  const unknown = listUnknownValues(mapped.data?.columns ?? [], mapping, state.values).filter(({ column }) => known.has(column));
  const common = { kind, file: first.data, mapping };
  const leaveColumns = (): void => {
    change({ mapping });
    open({ step: "values" });
  };
  if (address.step === "columns")
    return <ColumnStep {...common} onBack={() => open({ upload: undefined, step: "file" })} onNext={leaveColumns} />;
  if (!mapped.data) return <Skeleton shape="block" />;
  if (address.step === "values" && unknown.length === 0) return <Redirection run={() => open({ step: "check" }, true)} />;
  return address.step === "values" ? (
    <ValueStep {...common} unknown={unknown} onBack={() => open({ step: "columns" })} onNext={() => open({ step: "check" })} />
  ) : (
    <CheckStep
      kind={kind}
      request={{
        upload_id: uploadId,
        mapping,
        value_map: pickValues(state.values, mapping),
        new_values: pickValues(state.created, mapping),
        options: {
          ...buildOptions(state.options),
          unknown_values: canKeepText(state.options, first.data.note_field) ? "keep_as_text" : "leave_empty",
        },
      }}
      onBack={() => open({ step: unknown.length > 0 ? "values" : "columns" })}
    />
  );
}

/** All values are known, so there is nothing to decide. */
function Redirection({ run }: { readonly run: () => void }) {
  const latest = useRef(run);
  useEffect(() => latest.current(), []);
  return <Skeleton shape="block" />;
}
