import { type ReactNode, useState } from "react";
import { usePresence } from "../data/presence.ts";
import { type ConsoleRecord, useRecord } from "../data/records.ts";
import type { Kind } from "../data/schema.ts";
import { readErrors } from "../form/form-state.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Skeleton } from "../kit/skeleton.tsx";

export function EditorSkeleton() {
  return (
    <div className="mx-auto flex w-full max-w-editor flex-col gap-4 p-4 tablet:p-6" aria-busy="true">
      <Skeleton width="medium" />
      <Skeleton shape="block" />
    </div>
  );
}

interface StoredDocumentProps {
  readonly kind: Kind;
  readonly id: string;
  /** Renders the form of the record. It begins anew with another key. */
  readonly renderForm: (record: ConsoleRecord, key: number, onSaved: () => void) => ReactNode;
}

/** Loads the record that a form changes. After a save in place, the form begins anew with the saved record. */
export function StoredDocument({ kind, id, renderForm }: StoredDocumentProps) {
  const t = useText();
  const { data, error, refetch } = useRecord(kind, id);
  const [round, setRound] = useState(0);
  usePresence(id, true);
  if (data) return renderForm(data, round, () => setRound(round + 1));
  if (!error) return <EditorSkeleton />;
  return (
    <div className="p-4 tablet:p-6">
      <Banner
        kind="danger"
        title={readErrors(error, t).form ?? t("The record could not be loaded")}
        action={<Button onPress={() => void refetch()}>{t("Try again")}</Button>}
      />
    </div>
  );
}
