import { FileText, Plus } from "lucide-react";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { type Kind, recordPath, useKindIndex } from "../../../api/schema.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { FieldInput } from "../../../input/fields/field-input.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { TemplateChoice } from "../../../input/form/template-choice.tsx";
import { useDraft } from "../../../input/form/use-draft.ts";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { KindInput } from "./kind-input.tsx";
import { nameTriggerKind } from "./step-text.ts";
import { toTemplateField } from "./template-field.ts";
import { useWorkflowTemplates } from "./workflow-data.ts";

interface NewWorkflowProps {
  readonly kind: Kind;
  readonly onCreated?: (record: ConsoleRecord) => void;
  readonly onClose: () => void;
  /** The key of the template that is chosen at first. */
  readonly template?: string;
}

/** Triggers that need nothing else. The builder has the others. */
const firstTriggers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  created: { on: "created" },
  manual: { on: "manual" },
  schedule: { on: "schedule", cron: "0 8 * * *" },
};

/** Creates a workflow from a template, or from nothing. */
export function NewWorkflow({ kind, onCreated, onClose, template: firstTemplate }: NewWorkflowProps) {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const { data: kinds = [] } = useKindIndex();
  const form = useFormState(
    { trigger: "created", template_key: firstTemplate ?? null },
    t,
    useDraft(`new workflow ${firstTemplate ?? ""}`),
  );
  const choice = form.values.template_key as string | null;
  const templates = useWorkflowTemplates();
  const offered = templates.data ?? [];
  // Without templates there is nothing to choose.
  const chosen = choice ?? (templates.isPending || offered.length > 0 ? undefined : "");
  const template = offered.find(({ key }) => key === chosen);
  const parameters = template?.parameters ?? [];
  const readParameters = (): Record<string, unknown> =>
    Object.fromEntries(
      parameters.flatMap((parameter) => {
        const value = form.values[parameter.name] ?? parameter.default;
        return value === undefined || value === null ? [] : [[parameter.name, value]];
      }),
    );
  const run = async (): Promise<void> => {
    if (chosen === undefined) return;
    const { name, kind: kindName, trigger } = form.values;
    const [path, body] = template
      ? [`${kind.path}/templates/${template.key}`, { parameters: readParameters() }]
      : [kind.path, { name, kind: kindName, trigger: firstTriggers[String(trigger)], steps: [] }];
    const created = await form.submit(() => crm.request<ConsoleRecord>("POST", path, { body }).then((record) => record));
    if (!created) return;
    form.complete();
    await invalidate(kind);
    if (onCreated) return onCreated(created);
    onClose();
    await navigate({ to: recordPath(kind, created.id), ignoreBlocker: true });
  };
  const choose = (key: string | undefined): void => {
    form.discard();
    form.set("template_key", key ?? null);
  };
  const isOpen = (key: string): boolean => chosen === undefined || chosen === key;
  const nameKind = (name: string): string => kinds.find((candidate) => candidate.kind === name)?.labels ?? "";
  return (
    <FormLayer
      layer="drawer"
      title={t("New {kind}", { kind: toNoun(kind.label) })}
      form={form}
      submit={{ label: t("Create"), isDisabled: chosen === undefined, run }}
      onClose={onClose}
    >
      {templates.isPending ? <Skeleton shape="block" /> : null}
      {offered.length === 0 ? null : (
        <ul aria-label={t("Templates")} className="flex flex-col gap-2">
          {isOpen("") ? (
            <TemplateChoice
              icon={<Plus />}
              name={t("Start from scratch")}
              facts={t("Choose the trigger and the steps yourself")}
              isChosen={chosen === ""}
              onChoose={() => choose("")}
            />
          ) : null}
          {offered
            .filter(({ key }) => isOpen(key))
            .map(({ key, name, description, kind: kindName }) => (
              <TemplateChoice
                key={key}
                icon={<FileText />}
                name={name}
                facts={[nameKind(kindName), description].filter(Boolean).join(" · ")}
                isChosen={chosen === key}
                onChoose={() => choose(key)}
              />
            ))}
          {chosen === undefined ? null : (
            <li className="-ms-2">
              <Button isSmall variant="quiet" onPress={() => choose(undefined)}>
                {t("Choose another template")}
              </Button>
            </li>
          )}
        </ul>
      )}
      {chosen === undefined ? null : (
        <div className="flex min-w-0 flex-col gap-4">
          <FormSummary
            form={form}
            shownFields={template ? parameters.map(({ name }) => name) : ["name", "kind", "trigger"]}
            labelFor={(name) => kind.fields.find((field) => field.name === name)?.label ?? name}
          />
          {template ? (
            parameters.map((parameter) => {
              const error = form.errors.fields[parameter.name] ?? form.errors.fields[`parameters.${parameter.name}`];
              return (
                <FieldInput
                  key={parameter.name}
                  field={toTemplateField(parameter, kinds)}
                  value={form.values[parameter.name] ?? parameter.default ?? null}
                  values={form.values}
                  onChange={(value) => form.set(parameter.name, value)}
                  {...(error === undefined ? {} : { error })}
                  {...(parameter.default === undefined ? { note: "required" as const } : {})}
                />
              );
            })
          ) : (
            <>
              <TextField label={t("Name")} note="required" autoFocus {...bindText(form, "name")} />
              <KindInput
                label={t("Kind of record")}
                value={form.values.kind}
                onChange={(value) => form.set("kind", value)}
                error={form.errors.fields.kind}
              />
              <Select
                label={t("Enrollment trigger")}
                help={t("The page of the workflow has more triggers.")}
                options={Object.keys(firstTriggers).map((on) => ({ id: on, label: nameTriggerKind(on, t) }))}
                value={String(form.values.trigger)}
                onChange={(on) => form.set("trigger", String(on))}
                error={form.errors.fields.trigger}
              />
            </>
          )}
        </div>
      )}
    </FormLayer>
  );
}
