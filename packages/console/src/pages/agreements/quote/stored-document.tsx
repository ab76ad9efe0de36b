import { type ReactNode, useState } from "react";
import { usePresence } from "../../../api/presence.ts";
import { type ConsoleRecord, useRecord } from "../../../api/records.ts";
import { formatTitle, type Kind, recordPath } from "../../../api/schema.ts";
import { ConflictPanel } from "../../../input/form/conflict-panel.tsx";
import { RecordError } from "../../../records/record/record-error.tsx";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { EditorProps } from "./document-frame.tsx";
import { isOpenDocument } from "./line-rules.ts";
import { type DocumentList, useStoredDocument } from "./use-document-form.ts";

export function EditorSkeleton() {
  return (
    <div className="mx-auto flex w-full max-w-editor flex-col gap-4 p-4 tablet:p-6" aria-busy="true">
      <Skeleton width="medium" />
      <Skeleton shape="block" />
    </div>
  );
}

/** What the editor of a document that exists gets. Above its form stand conflicts, and that the customer has the document. */
type StoredEditor = EditorProps & Required<Pick<EditorProps, "record" | "children">>;

interface StoredRecordProps {
  readonly kind: Kind;
  readonly id: string;
  /** Renders the form of the record. It begins anew with another key. */
  readonly renderForm: (record: ConsoleRecord, key: number, onSaved: () => void) => ReactNode;
}

/** Loads the record that a form changes. After a save in place, the form begins anew with the saved record. */
export function StoredRecord({ kind, id, renderForm }: StoredRecordProps) {
  const { data, error, refetch } = useRecord(kind, id);
  const [round, setRound] = useState(0);
  usePresence(id, true);
  if (data) return renderForm(data, round, () => setRound(round + 1));
  if (!error) return <EditorSkeleton />;
  return <RecordError summary={kind} query={{ error, refetch }} />;
}

interface StoredFormProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly onSaved: () => void;
  /** The lines or sections of the document. */
  readonly list: DocumentList;
  /** Says that the customer has the document, and what does not change any more. Without it the form is for drafts alone. */
  readonly sentNote?: { readonly title: string; readonly text: string };
  /** Renders the editor. `first` is the record with which the form began. */
  readonly renderEditor: (editor: StoredEditor, first: ConsoleRecord) => ReactNode;
}

/** The form of a loaded record, with what others changed meanwhile. */
function StoredDocumentForm({ kind, record, list, sentNote, renderEditor, onSaved }: StoredFormProps) {
  // Others may change the record meanwhile. The form began with this one.
  const [first] = useState(record);
  const { form, save, labels, theirs, conflicts, keepMine, takeTheirs } = useStoredDocument(kind, first, list, onSaved);
  const children = (
    <>
      {theirs && conflicts.length > 0 ? (
        <ConflictPanel kind={kind} stored={theirs} conflicts={conflicts} onKeepMine={keepMine} onTakeTheirs={takeTheirs} />
      ) : null}
      {sentNote === undefined || isOpenDocument(record) ? null : (
        <Banner kind="info" title={sentNote.title}>
          {sentNote.text}
        </Banner>
      )}
    </>
  );
  const texts = { title: formatTitle(kind, record), backPath: recordPath(kind, record.id), labels };
  return renderEditor({ kind, form, mode: "edit", ...texts, record, onChange: form.set, onSave: save, children }, first);
}

interface StoredDocumentProps extends Omit<StoredFormProps, "record" | "onSaved"> {
  readonly id: string;
  /** Renders the page of a record that this form does not change. Undefined: it does. */
  readonly renderClosed?: (record: ConsoleRecord) => ReactNode | undefined;
}

/** The form of a quote, a proposal or an order that exists. */
export function StoredDocument({ kind, id, renderClosed, ...form }: StoredDocumentProps) {
  return (
    <StoredRecord
      kind={kind}
      id={id}
      renderForm={(record, key, onSaved) =>
        renderClosed?.(record) ?? <StoredDocumentForm key={key} kind={kind} record={record} onSaved={onSaved} {...form} />
      }
    />
  );
}
