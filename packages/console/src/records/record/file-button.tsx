import { Download } from "lucide-react";
import { useState } from "react";
import { readFile } from "../../api/client.ts";
import { saveFile } from "../../api/file-download.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { showToast } from "../../ui/kit/toast.tsx";

/** Saves the document of a record. */
export function FileButton({ path, name }: { readonly path: string; readonly name: string }) {
  const t = useText();
  const [isPending, setPending] = useState(false);
  const save = async (): Promise<void> => {
    setPending(true);
    try {
      await saveFile(await readFile(path), name);
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The file could not be downloaded"), isError: true });
    } finally {
      setPending(false);
    }
  };
  return (
    <span className="print:hidden">
      <Button isSmall icon={<Download />} isPending={isPending} onPress={() => void save()}>
        {t("Download the document")}
      </Button>
    </span>
  );
}
