import type { Schemas } from "@crm/sdk/index.ts";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import type { Kind } from "../../../api/schema.ts";
import { ConflictBanner } from "../../../input/form/conflict-banner.tsx";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { useVersionedForm } from "../../../input/form/versioned-form.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { ClauseForm } from "./clause-form.tsx";
import { ClauseOrder } from "./clause-order.tsx";
import { buildClauseKey, listPlaceholders } from "./clause-rules.ts";
import { type Place, readFacts, useClauseLibrary } from "./template-data.ts";

type Row = ApiRow<Schemas.ContractClauseRow>;

interface TemplateEditorProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

const readFields = ({ clauses = [] }: Readonly<Record<string, unknown>>) => ({ clauses });

/** Names a clause: its heading, the name in the library, or its key. */
const nameBy =
  (library: readonly Row[]) =>
  ({ clause_id, texts = [], key }: Place): string =>
    String(library.find(({ id }) => id === clause_id)?.name ?? (texts.find(({ heading }) => heading)?.heading || key || ""));

/** The clauses of a template in their order, and the chosen one as a form. They are saved together, on the version that the user saw. */
export function TemplateEditor({ kind, record }: TemplateEditorProps) {
  const t = useText();
  const library = useClauseLibrary();
  const clauses = library.data ?? [];
  const { form, save, theirs, keepMine, takeTheirs } = useVersionedForm(kind, record, {
    readFields,
    draft: `clauses ${record.id}`,
  });
  const places = form.values.clauses as readonly Place[];
  const languages = (record.languages ?? ["en"]) as readonly string[];
  const [chosenKey, setChosen] = useState<string | undefined>(places[0]?.key ?? undefined);
  const canEdit = kind.operations.includes("update");
  const nameOf = nameBy(clauses);
  const index = places.findIndex(({ key }) => key === chosenKey);
  const chosen = places[index];
  const setPlaces = (next: readonly Place[]): void => form.set("clauses", next);
  const keys = new Set(places.map(({ key }) => String(key)));
  const add = (place: Place): void => {
    setPlaces([...places, place]);
    setChosen(String(place.key));
  };
  const addOwn = (): void => {
    const heading = t("New clause");
    add({
      key: buildClauseKey(heading, keys),
      level: 1,
      texts: languages.map((language) => ({ language, heading, body: "" })),
    });
  };
  const addFromLibrary = (id: string): void => {
    const clause = clauses.find((candidate) => candidate.id === id);
    if (clause) add({ clause_id: id, key: String(clause.key), level: 1 });
  };
  const errorFor = (place: number): string | undefined =>
    Object.entries(form.errors.fields).find(([field]) => field.startsWith(`clauses[${place}]`))?.[1];
  const placeholders = listPlaceholders(
    readFacts(kind),
    places.map((place) => ({ key: String(place.key), label: nameOf(place) })),
  );
  const unused = clauses.filter(({ key, is_active }) => is_active !== false && !keys.has(String(key)));
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {form.errors.form === undefined ? null : <Banner kind="danger" title={form.errors.form} />}
      {form.errors.fields.clauses === undefined ? null : <Banner kind="danger" title={form.errors.fields.clauses} />}
      {theirs ? <ConflictBanner onKeepMine={keepMine} onTakeTheirs={takeTheirs} /> : null}
      <div className="grid min-w-0 grid-cols-1 items-start gap-6 desktop:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-3">
          {places.length === 0 ? (
            <EmptyState kind="empty" title={t("No clauses yet")}>
              {t("Clauses become the terms of each contract that is made from this template.")}
            </EmptyState>
          ) : (
            <ClauseOrder
              label={t("Clauses")}
              clauses={places.map((place, position) => ({
                id: String(place.key),
                label: nameOf(place),
                level: place.level ?? 1,
                error: errorFor(position),
              }))}
              chosen={chosenKey}
              onChoose={setChosen}
              onOrder={
                canEdit
                  ? (order) => setPlaces(order.flatMap((key) => places.find((place) => place.key === key) ?? []))
                  : undefined
              }
            />
          )}
          {canEdit ? (
            <div className="flex flex-wrap items-end gap-3">
              <Button icon={<Plus />} onPress={addOwn}>
                {t("Add a clause")}
              </Button>
              {unused.length > 0 ? (
                <div className="min-w-field-short flex-1">
                  <Combobox
                    // A chosen clause leaves the list, so the field begins anew.
                    key={places.length}
                    label={t("Add from the library")}
                    options={unused.map(({ id, name }) => ({ id, label: String(name) }))}
                    selectedKey={null}
                    onSelectionChange={(id) => {
                      if (id !== null) addFromLibrary(String(id));
                    }}
                  />
                </div>
              ) : null}
            </div>
          ) : null}
        </div>
        {chosen ? (
          <ClauseForm
            key={chosenKey}
            place={chosen}
            languages={languages}
            placeholders={placeholders}
            canEdit={canEdit}
            errors={Object.fromEntries(
              Object.entries(form.errors.fields)
                .filter(([field]) => field.startsWith(`clauses[${index}].`))
                .map(([field, message]) => [field.slice(`clauses[${index}].`.length), message]),
            )}
            onChange={(changes) => setPlaces(places.map((place) => (place === chosen ? { ...place, ...changes } : place)))}
          />
        ) : null}
      </div>
      {canEdit ? (
        <footer className="sticky bottom-0 flex items-center justify-end gap-2 border-t border-border bg-bg py-3">
          {form.isChanged ? (
            <>
              <span className="me-auto text-control text-text-muted">{t("Your changes are not saved yet.")}</span>
              <Button onPress={form.discard}>{t("Discard changes")}</Button>
            </>
          ) : null}
          <Button variant="primary" isPending={form.isSaving} isDisabled={!form.isChanged} onPress={() => void save()}>
            {form.isSaving ? t("Saving…") : t("Save")}
          </Button>
        </footer>
      ) : null}
      <LeaveGuard form={form} />
    </div>
  );
}
