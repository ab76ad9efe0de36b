import { useQuery } from "@tanstack/react-query";
import { FileText, Pencil, Plus } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import type { Action, Kind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { draftKey } from "../../../input/form/draft-store.ts";
import { useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { ActionDialog } from "../../../records/record/action-dialog.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { ClauseOrder } from "./clause-order.tsx";
import { buildClauseKey, CLAUSE_LEVELS, numberClauses } from "./clause-rules.ts";

export interface Term {
  readonly key: string;
  readonly number: string;
  readonly heading: string | null;
  readonly text: string;
  readonly level?: number;
  readonly clause_id?: string | null;
  readonly clause_version?: number | null;
  readonly page_break?: boolean;
}

interface Wording {
  readonly terms: readonly Term[];
  readonly is_by_hand: boolean;
  readonly outdated: readonly { readonly field: string; readonly was: unknown; readonly is: unknown }[];
}

interface ContractTermsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

const textPath = (id: string): string => `/api/v1/contracts/${id}/text`;

/** Reads the wording of a contract. */
export function useWording({ id, version }: ConsoleRecord) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", "contract", "text", id, version],
    // A batch of reads takes records and lists only.
    queryFn: ({ signal }) => crm.request<Wording>("GET", textPath(id), { signal }).then((found) => found),
    placeholderData: (before) => before,
  });
}

/** The wording of a contract. It can be written, or generated from a template, until one side has signed. */
export function ContractTerms({ kind, record }: ContractTermsProps) {
  const t = useText();
  const [isEditing, setEditing] = useState(false);
  const [isGenerating, setGenerating] = useState(false);
  const wording = useWording(record);
  const findAction = (name: string): Action | undefined => kind.actions.find((action) => action.name === name);
  const isOpen =
    ["DRAFT", "UNDER_REVIEW", "PENDING_APPROVAL", "APPROVED"].includes(String(record.status)) &&
    !record.customer_signed &&
    !record.company_signed;
  const canWrite = isOpen && findAction("setContractText") !== undefined;
  const generation = isOpen ? findAction("generateContractText") : undefined;
  if (wording.error) return <LoadError query={wording} text={t("The terms could not be loaded")} />;
  if (!wording.data) return <Skeleton shape="block" />;
  const { terms, is_by_hand, outdated } = wording.data;
  const labelFor = (path: string): string => kind.fields.find(({ name }) => path === `contract.${name}`)?.label ?? path;
  const hasTerms = terms.length > 0;
  const buttons = (
    <span className="flex flex-wrap gap-2">
      {generation ? (
        <Button icon={<FileText />} onPress={() => setGenerating(true)}>
          {hasTerms ? t("Generate again") : t("Generate from a template")}
        </Button>
      ) : null}
      {canWrite ? (
        <Button icon={<Pencil />} onPress={() => setEditing(true)}>
          {hasTerms ? t("Edit the terms") : t("Write the terms")}
        </Button>
      ) : null}
    </span>
  );
  return (
    <section aria-label={t("Terms")} className="flex min-w-0 flex-col gap-4">
      {outdated.length > 0 ? (
        <Banner kind="warning" title={t("The terms have old values of the contract: generate them again, or correct them")}>
          {outdated
            .map(({ field, was, is }) =>
              t("{field}: {before} → {after}", { field: labelFor(field), before: String(was), after: String(is) }),
            )
            .join("; ")}
        </Banner>
      ) : null}
      {isEditing ? (
        <TermsEditor record={record} terms={terms} onClose={() => setEditing(false)} />
      ) : hasTerms ? (
        <>
          <div className="flex flex-wrap items-center gap-2">
            <p className="min-w-0 flex-1 text-control text-text-muted">
              {is_by_hand ? t("Written by hand") : t("Generated from a template: changes of the contract change the text")}
            </p>
            {buttons}
          </div>
          <TermList terms={terms} />
        </>
      ) : (
        <EmptyState kind="empty" title={t("The contract has no terms yet")} action={buttons}>
          {t("Terms are the clauses that both sides sign.")}
        </EmptyState>
      )}
      {isGenerating && generation ? (
        <ActionDialog kind={kind} record={record} action={generation} onClose={() => setGenerating(false)} />
      ) : null}
    </section>
  );
}

const indents: Readonly<Record<number, string>> = { 2: "ps-6", 3: "ps-12" };

