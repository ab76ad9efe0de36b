import type { Schemas } from "@crm/sdk/index.ts";
import { useMemo } from "react";
import { crm } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { useStoredSave } from "../../../input/form/stored-save.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { Switch } from "../../../ui/kit/switch.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { addEvent, listEventChoices, nameEvent } from "./webhook-rules.ts";

export const ENDPOINTS_PATH = "/api/v1/webhooks/endpoints";
export const ENDPOINT = { kind: "webhook_endpoint" } as const;

interface EndpointFormProps {
  /** The endpoint that is changed; a new one without it. */
  readonly endpoint?: Schemas.WebhookEndpoint;
  /** Takes a new endpoint with its secret. */
  readonly onCreate?: (created: Schemas.WebhookEndpointWithSecret) => void;
  readonly onClose: () => void;
}

const FIELDS = ["name", "url", "events", "include_record"];

/** The address to which events are sent, and which events. */
export function EndpointForm({ endpoint, onCreate, onClose }: EndpointFormProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const { data: kinds = [] } = useKindIndex();
  const choices = useMemo(() => listEventChoices(kinds, t), [kinds, t]);
  const { name = null, url = "", events: stored = [], include_record = false } = endpoint ?? {};
  const form = useFormState(
    { name, url, events: stored, include_record, version: endpoint?.version },
    t,
    useDraft(`endpoint ${endpoint?.id ?? "new"}`),
  );
  const events = form.values.events as readonly string[];
  const eventError = Object.entries(form.errors.fields).find(([field]) => field.startsWith("events"))?.[1];
  const saveStored = useStoredSave(`${ENDPOINTS_PATH}/${endpoint?.id}`, endpoint, form);
  const save = async (): Promise<void> => {
    const create = async (): Promise<true> => {
      const { version: _version, ...values } = form.values;
      const body = { ...values, name: values.name || null };
      const created = await crm.request<Schemas.WebhookEndpointWithSecret>("POST", ENDPOINTS_PATH, { body });
      onCreate?.(created);
      return true;
    };
    const isDone = endpoint ? await saveStored(form.changes) : await form.submit(create);
    if (!isDone) return;
    await invalidate(ENDPOINT, endpoint?.id);
    form.discard();
    onClose();
  };
  return (
    <FormLayer
      layer="drawer"
      title={endpoint ? t("Change the endpoint") : t("New endpoint")}
      form={form}
      submit={{ label: endpoint ? t("Save") : t("Create"), run: save }}
      onClose={onClose}
    >
      <FormSummary form={form} shownFields={FIELDS} labelFor={(field) => field} />
      <TextField
        label={t("Address")}
        type="url"
        help={t("A public address that begins with https.")}
        {...bindText(form, "url")}
        autoFocus
      />
      <TextField label={t("Name")} note="optional" {...bindText(form, "name")} />
      <div className="flex min-w-0 flex-col gap-2">
        <Combobox
          // The choice stands below, so the input is empty again.
          key={events.join()}
          label={t("Events")}
          help={t("Choose what is sent. You can add several.")}
          options={choices.filter(({ id }) => !events.includes(id))}
          onSelectionChange={(key) => key !== null && form.set("events", addEvent(events, String(key)))}
          error={eventError}
        />
        {events.length === 0 ? null : (
          <ul className="flex flex-wrap gap-1">
            {events.map((event) => (
              <li key={event} className="max-w-full min-w-0">
                <Tag
                  label={nameEvent(event, kinds, t)}
                  onRemove={() =>
                    form.set(
                      "events",
                      events.filter((other) => other !== event),
                    )
                  }
                />
              </li>
            ))}
          </ul>
        )}
      </div>
      <Switch
        isSelected={form.values.include_record === true}
        onChange={(isOn) => form.set("include_record", isOn)}
        help={t("Otherwise only the id and changed field names are sent. The receiver reads the record itself.")}
      >
        {t("Send the whole record")}
      </Switch>
    </FormLayer>
  );
}
