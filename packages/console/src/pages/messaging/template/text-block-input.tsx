import { MergeFieldMenu } from "../../../records/mail/merge-field-menu.tsx";
import { useMergeLabels } from "../../../records/mail/merge-labels.ts";
import { RichText } from "../../../ui/kit/rich-text.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";

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
  if (!isReady) return <Skeleton shape="block" />;
  return (
    <RichText
      {...props}
      nameField={nameField}
      fieldMenu={(insert) => <MergeFieldMenu isSmall label={props.label} isDisabled={props.isDisabled} onInsert={insert} />}
      {...(error === undefined ? {} : { error })}
    />
  );
}
