import { lazy, Suspense } from "react";
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
  /** A text that is inserted where the caret is, each time it gets another `key`. */
  readonly insertion?: { readonly key: number; readonly text: string } | undefined;
  /** The merge fields that the user can insert. */
  readonly mergeFields?: readonly MergeFieldChoice[];
}

export interface MergeFieldChoice {
  readonly path: string;
  readonly label: string;
  /** What stands for it in this text. */
  readonly value: string;
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