/** Terms as the contract has them. */
export function TermList({
  terms,
  notes = {},
}: {
  readonly terms: readonly Term[];
  readonly notes?: Readonly<Record<string, string>>;
}) {
  return (
    <ol className="flex max-w-form min-w-0 flex-col gap-4 rounded-card border border-border bg-surface p-4">
      {terms.map(({ key, number, heading, text, level = 1 }) => (
        <li key={key} className={`flex min-w-0 flex-col gap-1 text-body ${indents[level] ?? ""}`}>
          <strong dir="auto" className="font-semibold wrap-anywhere">
            {[number, heading].filter(Boolean).join(" ")}
          </strong>
          <span dir="auto" className="whitespace-pre-wrap wrap-anywhere">
            {text}
          </span>
          {notes[key] === undefined ? null : <span className="text-meta text-danger">{notes[key]}</span>}
        </li>
      ))}
    </ol>
  );
}

interface TermsEditorProps {
  readonly record: ConsoleRecord;
  readonly terms: readonly Term[];
  readonly onClose: () => void;
}

/** The terms in their order, and the chosen one as a form. All of them are saved at once, on the version of the contract that the user saw. */
function TermsEditor({ record, terms: stored, onClose }: TermsEditorProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const key = draftKey(useScope(), `terms ${record.id}`);
  const form = useFormState({ terms: stored }, t, { key });
  const terms = form.values.terms as readonly Term[];
  const [chosenKey, setChosen] = useState(terms[0]?.key);
  const chosen = terms.find((term) => term.key === chosenKey);
  const setTerms = (next: readonly Term[]): void => {
    const numbers = numberClauses(next);
    form.set(
      "terms",
      next.map((term, index) => ({ ...term, number: numbers[index] ?? "" })),
    );
  };
  const change = (changes: Partial<Term>): void =>
    setTerms(terms.map((term) => (term.key === chosenKey ? { ...term, ...changes } : term)));
  const add = (): void => {
    const added = buildClauseKey(t("New term"), new Set(terms.map((term) => term.key)));
    setTerms([...terms, { key: added, number: "", heading: t("New term"), text: "", level: 1 }]);
    setChosen(added);
  };
  const save = async (): Promise<void> => {
    const isDone = await form.submit(() =>
      crm.request("PUT", textPath(record.id), { body: { terms }, ifMatch: Number(record.version) }).then(() => true),
    );
    if (!isDone) return;
    form.complete();
    await invalidate({ kind: "contract" }, record.id);
    onClose();
  };
  const errorFor = (index: number): string | undefined =>
    Object.entries(form.errors.fields).find(([field]) => field.startsWith(`terms[${index}]`))?.[1];
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <FormSummary form={form} shownFields={["terms"]} labelFor={() => t("Terms")} />
      {record.status === "DRAFT" ? null : (
        <Banner kind="info" title={t("A change of the terms makes the contract a draft again")} />
      )}
      <div className="grid min-w-0 grid-cols-1 items-start gap-6 desktop:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-2">
          <ClauseOrder
            label={t("Terms")}
            clauses={terms.map((term, index) => ({
              id: term.key,
              label: term.heading || t("Without a heading"),
              level: term.level ?? 1,
              error: errorFor(index),
            }))}
            chosen={chosenKey}
            onChoose={setChosen}
            onOrder={(keys) => setTerms(keys.flatMap((id) => terms.find((term) => term.key === id) ?? []))}
          />
          <span>
            <Button isSmall icon={<Plus />} onPress={add}>
              {t("Add a term")}
            </Button>
          </span>
        </div>
        {chosen ? (
          <div className="flex min-w-0 flex-col gap-4">
            <TextField
              label={t("Heading")}
              value={chosen.heading ?? ""}
              maxLength={255}
              onChange={(heading) => change({ heading: heading === "" ? null : heading })}
            />
            <TextArea label={t("Text")} rows={8} value={chosen.text} maxLength={50_000} onChange={(text) => change({ text })} />
            <LevelSelect level={chosen.level ?? 1} onChange={(level) => change({ level })} />
          </div>
        ) : null}
      </div>
      <footer className="flex justify-end gap-2 border-t border-border py-3">
        <Button
          onPress={() => {
            form.discard();
            onClose();
          }}
        >
          {t("Cancel")}
        </Button>
        <Button variant="primary" isPending={form.isSaving} onPress={() => void save()}>
          {form.isSaving ? t("Saving…") : t("Save")}
        </Button>
      </footer>
      <LeaveGuard form={form} />
    </div>
  );
}

/** How deep a clause is numbered. */
export function LevelSelect({ level, onChange }: { readonly level: number; readonly onChange: (level: number) => void }) {
  const t = useText();
  const names: Readonly<Record<number, string>> = { 1: t("1., 2., 3."), 2: t("1.1, 1.2, 1.3"), 3: t("(a), (b), (c)") };
  return (
    <Select
      label={t("Numbering")}
      options={CLAUSE_LEVELS.map((id) => ({ id: String(id), label: names[id] ?? "" }))}
      value={String(level)}
      onChange={(value) => onChange(Number(value))}
    />
  );
}
