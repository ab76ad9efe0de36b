import { RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { type Term, useWording } from "../contract-template/contract-terms.tsx";
import { type ChangedClause, changeClause, readClauseErrors } from "./amendment-rules.ts";

interface ClauseEditorProps {
  readonly contract: ConsoleRecord;
  readonly clauses: readonly ChangedClause[];
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (clauses: readonly ChangedClause[]) => void;
}

const MAX_NAME_LENGTH = 80;

/** Shortens a text to a name. */
const shorten = (text: string): string => (text.length > MAX_NAME_LENGTH ? `${text.slice(0, MAX_NAME_LENGTH - 1)}…` : text);

/** Names a term by its number, and its heading or else the begin of its text. */
const nameTerm = ({ number, heading, text, key }: Pick<Term, "number" | "heading" | "text" | "key">): string =>
  [number, heading || shorten(text)].filter(Boolean).join(" ") || key;

/** The clauses to which an amendment gives another text, or which it strikes out. */
export function ClauseEditor({ contract, clauses, errors, onChange }: ClauseEditorProps) {
  const t = useText();
  const wording = useWording(contract);
  const [added, setAdded] = useState(0);
  if (wording.error) return <LoadError query={wording} text={t("The terms could not be loaded")} />;
  if (!wording.data) return <Skeleton shape="block" />;
  const { terms } = wording.data;
  if (terms.length === 0 && clauses.length === 0) return null;
  const changed = new Set(clauses.map(({ key }) => key));
  const add = (key: string): void => {
    const term = terms.find((candidate) => candidate.key === key);
    if (!term) return;
    setAdded(added + 1);
    onChange([...clauses, { key, heading: term.heading, text: term.text }]);
  };
  return (
    <fieldset className="flex min-w-0 flex-col gap-4">
      <legend className="pb-2 text-control font-medium">{t("Clauses")}</legend>
      {contract.has_amendments === true && clauses.length > 0 ? (
        <Banner kind="info" title={t("Texts begin as the contract was signed. Earlier amendments may have changed them.")} />
      ) : null}
      {clauses.map((clause, index) => {
        const term = terms.find(({ key }) => key === clause.key);
        const name = nameTerm(term ?? { number: "", heading: clause.heading ?? null, text: "", key: clause.key });
        const found = readClauseErrors(errors, index);
        const change = (changes: Partial<ChangedClause>): void => onChange(changeClause(clauses, clause.key, changes));
        return (
          <div key={clause.key} className="flex min-w-0 flex-col gap-3 border-b border-border pb-4">
            <span className="flex items-center gap-2">
              <strong dir="auto" className="min-w-0 flex-1 text-control font-semibold wrap-anywhere">
                {name}
              </strong>
              <IconButton
                label={t("Leave {name} as it is", { name })}
                icon={clause.text === null ? <RotateCcw /> : <Trash2 />}
                onPress={() => onChange(clauses.filter((other) => other !== clause))}
              />
            </span>
            {clause.text === null ? (
              <del dir="auto" className="text-control whitespace-pre-wrap wrap-anywhere text-text-muted">
                {term?.text ?? ""}
              </del>
            ) : (
              <>
                <TextField
                  label={t("Heading")}
                  maxLength={255}
                  value={clause.heading ?? ""}
                  onChange={(heading) => change({ heading: heading === "" ? null : heading })}
                  error={found.heading}
                />
                <TextArea
                  label={t("Text")}
                  note="required"
                  rows={6}
                  maxLength={50_000}
                  value={clause.text}
                  onChange={(text) => change({ text })}
                  error={found.text ?? found.key}
                />
              </>
            )}
            <Checkbox
              isSelected={clause.text === null}
              onChange={(isStruck) => change({ text: isStruck ? null : (term?.text ?? "") })}
            >
              {t("Remove the clause")}
            </Checkbox>
          </div>
        );
      })}
      <Combobox
        key={added}
        label={t("Change a clause")}
        options={terms.filter(({ key }) => !changed.has(key)).map((term) => ({ id: term.key, label: nameTerm(term) }))}
        selectedKey={null}
        onSelectionChange={(id) => {
          if (id !== null) add(String(id));
        }}
      />
    </fieldset>
  );
}
