import { useQueries } from "@tanstack/react-query";
import { createContext, useContext, useMemo } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { menuLabel } from "../../../api/action-label.ts";
import { read } from "../../../api/client.ts";
import { fieldLabel } from "../../../api/field-label.ts";
import { formatTitle, type Kind, type KindSummary, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import type { JsonSchema } from "../../../api/step-schema.ts";
import { useFilterFields } from "../../../input/filters/use-filter-fields.ts";
import { parseViewQuery } from "../../../input/filters/view-query.ts";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { describeCondition } from "../../../ui/kit/filter-builder.tsx";
import type { FilterField } from "../../../ui/kit/filter-field.ts";
import type { FilterCondition } from "../../../ui/kit/filter-operators.ts";
import type { Definition } from "./definition.ts";
import { describeStep, type WorkflowNames } from "./step-text.ts";
import { listPlacedSteps, type Step } from "./step-tree.ts";

/** What all parts of the builder need. */
interface BuilderContent {
  /** The kind of the records that are enrolled. */
  readonly kind: Kind;
  readonly names: WorkflowNames;
  readonly filterFields: readonly FilterField[];
  readonly stepSchemas: ReadonlyMap<string, JsonSchema>;
  readonly triggerSchemas: ReadonlyMap<string, JsonSchema>;
  readonly steps: readonly Step[];
}

export const BuilderContext = createContext<BuilderContent | undefined>(undefined);

export function useBuilder(): BuilderContent {
  const content = useContext(BuilderContext);
  if (!content) throw new Error("Parts of the builder are shown inside of BuilderContext");
  return content;
}

/** Reads the conditions that an editor shows. Undefined for alternatives, which it cannot show. */
export function readWhere(where: unknown, kind: Pick<Kind, "filters">): readonly FilterCondition[] | undefined {
  const state = parseViewQuery({ where }, kind);
  return state.where === undefined ? state.conditions : undefined;
}

/** Lists all conditions of a definition. */
const listWheres = ({ where, exit, steps }: Definition): unknown[] => [
  where,
  exit?.where,
  ...listPlacedSteps(steps).flatMap(({ step }) => [
    step.until_where,
    ...((step.cases as readonly { readonly where?: unknown }[] | undefined) ?? []).map((part) => part.where),
  ]),
];

/** The fields of steps that name records of a kind. */
const recordFields: Readonly<Record<string, string>> = {
  template_id: "message_template",
  segment_id: "segment",
  list_id: "contact_list",
  campaign_id: "campaign",
};

interface NamedRecord {
  readonly kind: string;
  readonly id: string;
}

/** Lists the records and users that steps name by their ids. */
function listNamedRecords(steps: readonly Step[]): NamedRecord[] {
  const found = new Map<string, NamedRecord>();
  const visit = (value: unknown, field: string): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, field);
    else if (typeof value === "object" && value !== null) for (const [name, item] of Object.entries(value)) visit(item, name);
    else if (typeof value === "string") {
      const kind = recordFields[field] ?? (/^usr_[0-9a-z]{18}/.test(value) ? "user" : undefined);
      if (kind !== undefined && value !== "") found.set(value, { kind, id: value });
    }
  };
  visit(steps, "");
  return [...found.values()];
}

const STALE_MS = 5 * 60_000;

/** Reads the names of records, all with one request. */
function useRecordNames(records: readonly NamedRecord[], kinds: readonly KindSummary[]): ReadonlyMap<string, string> {
  const scope = useScope();
  return useQueries({
    queries: records.map(({ kind: name, id }) => {
      const kind = kinds.find((candidate) => candidate.kind === name);
      return {
        queryKey: [...scope, "name", id],
        queryFn: async () => (kind ? formatTitle(kind, (await read<Record<string, unknown>>(`${kind.path}/${id}`)).data) : ""),
        enabled: kind !== undefined,
        staleTime: STALE_MS,
        retry: false,
      };
    }),
    combine: (results) =>
      new Map(results.flatMap(({ data }, index) => (data ? [[records[index]?.id ?? "", data] as const] : []))),
  });
}

/** Names in the language of the user all that a definition refers to. */
export function useWorkflowNames(
  kind: Kind,
  definition: Definition,
): { names: WorkflowNames; filterFields: readonly FilterField[] } {
  const t = useText();
  const { locale } = useLocale();
  const { data: kinds = [] } = useKindIndex();
  const conditions = useMemo(
    () => listWheres(definition).flatMap((where) => (where ? (readWhere(where, kind) ?? []) : [])),
    [definition, kind],
  );
  const filterFields = useFilterFields(kind, conditions);
  const records = useMemo(() => listNamedRecords(definition.steps), [definition.steps]);
  const recordNames = useRecordNames(records, kinds);
  const names = useMemo((): WorkflowNames => {
    const list = new Intl.ListFormat(locale, { type: "conjunction" });
    const describeOne = (condition: FilterCondition): string => {
      const field = filterFields.find(({ name }) => name === condition.field);
      if (!field) return fieldLabel(condition.field);
      const { verb, text } = describeCondition(t, locale, field, condition);
      return [field.label, verb, text].filter((part) => part !== "").join(" ");
    };
    const own: WorkflowNames = {
      t,
      locale,
      kind: kind.label,
      nameField: (name) => kind.fields.find((field) => field.name === name)?.label ?? fieldLabel(name),
      nameKind: (name) => {
        const found = kinds.find((candidate) => candidate.kind === name);
        return found ? toNoun(found.label) : name === "" ? "" : fieldLabel(name);
      },
      nameAction: (name) => {
        const action = kind.actions.find((candidate) => candidate.name === name);
        return action ? menuLabel(action, kind) : "";
      },
      nameRecord: (id) => recordNames.get(id),
      nameChoice: (field, value) =>
        kind.fields.find(({ name }) => name === field)?.choices?.find(({ id, code }) => code === value || id === value)?.name,
      nameStep: (id) => {
        const step = listPlacedSteps(definition.steps).find((placed) => placed.step.id === id)?.step;
        return step && nameStep(step, own);
      },
      describeWhere: (where) => {
        if (!where || Object.keys(where).length === 0) return "";
        const read = readWhere(where, kind);
        return read ? list.format(read.map(describeOne)) : t("several conditions");
      },
    };
    return own;
  }, [t, locale, kind, kinds, filterFields, recordNames, definition.steps]);
  return { names, filterFields };
}

/** The name that a user gave a step, or else what it does. */
export const nameStep = (step: Step, names: WorkflowNames): string =>
  typeof step.name === "string" && step.name !== "" ? step.name : describeStep(step, names).title;
