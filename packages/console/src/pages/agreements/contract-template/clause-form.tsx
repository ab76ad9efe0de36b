import { useMemo, useState } from "react";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { nameLanguage } from "../../../ui/i18n/language-name.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { MergeText } from "../../../ui/kit/merge-text.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { createPlaceholderNames, type Placeholder } from "./clause-rules.ts";
import { LevelSelect } from "./contract-terms.tsx";
import { type ClauseText, type Place, useClause } from "./template-data.ts";

interface ClauseFormProps {
  readonly place: Place;
  readonly languages: readonly string[];
  readonly placeholders: readonly Placeholder[];
  readonly canEdit: boolean;
  /** What the API refused, by the fields of the place: `texts[0].body`. */
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (changes: Partial<Place>) => void;
}

/** A clause of a template: its texts in each language, and where it stands. The text of a clause of the library is changed there. */
export function ClauseForm({ place, languages, placeholders, canEdit, errors, onChange }: ClauseFormProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const [first = "en"] = languages;
  const [language, setLanguage] = useState(first);
  const isOwn = !place.clause_id;
  return (
    <section
      aria-label={t("Clause")}
      className="flex min-w-0 flex-col gap-4 rounded-card border border-border bg-surface p-4 desktop:sticky desktop:top-0"
    >
      {languages.length > 1 ? (
        <SegmentedControl
          label={t("Language")}
          segments={languages.map((id) => ({ id, label: nameLanguage(id, locale) }))}
          value={language}
          onChange={setLanguage}
        />
      ) : null}
      {isOwn ? (
        <OwnText
          key={language}
          texts={place.texts ?? []}
          language={language}
          placeholders={placeholders}
          canEdit={canEdit}
          errors={errors}
          onChange={(texts) => onChange({ texts })}
        />
      ) : (
        <LibraryText id={String(place.clause_id)} language={language} />
      )}
      {canEdit ? (
        <>
          <LevelSelect level={place.level ?? 1} onChange={(level) => onChange({ level })} />
          <div className="flex flex-col">
            <Checkbox isSelected={place.page_break === true} onChange={(page_break) => onChange({ page_break })}>
              {t("Starts on a new page")}
            </Checkbox>
            {isOwn ? (
              <Checkbox isSelected={place.is_mandatory === true} onChange={(is_mandatory) => onChange({ is_mandatory })}>
                {t("A contract must not leave it out")}
              </Checkbox>
            ) : null}
          </div>
        </>
      ) : null}
      {(place.when ?? []).length > 0 ? (
        <p className="text-meta text-text-muted">
          {t("{count, plural, one {# condition decides} other {# conditions decide}} whether a contract has this clause", {
            count: (place.when ?? []).length,
          })}
        </p>
      ) : null}
    </section>
  );
}

interface OwnTextProps extends Pick<ClauseFormProps, "placeholders" | "canEdit" | "errors"> {
  readonly texts: readonly ClauseText[];
  readonly language: string;
  readonly onChange: (texts: readonly ClauseText[]) => void;
}

/** The heading and the text of a clause. A placeholder is inserted where the caret is. */
function OwnText({ texts, language, placeholders, canEdit, errors, onChange }: OwnTextProps) {
  const t = useText();
  const [insertion, setInsertion] = useState<{ readonly key: number; readonly text: string }>();
  const nameField = useMemo(() => createPlaceholderNames(placeholders), [placeholders]);
  const found = texts.findIndex((text) => text.language === language);
  const text = texts[found] ?? { language, heading: "", body: "" };
  const change = (changes: Partial<ClauseText>): void => {
    const next = { ...text, ...changes };
    onChange(found === -1 ? [...texts, next] : texts.map((other, index) => (index === found ? next : other)));
  };
  const error = errors[`texts[${found}].body`] ?? errors.texts;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <TextField
        label={t("Heading")}
        value={text.heading ?? ""}
        maxLength={300}
        isDisabled={!canEdit}
        onChange={(heading) => change({ heading })}
        error={errors[`texts[${found}].heading`]}
      />
      <MergeText
        label={t("Text")}
        note="required"
        value={text.body}
        nameField={nameField}
        isDisabled={!canEdit}
        insertion={insertion}
        onChange={(body) => change({ body })}
        {...(error === undefined ? {} : { error })}
      />
      {canEdit ? (
        <Combobox
          key={insertion?.key ?? 0}
          label={t("Insert a placeholder")}
          help={t("The contract has the value in its place")}
          options={placeholders}
          selectedKey={null}
          onSelectionChange={(id) => {
            if (id !== null) setInsertion({ key: (insertion?.key ?? 0) + 1, text: String(id) });
          }}
        />
      ) : null}
    </div>
  );
}

/** The text of a clause of the library, which all templates with it share. */
function LibraryText({ id, language }: { readonly id: string; readonly language: string }) {
  const t = useText();
  const clause = useClause(id);
  if (clause.isPending) return <Skeleton shape="block" />;
  if (!clause.data) return <Banner kind="info" title={t("The clause is no longer in the library")} />;
  const text = (clause.data.texts as readonly ClauseText[]).find((candidate) => candidate.language === language);
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <p className="text-control text-text-muted">
        {t("This clause is part of the library. A change there changes all templates that have it.")}{" "}
        <Link href={`/crm/contracts/clauses/view/${id}`}>{t("Open the clause")}</Link>
      </p>
      {text ? (
        <>
          <strong dir="auto" className="text-body font-semibold">
            {text.heading ?? ""}
          </strong>
          <p dir="auto" className="text-body whitespace-pre-wrap wrap-anywhere">
            {text.body}
          </p>
        </>
      ) : (
        <Banner kind="warning" title={t("The clause has no text in this language")} />
      )}
    </div>
  );
}
