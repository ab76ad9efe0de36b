import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";
import { IconButton } from "./icon-button.tsx";

function useCopy(text: string): { readonly isCopied: boolean; readonly copy: () => void } {
  const [isCopied, setCopied] = useState(false);
  return { isCopied, copy: () => void navigator.clipboard.writeText(text).then(() => setCopied(true)) };
}

interface CopyButtonProps {
  readonly text: string;
  /** Says what is copied, if the text is not beside the button. */
  readonly label?: string;
}

/** Copies a text, and says that it did. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const t = useText();
  const { isCopied, copy } = useCopy(text);
  return (
    <Button isSmall icon={isCopied ? <Check /> : <Copy />} onPress={copy}>
      {isCopied ? t("Copied") : (label ?? t("Copy"))}
    </Button>
  );
}

interface CopyIconProps {
  /** Names what is copied: `Copy Email`. */
  readonly label: string;
  readonly text: string;
}

/** Copies a value that may have no room to be read in full. */
export function CopyIcon({ label, text }: CopyIconProps) {
  const t = useText();
  const { isCopied, copy } = useCopy(text);
  return <IconButton isSmall label={isCopied ? t("Copied") : label} icon={isCopied ? <Check /> : <Copy />} onPress={copy} />;
}
