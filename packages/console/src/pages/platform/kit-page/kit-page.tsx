import { useState } from "react";
import { type Appearance, readAppearance, saveAppearance } from "../../../frame/shell/appearance.ts";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { ButtonSamples, LabelSamples, MenuSamples, ProgressSamples, TabSamples } from "./action-samples.tsx";
import { ChartSamples } from "./chart-samples.tsx";
import { ChoiceSamples, FileSamples, NumberSamples, TextSamples } from "./field-samples.tsx";
import "./kit-page.css";
import { FeedbackSamples, LayerSamples } from "./layer-samples.tsx";
import { CardSamples, FilterSamples, GridSamples, TimelineSamples } from "./list-samples.tsx";

const themes = [
  { id: "system", label: "System" },
  { id: "light", label: "Light" },
  { id: "dark", label: "Dark" },
];

const densities = [
  { id: "compact", label: "Compact" },
  { id: "default", label: "Default" },
  { id: "comfortable", label: "Comfortable" },
];

const languages = [
  { id: "en", label: "English" },
  { id: "de", label: "Deutsch" },
  { id: "ar", label: "العربية" },
];

const samples = {
  buttons: ButtonSamples,
  labels: LabelSamples,
  progress: ProgressSamples,
  menus: MenuSamples,
  tabs: TabSamples,
  texts: TextSamples,
  numbers: NumberSamples,
  choices: ChoiceSamples,
  files: FileSamples,
  layers: LayerSamples,
  feedback: FeedbackSamples,
  filters: FilterSamples,
  grid: GridSamples,
  cards: CardSamples,
  timeline: TimelineSamples,
  charts: ChartSamples,
};

/** All components with all their states, or with `?samples=grid` those of one kind. Only builds for development have it. */
export function KitPage() {
  const [appearance, setAppearance] = useState<Appearance>(readAppearance);
  const change = (part: Partial<Appearance>): void => {
    const next = { ...appearance, ...part };
    saveAppearance(next);
    setAppearance(next);
  };
  const shown = new URLSearchParams(location.search).get("samples");
  const [language = "en"] = document.documentElement.lang.split("-");
  return (
    <main className="mx-auto flex max-w-page flex-col gap-6 p-4 tablet:p-6">
      <header className="flex flex-wrap items-center gap-4">
        <h1 className="flex-1 text-title font-semibold">Components</h1>
        <SegmentedControl
          label="Theme"
          segments={themes}
          value={appearance.theme}
          onChange={(theme) => change({ theme: theme as Appearance["theme"] })}
        />
        <SegmentedControl
          label="Density"
          segments={densities}
          value={appearance.density}
          onChange={(density) => change({ density: density as Appearance["density"] })}
        />
        <SegmentedControl
          label="Language"
          segments={languages}
          value={language}
          onChange={(lang) => location.assign(`/_kit?lang=${lang}`)}
        />
      </header>
      {Object.entries(samples).map(([name, Samples]) => (shown === null || shown === name ? <Samples key={name} /> : null))}
    </main>
  );
}
