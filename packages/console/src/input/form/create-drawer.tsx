import { today } from "@internationalized/date";
import { ChevronDown } from "lucide-react";
import { Suspense, useEffect, useRef, useState } from "react";
import { crm } from "../../api/client.ts";
import { type Creation, findPages } from "../../api/page-manifest.ts";
import { type ConsoleRecord, useInvalidation } from "../../api/records.ts";
import { formatTitle, type Kind, recordPath, useKind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useTenant } from "../../api/tenant.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { nameCreation } from "../../ui/i18n/creation-name.ts";
import { type Translate, useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Checkbox } from "../../ui/kit/checkbox.tsx";
import { Drawer } from "../../ui/kit/drawer.tsx";
import type { Option } from "../../ui/kit/option.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { listDefaults } from "../fields/editable-field.ts";
import { draftKey } from "./draft-store.ts";
import { FormLayer } from "./form-layer.tsx";
import { buildBody, listSecretFields, useFormState } from "./form-state.ts";
import { presetFromName } from "./name-preset.ts";
import { RecordForm } from "./record-form.tsx";

type Preset = Readonly<Record<string, unknown>>;

interface CreateDrawerProps {
  readonly kindName: string | undefined;
  /** Values of the new record, such as the record that it belongs to. */
  readonly preset?: Preset;
  /** Names of the records in `preset`. */
  readonly labels?: Readonly<Record<string, Option | null>>;
  /** What a user called the record that is to be created. */
  readonly name?: string;
  /** Takes the new record in place of opening it. */
  readonly onCreated?: (record: ConsoleRecord) => void;
  /** Fields that are shown in addition to the primary ones. */
  readonly fields?: readonly string[];
  readonly onClose: () => void;
}

/** Creates a record of a kind with its primary fields, or with all of them. */
export function CreateDrawer({ kindName, preset = {}, name = "", ...props }: CreateDrawerProps) {
  const { creation = {} } = findPages(kindName);
  // A form that creates what it refers to stays where it is.
  const page = props.onCreated ? undefined : creation.page;
  const { data: kind } = useKind(page === undefined ? kindName : undefined);
  if (kindName === undefined) return null;
  if (page !== undefined) return <CreationPage page={page} preset={preset} onLeave={props.onClose} />;
  if (!kind)
    return (
      <Drawer title="" isOpen onOpenChange={props.onClose}>
        <Skeleton shape="block" />
      </Drawer>
    );
  if (creation.form)
    return (
      <Suspense>
        <creation.form
          kind={kind}
          name={name}
          preset={preset}
          onClose={props.onClose}
          {...(props.onCreated ? { onCreated: props.onCreated } : {})}
        />
      </Suspense>
    );
  return <CreateForm key={kindName} kind={kind} preset={{ ...preset, ...presetFromName(kind, name) }} {...props} />;
}

interface CreationPageProps {
  readonly page: string;
  /** Stands in the address of the page. */
  readonly preset: Preset;
  readonly onLeave: () => void;
}

/** Opens the page in place of a drawer. */
function CreationPage({ page, preset, onLeave }: CreationPageProps) {
  const navigate = useNavigate();
  const address = useRef(preset);
  useEffect(() => {
    onLeave();
    void navigate({ to: page, search: address.current });
  }, [navigate, page, onLeave]);
  return null;
}

interface CreationWords {
  readonly title: string;
  /** What happens when the record is created. */
  readonly effect?: string;
  readonly submit: string;
  readonly another: string;
  readonly done: (name: string) => string;
}

/** What creating a record is called. A user without a password is invited by email. */
function chooseWords(kind: Kind, { password }: Readonly<Record<string, unknown>>, t: Translate): CreationWords {
  const title = nameCreation(kind, t);
  if (kind.kind !== "user")
    return {
      title,
      submit: t("Create"),
      another: t("Create another"),
      done: (name) => t("{name} was created", { name }),
    };
  const hasPassword = typeof password === "string" && password !== "";
  return {
    title,
    effect: hasPassword
      ? t("With a password, the user can sign in at once. No email is sent.")
      : t("The user gets an email with a link to choose a password."),
    submit: hasPassword ? t("Create") : t("Invite"),
    another: t("Invite another"),
    done: (name) => (hasPassword ? t("{name} was created", { name }) : t("{name} was invited by email", { name })),
  };
}

interface CreateFormProps extends Pick<CreateDrawerProps, "labels" | "fields" | "onCreated" | "onClose"> {
  readonly kind: Kind;
  readonly preset: Preset;
}

/** With what a new record begins. */
function useFirstValues(creation: Creation | undefined): Preset {
  const t = useText();
  const { organizationZone } = useTenant();
  return creation?.firstValues?.(t, today(organizationZone).toString()) ?? {};
}

function CreateForm({ kind, preset: given, labels, fields, onCreated, onClose }: CreateFormProps) {
  const t = useText();
  const creation = findPages(kind.kind).creation;
  const preset = { ...useFirstValues(creation), ...given };
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const key = draftKey(useScope(), `create ${kind.kind} ${JSON.stringify(given)}`);
  const form = useFormState({ ...listDefaults(kind.fields), ...preset }, t, { key, secretFields: listSecretFields(kind.fields) });
  const isMadeOnPage = creation?.isFinishedOnPage === true && !onCreated;
  const words = chooseWords(kind, form.values, t);
  const [isShort, setShort] = useState(true);
  const [staysOpen, setStaysOpen] = useState(false);
  // The form begins anew for the next record, with the focus in its first field.
  const [round, setRound] = useState(0);
  const save = async (opens: boolean): Promise<void> => {
    const body = buildBody({ ...preset, ...form.changes });
    const created = await form.submit(() => crm.request<ConsoleRecord>("POST", kind.path, { body }).then((record) => record));
    if (!created) return;
    form.discard();
    await invalidate(kind);
    if (onCreated) return onCreated(created);
    if (opens) {
      onClose();
      await navigate({ to: recordPath(kind, created.id), ignoreBlocker: true });
      return;
    }
    showToast({ text: words.done(formatTitle(kind, created)) });
    if (staysOpen) setRound(round + 1);
    else onClose();
  };
  return (
    <FormLayer
      layer="drawer"
      title={words.title}
      form={form}
      submit={{ label: words.submit, run: () => save(isMadeOnPage) }}
      onClose={onClose}
      {...(onCreated || isMadeOnPage
        ? {}
        : {
            ...(words.effect === undefined ? { onSubmitAndOpen: () => save(true) } : {}),
            options: (
              <Checkbox isSelected={staysOpen} onChange={setStaysOpen}>
                {words.another}
              </Checkbox>
            ),
          })}
    >
      {words.effect === undefined ? null : <p className="text-text-muted">{words.effect}</p>}
      <RecordForm key={round} kind={kind} form={form} mode="create" isShort={isShort} labels={labels} more={fields} />
      {isShort ? (
        <span className="-my-2 -ms-2 tablet:my-0">
          <Button variant="quiet" isSmall icon={<ChevronDown />} onPress={() => setShort(false)}>
            {t("Show all fields")}
          </Button>
        </span>
      ) : null}
    </FormLayer>
  );
}
