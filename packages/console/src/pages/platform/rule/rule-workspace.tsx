import { FlaskConical, Plus } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { crm } from "../../../api/client.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { draftKey } from "../../../input/form/draft-store.ts";
import { readErrors, useFormState } from "../../../input/form/form-state.ts";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { EntryDrawer } from "./entry-drawer.tsx";
import { OtherwisePart } from "./otherwise-part.tsx";
import {
  type RuleVersion,
  rulePath,
  useRule,
  useRuleInvalidation,
  useRuleVersion,
  useRuleVersions,
  useSentences,
} from "./rule-data.ts";
import { RuleDryRun } from "./rule-dry-run.tsx";
import { hasAllInputs } from "./rule-fields.ts";
import { RuleList } from "./rule-list.tsx";
import { describeEntry } from "./rule-sentence.ts";
import {
  type Definition,
  type Entry,
  findContent,
  listEntries,
  moveEntry,
  pickErrors,
  type RuleInfo,
  readShape,
  replaceEntries,
} from "./rule-shape.ts";
import { SettingsPart } from "./settings-part.tsx";
import { PublishRuleDialog, VersionTable } from "./version-parts.tsx";

const MANAGE_PERMISSION = "rule:manage";
/** Kinds of rules whose decisions the API can repeat on past records. */
const testedKinds: ReadonlySet<string> = new Set([
  ...["lead_assignment", "customer_assignment", "opportunity_assignment", "territory_assignment"],
  ...["score_standard", "score_dynamic", "stage_automation", "ticket_routing"],
  ...["quote_approval", "proposal_approval", "contract_approval", "contract_amendment_approval", "email_send_approval"],
]);

interface RuleWorkspaceProps {
  readonly kind: string;
  /** What stands above the rules, such as where they are switched on. */
  readonly children?: ReactNode;
  /** What stands below the rules. */
  readonly foot?: ReactNode;
}

/** The rules of one kind: the entries in their order, what applies otherwise, the settings, a test, and the versions. */
export function RuleWorkspace({ kind, children, foot }: RuleWorkspaceProps) {
  const t = useText();
  const rule = useRule(kind);
  const versions = useRuleVersions(kind);
  const draftRow = versions.data?.find(({ status }) => status === "DRAFT");
  const draft = useRuleVersion(kind, draftRow?.id);
  const shape = useMemo(() => (rule.data ? readShape(rule.data) : undefined), [rule.data]);
  // Reads the names beside the draft, in the same request, and shows the sentences when they are complete.
  const { isLoading } = useSentences(rule.data, shape, draft.data?.definition ?? rule.data?.in_force.definition);
  const error = rule.error ?? versions.error ?? draft.error;
  if (error) {
    const { form, fields } = readErrors(error, t);
    return (
      <Banner
        kind="danger"
        title={form ?? Object.values(fields)[0] ?? t("The rules could not be loaded")}
        action={
          <Button onPress={() => void Promise.all([rule.refetch(), versions.refetch(), ...(draftRow ? [draft.refetch()] : [])])}>
            {t("Try again")}
          </Button>
        }
      />
    );
  }
  if (!rule.data || !versions.data || (draftRow && !draft.data) || isLoading) return <Skeleton shape="block" />;
  return (
    <RuleForm
      key={`${draft.data?.id ?? rule.data.in_force.id} ${draft.data?.version ?? ""}`}
      info={rule.data}
      versions={versions.data}
      draft={draftRow ? draft.data : undefined}
      foot={foot}
    >
      {children}
    </RuleForm>
  );
}

interface RuleFormProps {
  readonly info: RuleInfo;
  readonly versions: readonly RuleVersion[];
  readonly draft: RuleVersion | undefined;
  readonly children: ReactNode;
  readonly foot: ReactNode;
}

type Layer = { readonly kind: "entry"; readonly index: number | undefined } | { readonly kind: "test" | "publish" };

