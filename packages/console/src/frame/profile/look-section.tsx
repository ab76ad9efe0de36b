import { type Preferences, useChangePreferences, usePreferences } from "../../api/preferences.ts";
import { listPath, useKindIndex } from "../../api/schema.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { SegmentedControl } from "../../ui/kit/segmented-control.tsx";
import { Select } from "../../ui/kit/select.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { Switch } from "../../ui/kit/switch.tsx";
import { Section, Setting } from "../shell/section.tsx";
import { useSave } from "./use-save.ts";

/** The choice that stands for the home page. */
const HOME = "home";

/** Colors, space, the first page, and keys. The page follows the stored choice (page-notices.tsx). */
export function LookSection() {
  const t = useText();
  const { data: preferences } = usePreferences();
  const { data: kinds = [] } = useKindIndex();
  const change = useChangePreferences();
  const save = useSave();
  const pages = kinds.filter(({ menu }) => menu !== null).map((kind) => ({ id: listPath(kind), label: kind.labels }));
  const start = preferences?.start_page ?? HOME;
  const startPages = [{ id: HOME, label: t("Home") }, ...pages];
  return (
    <Section title={t("Appearance and keyboard")} description={t("Kept for every browser in which you sign in.")}>
      {preferences ? (
        <>
          <Setting label={t("Colors")}>
            <SegmentedControl
              label={t("Colors")}
              segments={[
                { id: "system", label: t("Same as device") },
                { id: "light", label: t("Light") },
                { id: "dark", label: t("Dark") },
              ]}
              value={preferences.theme}
              onChange={(theme) => void save(() => change({ theme: theme as Preferences["theme"] }))}
            />
          </Setting>
          <Setting label={t("Row height")}>
            <SegmentedControl
              label={t("Row height")}
              segments={[
                { id: "compact", label: t("Compact") },
                { id: "default", label: t("Normal") },
                { id: "comfortable", label: t("Tall") },
              ]}
              value={preferences.density}
              onChange={(density) => void save(() => change({ density: density as Preferences["density"] }))}
            />
          </Setting>
          <div className="max-w-drawer">
            <Select
              label={t("Start page")}
              help={t("It opens after you sign in.")}
              options={startPages.some(({ id }) => id === start) ? startPages : [...startPages, { id: start, label: start }]}
              value={start}
              onChange={(key) => void save(() => change({ start_page: key === HOME ? null : String(key) }))}
            />
          </div>
          <Switch
            isSelected={preferences.single_key_shortcuts}
            onChange={(isOn) => void save(() => change({ single_key_shortcuts: isOn }))}
            help={t("Single keys act as shortcuts while you do not type. Turn them off if you use speech input.")}
          >
            {t("Shortcuts with single keys")}
          </Switch>
        </>
      ) : (
        <Skeleton shape="block" />
      )}
    </Section>
  );
}
