import type { KindSummary } from "../../../api/kind.ts";
import { KindIcon } from "../../../frame/shell/kind-icon.tsx";
import type { FormState } from "../../../input/form/form-state.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Link } from "../../../ui/kit/link.tsx";
import { frequentReports } from "./frequent-reports.ts";

/** Changes the kind of a report. It begins anew. */
export function chooseKind(form: FormState, kind: string): void {
  if (kind === form.values.kind) return;
  form.set("kind", kind);
  for (const name of ["columns", "where", "with", "group_by", "sort", "limit", "chart"]) form.set(name, null);
  form.set("measures", [{ as: "count", do: "count" }]);
}

/** Begins a report that answers the question of its kind. */
function chooseReport(form: FormState, kind: string): void {
  chooseKind(form, kind);
  for (const [part, value] of Object.entries(frequentReports[kind] ?? {})) form.set(part, value);
}

/** Questions of frequent reports, by the kind of record that answers them. */
const listQuestions = (t: Translate): Readonly<Record<string, string>> => ({
  lead: t("How many leads come from each source?"),
  opportunity: t("How much is in each stage of the pipeline?"),
  customer: t("How many customers are in each industry?"),
  order: t("How much is ordered in each month?"),
  invoice: t("How much is unpaid, and how much is overdue?"),
  activity: t("How many calls, meetings and tasks are there?"),
  ticket: t("How many tickets have each status?"),
  contract: t("How many contracts have each status, and what are they worth?"),
});

interface KindChoicesProps {
  readonly kinds: readonly KindSummary[];
  readonly form: FormState;
}

/** Frequent subjects of a new report, each with a question that it answers. */
export function KindChoices({ kinds, form }: KindChoicesProps) {
  const t = useText();
  const choices = Object.entries(listQuestions(t)).flatMap(([name, question]) => {
    const kind = kinds.find((candidate) => candidate.kind === name);
    return kind ? [{ ...kind, question }] : [];
  });
  if (choices.length === 0) return null;
  return (
    <section aria-label={t("Frequent reports")} className="flex min-w-0 flex-col gap-2">
      <h2 className="text-section font-semibold">{t("Frequent reports")}</h2>
      <ul className="grid min-w-0 grid-cols-1 gap-3 tablet:grid-cols-2">
        {choices.map(({ kind, labels, icon, question }) => (
          <li
            key={kind}
            className="relative flex min-w-0 items-start gap-3 rounded-card border border-border bg-surface px-4 py-3 hover:bg-hover"
          >
            <span className="flex h-(--text-control--line-height) shrink-0 items-center text-text-muted">
              <KindIcon name={icon} />
            </span>
            <span className="flex min-w-0 flex-col text-control">
              <Link variant="card" onPress={() => chooseReport(form, kind)}>
                {labels}
              </Link>
              <span className="text-text-muted">{question}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
