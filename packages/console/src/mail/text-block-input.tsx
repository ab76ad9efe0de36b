import { useState } from "react";
import { RichText } from "../kit/rich-text.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { MergeFieldMenu } from "./merge-field-menu.tsx";
import { useMergeLabels } from "./merge-labels.ts";

interface TextBlockInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (html: string) => void;
  readonly error: string | undefined;
  readonly help: string;
  readonly isDisabled: boolean;
}

/** The text of a block of a mail, with its merge fields as labels. */
export function TextBlockInput({ error, ...props }: TextBlockInputProps) {
  const { nameField, isReady } = useMergeLabels(props.value);
  const [insertion, setInsertion] = useState<{ readonly key: number; readonly text: string }>();
  if (!isReady) return <Skeleton shape="block" />;
  return (
    <div className="flex min-w-0 items-start gap-1">
      <div className="min-w-0 flex-1">
        <RichText {...props} nameField={nameField} insertion={insertion} {...(error === undefined ? {} : { error })} />
      </div>
      <span className="pt-6">
        <MergeFieldMenu
          label={props.label}
          isDisabled={props.isDisabled}
          onInsert={(text) => setInsertion((before) => ({ key: (before?.key ?? 0) + 1, text }))}
        />
      </span>
    </div>
  );
}
