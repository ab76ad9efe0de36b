import { DEFAULT_BRAND_COLOR } from "@crm/core/kernel/brand-color.rules.ts";
import { useState } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { useSession } from "../../../api/session.ts";
import type { FormState } from "../../../input/form/form-state.ts";
import { uploadFile } from "../../../records/record/file-transfer.ts";
import { listCountries, listCurrencies } from "../../../ui/i18n/country-list.ts";
import { nameLanguage } from "../../../ui/i18n/language-name.ts";
import { consoleLanguages } from "../../../ui/i18n/languages.ts";
import { listTimeZones } from "../../../ui/i18n/time-zones.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { ColorField } from "../../../ui/kit/color-field.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { FileDrop, type FileEntry } from "../../../ui/kit/file-drop.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import { Select, toKeys } from "../../../ui/kit/select.tsx";
import { Switch } from "../../../ui/kit/switch.tsx";
import { TagField } from "../../../ui/kit/tag-field.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { findFieldError } from "./organization-rules.ts";
import type { SettingField } from "./organization-sections.ts";

interface SettingInputProps {
  readonly field: SettingField;
  readonly form: FormState;
}

/** Half hours of a day. A stored time between them is added. */
const listTimes = (stored: string) =>
  [
    ...new Set([
      ...Array.from(
        { length: 48 },
        (_, index) => `${String(Math.floor(index / 2)).padStart(2, "0")}:${index % 2 === 0 ? "00" : "30"}`,
      ),
      stored,
    ]),
  ]
    .sort()
    .map((time) => ({ id: time, label: time }));

/** The input of a setting of the organization. */
export function SettingInput({ field, form }: SettingInputProps) {
  const { path, label, help, isOptional = false, choices = [], min, max } = field;
  const { locale } = useLocale();
  const value = form.values[path];
  const error = findFieldError(form.errors.fields, path);
  const common = { label, error, ...(help === undefined ? {} : { help }), ...(isOptional ? { note: "optional" as const } : {}) };
  const setText = (text: string): void => form.set(path, text === "" && isOptional ? null : text);
  switch (field.input) {
    case "switch":
      return (
        <Switch isSelected={value === true} onChange={(isOn) => form.set(path, isOn)} {...(help === undefined ? {} : { help })}>
          {label}
        </Switch>
      );
    case "number":
      return (
        <span className="block max-w-field">
          <NumberField
            {...common}
            value={typeof value === "number" ? value : Number.NaN}
            onChange={(number) => form.set(path, Number.isNaN(number) ? null : number)}
            minValue={min}
            maxValue={max}
            step={1}
          />
        </span>
      );
    case "choice":
      return <Select {...common} options={choices} value={String(value)} onChange={(key) => form.set(path, String(key))} />;
    case "time":
      return (
        <span className="block w-field-short">
          <Select
            {...common}
            options={listTimes(String(value))}
            value={String(value)}
            onChange={(key) => form.set(path, String(key))}
          />
        </span>
      );
    case "choices":
      return (
        <Select
          {...common}
          selectionMode="multiple"
          options={choices}
          value={[...(value as readonly string[])]}
          onChange={(keys) => form.set(path, toKeys(keys))}
        />
      );
    case "zone":
    case "currency":
    case "country":
      return <LongChoice field={field} form={form} locale={locale} />;
    case "language":
      return (
        <Select
          {...common}
          options={consoleLanguages.map((language) => ({ id: language, label: nameLanguage(language, language) }))}
          value={String(value)}
          onChange={(key) => form.set(path, String(key))}
        />
      );
    case "words":
      return <TagField {...common} value={value as readonly string[]} onChange={(words) => form.set(path, words)} />;
    case "lines":
      return (
        <TextArea
          {...common}
          value={(value as readonly string[]).join("\n")}
          onChange={(text) => form.set(path, text === "" ? [] : text.split("\n"))}
        />
      );
    case "area":
      return <TextArea {...common} rows={2} value={String(value ?? "")} onChange={setText} />;
    case "color":
      return (
        <ColorField
          {...common}
          value={typeof value === "string" ? value : null}
          onChange={(color) => form.set(path, color)}
          defaultColor={DEFAULT_BRAND_COLOR}
        />
      );
    case "logo":
      return <LogoInput field={field} form={form} />;
    default:
      return <TextField {...common} value={String(value ?? "")} onChange={setText} />;
  }
}

function LongChoice({ field, form, locale }: SettingInputProps & { readonly locale: string }) {
  const { path, label, help, input } = field;
  const [options] = useState(() =>
    input === "zone" ? listTimeZones(["UTC"]) : input === "currency" ? listCurrencies(locale) : listCountries(locale),
  );
  return (
    <Combobox
      label={label}
      {...(help === undefined ? {} : { help })}
      options={options}
      selectedKey={String(form.values[path])}
      onSelectionChange={(key) => key !== null && form.set(path, String(key))}
      error={findFieldError(form.errors.fields, path)}
    />
  );
}

const MAX_LOGO_BYTES = 1_000_000;

/** The picture at the head of documents, mails and pages. It is sent at once, and used once the section is saved. */
function LogoInput({ field: { path, label, help }, form }: SettingInputProps) {
  const t = useText();
  const { tenant } = useSession();
  const [file, setFile] = useState<FileEntry>();
  const stored = form.values[path];
  const isStored = typeof stored === "string" && !(path in form.changes);
  const send = async (chosen: File): Promise<void> => {
    const entry = { id: chosen.name, name: chosen.name, bytes: chosen.size };
    setFile({ ...entry, progress: 0 });
    try {
      const upload = await uploadFile(chosen, (progress) => setFile({ ...entry, progress }), new AbortController().signal);
      setFile(entry);
      form.set(path, upload);
    } catch {
      setFile({ ...entry, error: t("The file could not be sent. Try again.") });
    }
  };
  const clear = (): void => {
    setFile(undefined);
    form.set(path, null);
  };
  return (
    <div className="flex flex-col gap-2">
      {isStored ? (
        <img
          src={`/brand/${tenant.id}/${stored}`}
          alt={t("Present logo")}
          className="max-h-12 max-w-full self-start rounded-control"
        />
      ) : null}
      <FileDrop
        label={label}
        {...(help === undefined ? {} : { help })}
        accept={["image/png", "image/jpeg"]}
        maxBytes={MAX_LOGO_BYTES}
        files={file ? [file] : []}
        onAdd={([chosen]) => chosen && void send(chosen)}
        onRemove={clear}
      />
      {findFieldError(form.errors.fields, path) === undefined ? null : (
        <p className="text-meta text-danger">{findFieldError(form.errors.fields, path)}</p>
      )}
    </div>
  );
}
