import { lazy, type ReactNode, Suspense } from "react";
import type { FieldProps } from "./field.tsx";
import type { NameMergeField } from "./merge-field-rules.ts";
import { Skeleton } from "./skeleton.tsx";

export interface RichTextProps extends FieldProps {
  /** HTML. Servers clean it: an editor is no protection. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly isDisabled?: boolean;
  /** A long text with headings and code. `RichTextDocument` shows it before its editor is there. Others are a few paragraphs. */
  readonly isDocument?: boolean;
  /** Merge fields in braces are shown by these labels. */
  readonly nameField?: NameMergeField;
  /** In the toolbar: a choice of merge fields, which inserts one where the caret is. */
  readonly fieldMenu?: (insert: (text: string) => void) => ReactNode;
}

const Editor = lazy(() => import("./rich-text-editor.tsx"));

/** A text with bold, italic, lists and links. The editor is loaded with the first field of this type. */
export function RichText(props: RichTextProps) {
  return (
    <Suspense
      fallback={
        <div className="flex flex-col gap-1">
          <span className="text-control font-medium">{props.label}</span>
          <Skeleton shape="block" />
        </div>
      }
    >
      <Editor {...props} />
    </Suspense>
  );
}
