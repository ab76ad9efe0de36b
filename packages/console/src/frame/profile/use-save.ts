import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { showToast } from "../../ui/kit/toast.tsx";

/** Returns a function that runs the change of a setting, which acts at once, and says why it was refused. */
export function useSave(): (change: () => Promise<unknown>) => Promise<void> {
  const t = useText();
  return async (change) => {
    try {
      await change();
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ isError: true, text: form ?? Object.values(fields)[0] ?? t("The setting could not be saved") });
    }
  };
}
