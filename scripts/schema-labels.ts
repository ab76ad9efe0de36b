import { domains } from "@crm/core/domains.ts";
import { workflowTemplates } from "@crm/core/engagement/workflow/template-catalog.data.ts";
import { type Context, runIn } from "@crm/core/kernel/context.ts";
import { fieldLabel, kindLabel } from "@crm/core/kernel/field.ts";
import { describeFields, type FieldInfo } from "@crm/core/kernel/field-info.ts";
import { Master } from "@crm/core/platform/master-data/master.ts";
import { defaultPolicyNames } from "@crm/core/service/sla/policy-store.ts";
import { type DeclaredKind, declaredKinds, inputShape, listTabFields, readTabName } from "@crm/functions/derive/kinds.ts";
import { derivedSectionLabels } from "@crm/functions/derive/layout.ts";
import { shortenLabels } from "@crm/functions/derive/own-labels.ts";
import { MAX_CHOICES } from "@crm/functions/derive/schema.ts";
import type { Operation } from "@crm/functions/http/operation.ts";

/** Lists the labels of `GET /schema` that this project declares: of kinds, fields, choices, tabs and actions, the first values of master data, the first SLA policies, the help of inputs, and the templates of workflows. Sorted. */
export async function listSchemaLabels(): Promise<string[]> {
  // Fields that name something of the registry need the domains, and nothing else of a context.
  const context = { ports: { domains } } as Context;
  const labels = await runIn(context, async () => (await declaredKinds()).flatMap(listKindLabels));
  // The audit trail names kinds without an address of their own too.
  const kindLabels = domains.flatMap(({ kinds }) => kinds.filter(({ load, isDerived }) => load && !isDerived).map(kindLabel));
  const masters = await runIn(context, () => Master.listKinds());
  const masterLabels = masters.flatMap(({ label, fields }) => [label, ...fields.map((field) => field.label)]);
  const values = await Promise.all(domains.flatMap(({ masters = [] }) => masters).map(({ defaults }) => defaults()));
  const valueNames = values
    .filter(({ length }) => length <= MAX_CHOICES)
    .flatMap((kindValues) =>
      kindValues.flatMap(({ name, description }) => [name, ...(typeof description === "string" ? [description] : [])]),
    );
  const templateTexts = workflowTemplates.flatMap(({ name, description, parameters }) => [
    name,
    description,
    ...Object.values(parameters).map((parameter) => parameter.description),
  ]);
  const texts = [
    ...derivedSectionLabels,
    ...kindLabels,
    ...labels.map(withoutOperator),
    ...masterLabels,
    ...valueNames,
    ...defaultPolicyNames,
    ...templateTexts,
  ];
  return [...new Set(texts)].filter((label) => /[A-Za-z]{2}/.test(label) && !/^\S+\/\S+$/.test(label)).sort();
}

/** Filters with an operator have the label of their field: `Status[in]`. */
const withoutOperator = (label: string): string => label.replace(/(?:\[[a-z_ ]+\])+$/, "");

function listKindLabels(declared: DeclaredKind): string[] {
  const { kind, label, labels, fields, filters, tabs, actions, layout } = declared;
  return [
    label,
    labels,
    ...fields.flatMap(listFieldLabels),
    ...fields
      .filter(({ name, isCreated, isChanged }) => (isCreated || isChanged) && !layout.hidden?.includes(name))
      .flatMap(({ help, create_help }) => [help, create_help].filter((text) => text !== undefined)),
    ...filters.flatMap(({ choices = [] }) => choices.map(({ name }) => name)),
    ...(layout.sections ?? []).map((section) => section.label),
    ...Object.values(layout.relatedLabels ?? {}),
    ...tabs.map((tab) => fieldLabel(readTabName(tab, declared).replaceAll("-", "_"))),
    ...tabs.flatMap((tab) => (listTabFields(tab, declared) ?? []).flatMap(listFieldLabels)),
    ...actions.flatMap((action) => [
      action.summary,
      ...listDialogTexts(action.dialog),
      ...shortenLabels(kind, describeFields(inputShape(action))).flatMap(listFieldLabels),
    ]),
  ];
}

const listDialogTexts = ({ title, effect, done, answer = {}, inputs = {} }: Operation["dialog"]): string[] =>
  [title, effect, done, ...Object.values(answer), ...Object.values(inputs).flatMap(({ label, help }) => [label, help])].filter(
    (text) => text !== undefined,
  );

/** The values of master data are in the tenant, and no schema declares them. */
const listFieldLabels = ({ label, master, choices = [], fields = [] }: FieldInfo): string[] => [
  label,
  ...(master === undefined ? choices.map(({ name }) => name) : []),
  ...fields.flatMap((field) => listFieldLabels(field)),
];
