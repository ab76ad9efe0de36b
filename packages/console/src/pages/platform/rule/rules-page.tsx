import { useParams } from "@tanstack/react-router";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { FactLine } from "../../../ui/kit/fact-line.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { useRuleKinds } from "./rule-data.ts";
import { listRuleGroups, nameRuleKind } from "./rule-names.ts";
import { listEntries, type RuleInfo, readShape } from "./rule-shape.ts";
import { RuleWorkspace } from "./rule-workspace.tsx";

const PATH = "/crm/settings/rules";
/** The system learns these weights. They are no rules that a person writes. */
const HIDDEN: ReadonlySet<string> = new Set(["person_match"]);

/** `/crm/settings/rules`: all kinds of rules, and how many rules of each are in force. */
export function RulesPage() {
  const t = useText();
  const kinds = useRuleKinds();
  const shown = (kinds.data ?? []).filter(({ kind }) => !HIDDEN.has(kind));
  const groups = listRuleGroups(t);
  const grouped = new Set(groups.flatMap((group) => group.kinds));
  const all = [
    ...groups.map(({ label, kinds: names }) => ({
      label,
      rules: names.flatMap((name) => shown.find(({ kind }) => kind === name) ?? []),
    })),
    { label: t("Further rules"), rules: shown.filter(({ kind }) => !grouped.has(kind)) },
  ].filter(({ rules }) => rules.length > 0);
  return (
    <PageFrame
      title={t("Rules")}
      description={t("How the organization decides: who gets a record, who approves, what happens by itself.")}
      isLoading={kinds.isPending}
      width="form"
    >
      {kinds.error ? <LoadError query={kinds} text={t("The rules could not be loaded")} /> : null}
      {kinds.isPending ? <Skeleton shape="block" /> : null}
      {all.map(({ label, rules }) => (
        <section key={label} aria-label={label} className="flex min-w-0 flex-col gap-2">
          <h2 className="text-section font-semibold">{label}</h2>
          <ul className="flex min-w-0 flex-col rounded-card border border-border bg-surface">
            {rules.map((rule) => (
              <KindItem key={rule.kind} rule={rule} />
            ))}
          </ul>
        </section>
      ))}
    </PageFrame>
  );
}

function KindItem({ rule }: { readonly rule: RuleInfo }) {
  const t = useText();
  const shape = readShape(rule);
  const count = listEntries(rule.in_force.definition, shape).length;
  const facts = [
    ...(shape.list === undefined ? [] : [t("{count, plural, =0 {no rules} one {# rule} other {# rules}}", { count })]),
    rule.in_force.number === 0 ? t("as delivered") : t("version {version}", { version: formatCount(rule.in_force.number) }),
  ];
  const isPlanned = rule.upcoming.some(({ valid_from }) => valid_from > new Date().toISOString());
  return (
    <li className="flex min-w-0 flex-wrap items-center gap-x-3 border-b border-border px-4 py-2 last:border-b-0">
      <span className="min-w-field-short flex-1">
        <Link variant="title" href={`${PATH}/${rule.kind}`}>
          {nameRuleKind(rule.kind, rule.label, t)}
        </Link>
      </span>
      {isPlanned ? <Tag label={t("Planned")} hue="blue" hasDot /> : null}
      <span className="text-control text-text-muted">
        <FactLine facts={facts} />
      </span>
    </li>
  );
}

/** `/crm/settings/rules/KIND`: the rules of one kind. */
export function RuleKindPage() {
  const t = useText();
  const { kind = "" } = useParams({ strict: false }) as { kind?: string };
  return (
    <PageFrame title={nameRuleKind(kind, t("Rules"), t)} width="record">
      <span>
        <Link variant="muted" href={PATH}>
          {t("All rules")}
        </Link>
      </span>
      <RuleWorkspace key={kind} kind={kind} />
    </PageFrame>
  );
}

/** `/crm/advanced-features/lead-scoring`: what a lead must have before it becomes a customer. */
export function QualificationPage() {
  const t = useText();
  return (
    <PageFrame
      title={t("Qualification of leads")}
      description={t(
        "What must be known about a lead before it is converted: budget, authority, need and timeline, and a score.",
      )}
      width="record"
    >
      <RuleWorkspace kind="conversion" />
    </PageFrame>
  );
}
