import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";

/** Copies a text, and says that it did. */
export function CopyButton({ text }: { readonly text: string }) {
  const t = useText();
  const [isCopied, setCopied] = useState(false);
  return (
    <Button
      isSmall
      icon={isCopied ? <Check /> : <Copy />}
      onPress={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      {isCopied ? t("Copied") : t("Copy")}
    </Button>
  );
}
