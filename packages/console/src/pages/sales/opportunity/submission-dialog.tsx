import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { crm, read } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useScope } from "../../../api/session.ts";
import { formatMoney } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { useDraft } from "../../../input/form/use-draft.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { MoneyField } from "../../../ui/kit/money-field.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { addUpCategories, readExpectation } from "./forecast-rules.ts";

const PATH = "/api/v1/opportunities/forecast/submissions";
const MAX_MONTHS = 24;

type Month = Schemas.ForecastMonth;

interface SubmissionDialogProps {
  /** `2026-11`. */
  readonly period: string;
  readonly periodName: string;
  readonly owner: { readonly id: string; readonly name: string };
  /** Whether it is the user's own forecast. Others are adjusted by a manager, with a note. */
  readonly isOwn: boolean;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Asks what an owner expects of a month. It begins with what was submitted, or else with the sums of the owner's deals. */
export function SubmissionDialog(props: SubmissionDialogProps) {
  const { period, owner, onClose } = props;
  const t = useText();
  const scope = useScope();
  const { data, error } = useQuery({
    queryKey: [...scope, "analytics", "forecast", "of-owner", owner.id, period],
    queryFn: async () =>
      (await read<Schemas.ForecastAnalytics>("/api/v1/analytics/forecast", { owner: owner.id, months: MAX_MONTHS })).data,
    staleTime: 0,
    gcTime: 0,
  });
  const month = data?.months.find(({ forecast_period }) => forecast_period.startsWith(period));
  if (!data || !month)
    return (
      <Dialog title={t("Forecast")} isOpen onOpenChange={onClose}>
        {error ? <p className="text-control text-danger">{t("The figures could not be loaded")}</p> : <Skeleton shape="block" />}
      </Dialog>
    );
  return <SubmissionForm {...props} month={month} currency={data.currency} />;
}

function SubmissionForm({
  period,
  periodName,
  owner,
  isOwn,
  month,
  currency: baseCurrency,
  onDone,
  onClose,
}: SubmissionDialogProps & { readonly month: Month; readonly currency: string }) {
  const t = useText();
  const { locale } = useTextOptions();
  const invalidate = useInvalidation();
  const sums = addUpCategories(month.by_category);
  const submitted = month.by_owner.find(({ owner_id }) => owner_id === owner.id)?.submitted ?? null;
  const currency = submitted?.currency ?? baseCurrency;
  const known = isOwn ? { commit: submitted?.commit, best_case: submitted?.best_case } : readExpectation(submitted);
  const form = useFormState(
    {
      commit: known.commit ?? sums.COMMIT,
      best_case: known.best_case ?? sums.BEST_CASE,
      note: (isOwn ? submitted?.note : submitted?.override_note) ?? "",
    },
    t,
    useDraft(`forecast ${owner.id} ${JSON.stringify([period, known])}`),
  );
  const money = (value: string): string => formatMoney(value, currency, locale);
  const submit = async (): Promise<void> => {
    const { commit, best_case, note } = form.values;
    const body = { period, commit, best_case, note: note === "" ? null : note, ...(isOwn ? {} : { owner_id: owner.id }) };
    const saved = await form.submit(() => crm.request<object>("PUT", PATH, { body }));
    if (!saved) return;
    await invalidate({ kind: "forecast_submission" });
    showToast({
      text: isOwn ? t("Your forecast was submitted") : t("The forecast of {name} was adjusted", { name: owner.name }),
    });
    onDone();
    onClose();
  };
  return (
    <FormLayer
      layer="dialog"
      title={
        isOwn
          ? t("Your forecast for {period}", { period: periodName })
          : t("Adjust the forecast of {name} for {period}", { name: owner.name, period: periodName })
      }
      form={form}
      submit={{ label: isOwn ? t("Submit") : t("Adjust"), run: submit }}
      onClose={onClose}
    >
      <div className="flex min-w-0 flex-col gap-4">
        <FormSummary
          form={form}
          shownFields={["commit", "best_case", "note"]}
          labelFor={(name) => (name === "owner_id" ? t("Owner") : name)}
        />
        <p className="text-control text-text-muted">
          {t("The deals add up to {won} won, {commit} with commit, and {best} with best case.", {
            won: money(sums.CLOSED),
            commit: money(sums.COMMIT),
            best: money(sums.BEST_CASE),
          })}
          {!isOwn && submitted?.commit
            ? ` ${t("{name} submitted {commit} and {best}.", {
                name: owner.name,
                commit: money(submitted.commit),
                best: money(submitted.best_case ?? "0"),
              })}`
            : null}
        </p>
        <MoneyField
          label={t("Commit")}
          help={t("What will be won in this month, with what is won already")}
          currency={currency}
          value={form.values.commit as string | null}
          onChange={(value) => form.set("commit", value)}
          {...(form.errors.fields.commit ? { error: form.errors.fields.commit } : {})}
          autoFocus
        />
        <MoneyField
          label={t("Best case")}
          help={t("What could be won if all goes well. It is not less than commit.")}
          currency={currency}
          value={form.values.best_case as string | null}
          onChange={(value) => form.set("best_case", value)}
          {...(form.errors.fields.best_case ? { error: form.errors.fields.best_case } : {})}
        />
        <TextArea label={t("Note")} note={isOwn ? undefined : "required"} {...bindText(form, "note")} />
      </div>
    </FormLayer>
  );
}