function RuleForm({ info, versions, draft, children, foot }: RuleFormProps) {
  const t = useText();
  const scope = useScope();
  const { permissions } = useSession();
  const invalidate = useRuleInvalidation();
  const canManage = permissions.includes(MANAGE_PERMISSION);
  const shape = readShape(info);
  const base = draft?.definition ?? info.in_force.definition;
  const form = useFormState({ definition: base }, t, {
    key: draftKey(scope, `rule ${info.kind} ${draft?.id ?? info.in_force.id}`),
  });
  const [layer, setLayer] = useState<Layer>();
  const definition = form.values.definition as Definition;
  const sources = useSentences(info, shape, definition);
  const entries = listEntries(definition, shape);
  const setEntries = (next: readonly Entry[]): void => form.set("definition", replaceEntries(definition, shape, next));
  // Actions of several kinds have no form here: the workflows have one.
  const canEditEntries =
    canManage && shape.entry !== undefined && (hasAllInputs(shape.entry) || "to" in (shape.entry.properties ?? {}));
  const entryErrors = (index: number): Record<string, string> =>
    pickErrors(form.errors.fields, `definition.${shape.list}[${index}]`);

  const saveDraft = async (): Promise<RuleVersion | undefined> => {
    if (!form.isChanged && draft) return draft;
    const path = `${rulePath(info.kind)}/versions`;
    const saved = await form.submit(() =>
      draft
        ? crm.request<RuleVersion>("PATCH", `${path}/${draft.id}`, { body: { definition }, ifMatch: draft.version })
        : crm.request<RuleVersion>("POST", path, { body: { definition, based_on_id: info.in_force.id } }),
    );
    if (!saved) return undefined;
    form.discard();
    await invalidate();
    return saved;
  };
  const save = async (): Promise<void> => {
    if (await saveDraft()) showToast({ text: t("The draft is saved. It decides nothing until it is published") });
  };
  const dropDraft = async (): Promise<void> => {
    form.discard();
    if (!draft) return;
    const done = await form.submit(() => crm.request("DELETE", `${rulePath(info.kind)}/versions/${draft.id}`).then(() => true));
    if (done) await invalidate();
  };

  const rows = entries.map((entry, index) => ({
    id: String(index),
    name: String(entry[shape.name ?? ""] ?? t("Rule {number}", { number: formatCount(index + 1) })),
    sentence: describeEntry(entry, shape, sources),
    ...(entry.is_active === false ? { tag: <Tag label={t("Not active")} /> } : {}),
    error: Object.values(entryErrors(index))[0],
  }));
  const orderText = {
    first: t("The first rule that matches decides."),
    last: t("The last rule that is reached decides."),
    each: "",
  }[shape.mode];
  const refusals = [
    form.errors.form,
    ...Object.entries(form.errors.fields).flatMap(([name, message]) =>
      shape.list !== undefined && name.startsWith(`definition.${shape.list}[`) ? [] : [message],
    ),
  ].filter((text) => text !== undefined);
  const isDraft = draft !== undefined || form.isChanged;
  const standard = findContent(info.in_force.definition, shape);
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <LeaveGuard form={form} />
      {children}
      <div className="flex min-w-0 flex-wrap items-center gap-2">
        <Tag
          label={
            info.in_force.number === 0
              ? { rules: t("Standard rules in force"), settings: t("Standard settings in force"), none: t("No rules in force") }[
                  standard
                ]
              : t("Version {version} in force", { version: formatCount(info.in_force.number) })
          }
          {...(info.in_force.number === 0 && standard === "none" ? {} : { hue: "green" as const, hasDot: true })}
        />
        {isDraft ? <Tag label={form.isChanged ? t("Changes not saved") : t("Draft not published")} hue="yellow" hasDot /> : null}
        <span className="flex w-full flex-wrap items-center gap-2 tablet:ms-auto tablet:w-auto">
          {testedKinds.has(info.kind) && canManage ? (
            <Button icon={<FlaskConical />} onPress={() => setLayer({ kind: "test" })}>
              {t("Test")}
            </Button>
          ) : null}
          {canManage && isDraft ? (
            <>
              <Button variant="quiet" onPress={() => void dropDraft()}>
                {t("Discard")}
              </Button>
              <Button isDisabled={!form.isChanged} isPending={form.isSaving} onPress={() => void save()}>
                {t("Save draft")}
              </Button>
              <Button variant="primary" onPress={() => setLayer({ kind: "publish" })}>
                {t("Publish…")}
              </Button>
            </>
          ) : null}
        </span>
      </div>
      {refusals.length === 0 ? null : (
        <Banner kind="danger" title={refusals[0] ?? ""}>
          {refusals.slice(1).join(" ")}
        </Banner>
      )}
      {shape.list === undefined ? null : (
        <section aria-label={t("Rules")} className="flex min-w-0 flex-col gap-3">
          <header className="flex min-w-0 flex-wrap items-center gap-2">
            <h2 className="text-section font-semibold">{t("Rules")}</h2>
            <span className="min-w-0 flex-1 text-control text-text-muted">{entries.length > 1 ? orderText : ""}</span>
            {canEditEntries && entries.length > 0 ? (
              <Button isSmall icon={<Plus />} onPress={() => setLayer({ kind: "entry", index: undefined })}>
                {t("Add a rule")}
              </Button>
            ) : null}
          </header>
          {entries.length === 0 ? (
            <EmptyState
              kind="empty"
              title={t("There are no rules yet")}
              {...(canEditEntries
                ? {
                    action: (
                      <Button icon={<Plus />} onPress={() => setLayer({ kind: "entry", index: undefined })}>
                        {t("Add a rule")}
                      </Button>
                    ),
                  }
                : {})}
            >
              {info.kind === "stage_automation"
                ? t("Workflows do the same, with more steps. Create one that starts at a change of the stage.")
                : canManage
                  ? t("A rule has conditions and what happens if they hold.")
                  : t("An administrator or a director can add rules.")}
            </EmptyState>
          ) : (
            <RuleList
              label={t("Rules")}
              rows={rows}
              isOrdered={shape.mode !== "each"}
              onOpen={(index) => canEditEntries && setLayer({ kind: "entry", index })}
              {...(canManage
                ? {
                    onMove: (from: number, to: number) => setEntries(moveEntry(entries, from, to)),
                    onRemove: (index: number) => setEntries(entries.filter((_, other) => other !== index)),
                    onCopy: (index: number) => setEntries(copyEntry(entries, index, shape.name, t("copy"))),
                  }
                : {})}
            />
          )}
          {foot}
          {shape.otherwise === undefined ? null : (
            <OtherwisePart
              schema={shape.otherwise}
              value={definition.otherwise}
              sources={sources}
              errors={pickErrors(form.errors.fields, "definition.otherwise")}
              {...(canManage
                ? { onChange: (value: unknown) => form.set("definition", { ...definition, otherwise: value }) }
                : {})}
            />
          )}
        </section>
      )}
      <SettingsPart info={info} shape={shape} definition={definition} form={form} sources={sources} canManage={canManage} />
      <section aria-label={t("Versions")} className="flex min-w-0 flex-col gap-3">
        <h2 className="text-section font-semibold">{t("Versions")}</h2>
        <VersionTable info={info} versions={versions} canManage={canManage} hasStandard={standard !== "none"} />
      </section>
      {layer?.kind === "entry" ? (
        <EntryDrawer
          shape={shape}
          sources={sources}
          entry={layer.index === undefined ? undefined : entries[layer.index]}
          draft={`rule ${info.kind} ${layer.index === undefined ? "new" : JSON.stringify(entries[layer.index])}`}
          errors={layer.index === undefined ? {} : entryErrors(layer.index)}
          onSave={(entry) => setEntries(layer.index === undefined ? [...entries, entry] : entries.with(layer.index, entry))}
          onClose={() => setLayer(undefined)}
        />
      ) : null}
      {layer?.kind === "test" ? (
        <RuleDryRun
          kind={info.kind}
          shape={shape}
          sources={sources}
          definition={definition}
          inForceId={info.in_force.id}
          draft={draft}
          hasChanges={form.isChanged}
          onClose={() => setLayer(undefined)}
        />
      ) : null}
      {layer?.kind === "publish" ? (
        <PublishRuleDialog kind={info.kind} saveDraft={saveDraft} onClose={() => setLayer(undefined)} />
      ) : null}
    </div>
  );
}

/** Names of entries differ, so a copy has one of its own. */
function copyEntry(entries: readonly Entry[], index: number, name: string | undefined, suffix: string): readonly Entry[] {
  const entry = entries[index];
  if (!entry) return entries;
  const copy = name === undefined ? entry : { ...entry, [name]: `${String(entry[name])} (${suffix})` };
  return entries.toSpliced(index + 1, 0, copy);
}
