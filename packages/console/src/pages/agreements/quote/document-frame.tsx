import { useSearch } from "@tanstack/react-router";
import { PanelRight } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import type { FormState } from "../../../input/form/form-state.ts";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { Tabs } from "../../../ui/kit/tabs.tsx";
import { leaveField } from "../../../ui/kit/unread-field.ts";
import { useIsDesktop } from "../../../ui/kit/use-media.ts";
import { DocumentPreview } from "./document-preview.tsx";
import type { Labels } from "./use-document-form.ts";

/** What the editor of a document gets. */
export interface EditorProps {
  readonly kind: Kind;
  readonly form: FormState;
  readonly mode: "create" | "edit";
  readonly title: string;
  readonly backPath: string;
  readonly labels: Labels;
  /** The stored document, which stands beside the form. A new one has none yet. */
  readonly record?: ConsoleRecord;
  readonly onChange: FormState["set"];
  /** Saves the form. With `staysOpen` the editor stays, and shows the document. */
  readonly onSave: (staysOpen: boolean) => Promise<void>;
  /** What stands above the form. */
  readonly children?: ReactNode;
}

interface DocumentFrameProps extends Pick<EditorProps, "kind" | "form" | "title" | "backPath" | "onSave"> {
  readonly record: ConsoleRecord | undefined;
  /** What stands before the buttons at the foot, such as the total. */
  readonly foot?: ReactNode;
  readonly children: ReactNode;
}

/** The editor of a document: the form, the document beside it or behind a tab, and the buttons that save it. */
export function DocumentFrame({ kind, record, title, form, backPath, foot, onSave, children }: DocumentFrameProps) {
  const t = useText();
  const navigate = useNavigate();
  const isDesktop = useIsDesktop();
  const [isPreviewOpen, setPreviewOpen] = usePreviewState();
  const preview = record ? <DocumentPreview kind={kind} record={record} isOutdated={form.isChanged} /> : undefined;
  const save = async (staysOpen: boolean): Promise<void> => {
    if (form.isSaving) return;
    await onSave(staysOpen);
    if (staysOpen && record) setPreviewOpen(true);
  };
  const saveNow = useRef<() => void>(undefined);
  useLayoutEffect(() => {
    saveNow.current = () => void save(false);
  });
  const isBeside = isDesktop && isPreviewOpen && preview !== undefined;
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col overflow-auto">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save(false);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          leaveField();
          saveNow.current?.();
        }}
        className={joinClasses(
          "mx-auto flex min-h-full w-full min-w-0 flex-col gap-4 px-4 tablet:px-6",
          isBeside ? "max-w-page" : "max-w-editor",
        )}
      >
        <header className="flex min-h-page-head flex-wrap items-center gap-3 py-2">
          <h1 dir="auto" className="min-w-0 flex-1 text-title font-semibold wrap-anywhere">
            {title}
          </h1>
          {isDesktop && preview !== undefined ? (
            <Button icon={<PanelRight className="mirror" />} onPress={() => setPreviewOpen(!isPreviewOpen)}>
              {isPreviewOpen ? t("Hide the preview") : t("Show the preview")}
            </Button>
          ) : null}
        </header>
        {isBeside ? (
          <div className="grid min-w-0 flex-1 grid-cols-(--document-columns) items-start gap-6">
            <div className="flex min-w-0 flex-col gap-6">{children}</div>
            <div className="sticky top-4 min-w-0">{preview}</div>
          </div>
        ) : isDesktop || preview === undefined ? (
          <div className="flex min-w-0 flex-1 flex-col gap-6">{children}</div>
        ) : (
          <div className="min-w-0 flex-1">
            <Tabs
              label={t("Edit or preview")}
              selectedKey={isPreviewOpen ? "preview" : "edit"}
              onSelectionChange={(key) => setPreviewOpen(key === "preview")}
              tabs={[
                { id: "edit", label: t("Edit"), content: <div className="flex min-w-0 flex-col gap-6">{children}</div> },
                { id: "preview", label: t("Preview"), content: preview },
              ]}
            />
          </div>
        )}
        <footer className="sticky bottom-0 flex flex-wrap items-center gap-2 border-t border-border bg-bg py-3">
          <div className="w-full min-w-0 tablet:w-auto tablet:flex-1">{foot}</div>
          <span className="ms-auto flex flex-wrap items-center gap-2">
            <Button onPress={() => void navigate({ to: backPath })}>{t("Cancel")}</Button>
            <Button isDisabled={form.isSaving} onPress={() => void save(true)}>
              {t("Save and preview")}
            </Button>
            <Button type="submit" variant="primary" isPending={form.isSaving}>
              {form.isSaving ? t("Saving…") : t("Save")}
            </Button>
          </span>
        </footer>
      </form>
      <LeaveGuard form={form} />
    </div>
  );
}

/** Whether the document is shown. The address holds it, so it stays over a save: `?preview=open`. */
export function usePreviewState(): [isOpen: boolean, open: (isOpen: boolean) => void] {
  const navigate = useNavigate();
  const { preview } = useSearch({ strict: false }) as { readonly preview?: string };
  const open = (isOpen: boolean): void =>
    void navigate({
      to: ".",
      search: ({ preview: _open, ...search }: Readonly<Record<string, string>>) =>
        isOpen ? { ...search, preview: "open" } : search,
      replace: true,
      ignoreBlocker: true,
    });
  return [preview === "open", open];
}
